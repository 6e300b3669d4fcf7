"""Why a drop was not bought, in words: each reason, and one sentence for a session that bought nothing."""

from __future__ import annotations

from collections.abc import Mapping

from neo.domain.messages.dropping import TradeOutcome, TradeRefusal
from neo.domain.strategy.drop.guards import BlockReason
from neo.domain.strategy.drop.ledger_of_drops import DropCounts

GUARD_WORDS: Mapping[str, str] = {
    BlockReason.TRADING_OFF.value: "the engine was not trading",
    BlockReason.ORDER_FLOW.value: "order_flow_enabled is off",
    BlockReason.STALE_QUOTE.value: "the quote was too old",
    BlockReason.SPREAD.value: "bid and ask were too far apart",
    BlockReason.VOLUME.value: "too little volume in 24 hours, or not known",
    BlockReason.MOVING_AVERAGE.value: "too far below the moving average, or that was not known",
    BlockReason.VOLATILITY.value: "too volatile, or that was not known",
    BlockReason.BTC_TREND.value: "BTC was falling, or its trend was not known",
    BlockReason.FALLING_MARKET.value: "too many symbols fell together",
    BlockReason.COOLDOWN.value: "the symbol's last position had just been closed",
    BlockReason.POSITION_EXISTS.value: "the symbol was held already",
    BlockReason.MAX_POSITIONS.value: "max_concurrent_positions were open",
    BlockReason.MINIMUM_ORDER.value: "the market's own limits do not allow an order of position_size_usdt",
    BlockReason.NOT_WATCHED.value: "the symbol is not on the watchlist, and quoted only because it was held",
}
REFUSAL_WORDS: Mapping[str, str] = {
    TradeRefusal.NOT_TRADING.value: "the engine was not trading",
    TradeRefusal.STALE_QUOTE.value: "the quote was too old",
    TradeRefusal.QUOTE_EXPOSURE.value: "max_quote_exposure was reached",
    TradeRefusal.SYMBOL_CAP.value: "symbol_cap_usdt was reached",
    TradeRefusal.CASH_RESERVE.value: "cash_reserve_usdt would have been touched",
    TradeRefusal.BUDGET.value: "there was not enough free money",
    TradeRefusal.BREAKER.value: "a circuit breaker was open",
    TradeRefusal.STALE_POSITION.value: "a position without a price counted as lost: over daily_loss_max_usdt",
}
OUTCOME_WORDS: Mapping[str, str] = {
    TradeOutcome.FILLED.value: "filled",
    TradeOutcome.PARTLY_FILLED.value: "partly filled",
    TradeOutcome.NOT_FILLED.value: "found nobody at any of its limits",
    TradeOutcome.REFUSED_BY_VENUE.value: "refused by the exchange",
    TradeOutcome.DUST_WRITTEN_OFF.value: "written off as dust",
}


def why_nothing_was_bought(counts: DropCounts, venue: str) -> str:
    """One sentence that follows the drops to where they ended."""
    if not counts.quotes:
        return f"Nothing was bought: not one quote came from {venue}."
    if not counts.drops:
        return f"Nothing was bought: in {_many(counts.quotes, 'quote')} no symbol fell to its trigger."
    refused, ended = sum(counts.refused_by_risk.values()), sum(counts.entries_ended.values())
    unanswered = max(0, counts.proposed - refused - ended)
    parts = []
    if counts.blocked:
        parts.append(f"{counts.blocked} stopped by guards ({_most(counts.blocked_by, GUARD_WORDS)})")
    if refused:
        parts.append(f"{refused} refused by Risk ({_most(counts.refused_by_risk, REFUSAL_WORDS)})")
    if ended:
        parts.append(f"{ended} ended without a fill ({_most(counts.entries_ended, OUTCOME_WORDS)})")
    if unanswered:
        parts.append(f"{unanswered} still under way, or lost on the way")
    return f"Nothing was bought: of {_many(counts.drops, 'drop')} {_joined(parts)}."


def _most(counted: Mapping[str, int], words: Mapping[str, str]) -> str:
    """The most frequent reason in words; alphabetically first among equals."""
    name, count = min(counted.items(), key=lambda row: (-row[1], row[0]), default=("unknown", 0))
    return f"most often, {count} x: {words.get(name, name)}"


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _joined(parts: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))
