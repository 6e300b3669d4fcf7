"""What the drop buyer did in a session: every trade, what became of every drop, and why nothing was bought when nothing was.

Built from the drop buyer's counts and the rows of its trades. Amounts in quote currency.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import reduce

from neo.domain.messages.dropping import TradeOutcome, TradePurpose
from neo.domain.money.exact import difference, total
from neo.domain.session.drop_reasons import why_nothing_was_bought
from neo.domain.session.drop_rows import DropRows, PositionLike, TradeLike
from neo.domain.units import BPS, ZERO
from neo.records import frozen


@frozen(kw_only=True)
class ReportedTrade:
    """One intent as it stands in the report; `tries` counts its orders. None: not known, or not an exit.

    `slippage_bps`: how much worse than the touch it was decided on it traded; negative is better.
    """

    intent_id: str
    purpose: str
    symbol: str
    quantity: Decimal
    tries: int
    filled: Decimal
    filled_quote: Decimal
    price: Decimal | None
    result_quote: Decimal | None
    outcome: str | None
    proposed_at_ns: int
    ended_at_ns: int | None
    reason: str
    slippage_bps: Decimal | None


@frozen
class ExitGroup:
    """The executed exits of one reason; empty for trades of before reasons were written down."""

    reason: str
    trades: int
    result_quote: Decimal


@frozen
class Slippage:
    """Over `trades` that have a touch: what was paid more, or got less, in quote; `bps` of their value at the touch."""

    trades: int
    cost_quote: Decimal
    bps: Decimal | None


@frozen(kw_only=True)
class HeldPosition:
    """Bought and not sold when the session ended. `cost_quote` has the fees in it, `entry_price` has not.

    `stale_since_ns`: since when the exchange did not quote it while it quoted others; None when it did.
    """

    symbol: str
    quantity: Decimal
    entry_price: Decimal
    cost_quote: Decimal
    opened_at_ns: int
    stale_since_ns: int | None = None


Tally = tuple[tuple[str, int], ...]


@frozen(kw_only=True)
class DropReport:
    """Tallies are (name, count), most frequent first. `why_nothing` is empty when something was bought.

    `unanswered` are proposed entries of which no end is known: under way, or lost on their way. `exits` counts proposed
    sales, `exits_by_reason` executed ones. `fees` are (asset, amount), amounts positive.
    """

    venue: str
    quote: str
    quotes: int
    drops: int
    blocked: int
    proposed: int
    unanswered: int
    blocked_by: Tally
    blocked_only_by: Tally
    refused_by_risk: Tally
    exits_refused_by_risk: Tally
    entries_ended: Tally
    exits: Tally
    exits_by_reason: tuple[ExitGroup, ...]
    trades: tuple[ReportedTrade, ...]
    entry_slippage: Slippage
    exit_slippage: Slippage
    bought_quote: Decimal
    sold_quote: Decimal
    result_quote: Decimal
    gains: int
    losses: int
    fees: tuple[tuple[str, Decimal], ...]
    positions: tuple[HeldPosition, ...]
    why_nothing: str


def drop_report(rows: DropRows) -> DropReport:
    """The report. Counts are noted once a minute: after a crash the trades may know more."""
    counts = rows.counts
    entries = [trade for trade in rows.trades if trade.purpose == TradePurpose.ENTRY.value]
    exits = [trade for trade in rows.trades if trade.purpose == TradePurpose.EXIT.value]
    closing = [trade for trade in exits if _brought_a_result(trade)]
    refused, ended = sum(counts.refused_by_risk.values()), sum(counts.entries_ended.values())
    return DropReport(
        venue=rows.venue,
        quote=rows.quote,
        quotes=counts.quotes,
        drops=counts.drops,
        blocked=counts.blocked,
        proposed=counts.proposed,
        unanswered=max(0, counts.proposed - refused - ended),
        blocked_by=_tally(counts.blocked_by),
        blocked_only_by=_tally(counts.blocked_only_by),
        refused_by_risk=_tally(counts.refused_by_risk),
        exits_refused_by_risk=_tally(counts.exits_refused_by_risk),
        entries_ended=_tally(counts.entries_ended),
        exits=_tally(counts.exits),
        exits_by_reason=_by_reason(closing),
        trades=tuple(map(_told, rows.trades)),
        entry_slippage=_slippage(entries),
        exit_slippage=_slippage(exits),
        bought_quote=_sum(trade.filled_quote for trade in entries),
        sold_quote=_sum(trade.filled_quote for trade in exits),
        result_quote=_sum(trade.result_quote for trade in closing),
        gains=sum(1 for trade in closing if trade.result_quote > 0),
        losses=sum(1 for trade in closing if trade.result_quote < 0),
        fees=_fees(rows.fees),
        positions=tuple(_held(position, dict(rows.stale).get(position.symbol)) for position in rows.positions),
        why_nothing="" if any(trade.filled for trade in entries) else why_nothing_was_bought(counts, rows.venue),
    )


def _brought_a_result(trade: TradeLike) -> bool:
    """It sold something, or gave up what was too little to sell."""
    return bool(trade.filled) or trade.outcome == TradeOutcome.DUST_WRITTEN_OFF.value


def _told(trade: TradeLike) -> ReportedTrade:
    return ReportedTrade(
        intent_id=trade.intent_id,
        purpose=trade.purpose,
        symbol=trade.symbol,
        quantity=trade.quantity,
        tries=trade.attempt,
        filled=trade.filled,
        filled_quote=trade.filled_quote,
        price=trade.filled_quote / trade.filled if trade.filled > ZERO else None,
        result_quote=trade.result_quote if trade.purpose == TradePurpose.EXIT.value else None,
        outcome=trade.outcome,
        proposed_at_ns=trade.proposed_at_ns,
        ended_at_ns=trade.ended_at_ns,
        reason=trade.reason,
        slippage_bps=_slippage((trade,)).bps,
    )


def _slippage(trades: Iterable[TradeLike]) -> Slippage:
    """A purchase is worse above its touch, a sale below."""
    count, cost, value = 0, ZERO, ZERO
    for trade in trades:
        if trade.touch is None or not trade.filled:
            continue
        at_touch = trade.touch * trade.filled
        worse = difference(trade.filled_quote, at_touch)
        count += 1
        cost = total(cost, worse if trade.purpose == TradePurpose.ENTRY.value else -worse)
        value = total(value, at_touch)
    return Slippage(count, cost, cost / value * BPS if value else None)


def _by_reason(trades: Sequence[TradeLike]) -> tuple[ExitGroup, ...]:
    """Most frequent first."""
    grouped: dict[str, list[Decimal]] = {}
    for trade in trades:
        grouped.setdefault(trade.reason, []).append(trade.result_quote)
    groups = (ExitGroup(reason, len(results), _sum(results)) for reason, results in grouped.items())
    return tuple(sorted(groups, key=lambda group: (-group.trades, group.reason)))


def _fees(charged: Iterable[tuple[str, Decimal]]) -> tuple[tuple[str, Decimal], ...]:
    sums: dict[str, Decimal] = {}
    for asset, amount in charged:
        sums[asset] = total(sums.get(asset, ZERO), amount)
    return tuple(sorted(sums.items()))


def _held(position: PositionLike, stale_since_ns: int | None) -> HeldPosition:
    return HeldPosition(
        symbol=position.symbol,
        quantity=position.quantity,
        entry_price=position.gross_quote / position.bought if position.bought else ZERO,
        cost_quote=total(position.spent_quote, position.fee_value_quote),
        opened_at_ns=position.opened_at_ns,
        stale_since_ns=stale_since_ns,
    )


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return reduce(total, amounts, ZERO)


def _tally(counted: Mapping[str, int]) -> Tally:
    return tuple(sorted(counted.items(), key=lambda row: (-row[1], row[0])))
