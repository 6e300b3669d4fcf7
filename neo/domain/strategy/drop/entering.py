"""From a drop to a proposed purchase: the state of the market, the guards, the size."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal

from neo.domain.market.instrument import Side
from neo.domain.market.tiers import SymbolStanding
from neo.domain.messages.dropping import TradeProposed, TradePurpose
from neo.domain.messages.session import Phase
from neo.domain.strategy.drop.guards import BlockReason, MarketConditions, SymbolConditions, block_reasons
from neo.domain.strategy.drop.rules import DropRules
from neo.domain.strategy.drop.sizing import entry_limits, entry_quantity
from neo.domain.strategy.drop.symbol_book import SymbolBook
from neo.domain.strategy.drop.trigger import distance_to_trigger_bps
from neo.domain.telemetry.drop_events import EntryProposed, NearDrop

_WHOLE = Decimal(1)
_SHOWN_BPS = Decimal("0.1")
#: Distances are told to ExchangeData in steps: a price that trembles is no news.
_DISTANCE_STEP_BPS = Decimal(5)
_SINCE_DROP_STEP_NS = 10_000_000_000


def conditions_of_market(rules: DropRules, books: Mapping[str, SymbolBook], open_positions: int) -> MarketConditions:
    """BTC's trend, and the share of symbols that fall over the same window. None where nothing is known."""
    btc = books.get(rules.btc_symbol)
    changes = [change for book in books.values() if (change := book.closes.change_bps) is not None]
    falling = Decimal(sum(1 for change in changes if change < 0)) / len(changes) if changes else None
    return MarketConditions(
        open_positions=open_positions,
        btc_change_bps=btc.closes.change_bps if btc is not None else None,
        falling_share=falling,
    )


def proposed_entry(
    rules: DropRules, book: SymbolBook, market: MarketConditions, intent_id: str, now_ns: int, phase: Phase
) -> tuple[tuple[BlockReason, ...], TradeProposed | None, EntryProposed | None]:
    """The guards that are against it, or the proposal."""
    quote = book.quote
    if quote is None:
        return (BlockReason.STALE_QUOTE,), None, None
    quantity = entry_quantity(rules.size, book.market, quote.ask)
    reasons = _reasons_against(rules, book, market, now_ns, phase, order_is_possible=quantity is not None)
    if reasons or quantity is None:
        return reasons, None, None
    limits = entry_limits(rules.size, book.market, quote.ask)
    trade = TradeProposed(
        intent_id, TradePurpose.ENTRY, book.symbol, Side.BUY, quantity, limits, "drop", now_ns, quote.at_ns, quote.ask
    )
    return (), trade, EntryProposed(intent_id, book.symbol, quantity, limits[0])


def _reasons_against(
    rules: DropRules, book: SymbolBook, market: MarketConditions, now_ns: int, phase: Phase, *, order_is_possible: bool
) -> tuple[BlockReason, ...]:
    reasons = block_reasons(rules.guards, _conditions(book, now_ns, order_is_possible), market)
    if phase is not Phase.TRADING and BlockReason.TRADING_OFF not in reasons:
        return (BlockReason.TRADING_OFF, *reasons)
    return reasons


def _conditions(book: SymbolBook, now_ns: int, order_is_possible: bool) -> SymbolConditions:
    quote = book.quote
    if quote is None:
        raise ValueError("a drop is made of a quote")
    return SymbolConditions(
        bid=quote.bid,
        ask=quote.ask,
        quote_age_ns=now_ns - quote.at_ns,
        order_is_possible=order_is_possible,
        volume_24h=book.statistics.volume_quote if book.statistics is not None else None,
        moving_average=book.closes.average,
        volatility_bps=book.closes.volatility_bps,
        since_closed_ns=None if book.closed_at_ns is None else now_ns - book.closed_at_ns,
        has_position=book.has_money_in_it,
        is_on_watchlist=not book.is_sell_only,
    )


def standing_of(rules: DropRules, book: SymbolBook, now_ns: int) -> SymbolStanding:
    """What decides the tier of a symbol, coarse enough that it changes seldom."""
    anchor = book.anchor.price(rules.anchor.mode)
    distance = None
    if anchor is not None and book.quote is not None:
        exact = distance_to_trigger_bps(rules.trigger, book.quote.mid, anchor)
        distance = (exact / _DISTANCE_STEP_BPS).quantize(_WHOLE, ROUND_DOWN) * _DISTANCE_STEP_BPS
    since = None if book.dropped_at_ns is None else now_ns - book.dropped_at_ns
    return SymbolStanding(
        distance_bps=distance,
        since_drop_ns=None if since is None else since // _SINCE_DROP_STEP_NS * _SINCE_DROP_STEP_NS,
        has_money_in_it=book.has_money_in_it,
    )


def top_drops(
    rules: DropRules, books: Mapping[str, SymbolBook], open_positions: int, count: int, now_ns: int, phase: Phase
) -> tuple[NearDrop, ...]:
    """The symbols nearest to their trigger, nearest first, and what would keep each from being bought now."""
    found = []
    for symbol, book in books.items():
        anchor = book.anchor.price(rules.anchor.mode)
        if anchor is not None and book.quote is not None:
            distance = distance_to_trigger_bps(rules.trigger, book.quote.mid, anchor)
            found.append((distance, symbol, anchor, book.quote))
    market = conditions_of_market(rules, books, open_positions)
    nearest = []
    for distance, symbol, anchor, quote in sorted(found, key=lambda row: row[:2])[:count]:
        book = books[symbol]
        possible = entry_quantity(rules.size, book.market, quote.ask) is not None
        reasons = _reasons_against(rules, book, market, now_ns, phase, order_is_possible=possible)
        shown = distance.quantize(_SHOWN_BPS, ROUND_HALF_EVEN)
        nearest.append(NearDrop(symbol, quote.mid, anchor, shown, tuple(reason.value for reason in reasons)))
    return tuple(nearest)
