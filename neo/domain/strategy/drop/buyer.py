"""The drop buyer's decisions: quotes in, trades proposed. Every drop has exactly one fate, and it is counted.

`decide(state, message) -> (state, outputs)`, pure. Times are wall-clock ns of the messages' receiver.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache

import attrs

from neo.domain.changed import changed as with_changes
from neo.domain.market.minute_closes import MinuteCloses
from neo.domain.messages.dropping import (
    BarsLoaded,
    ExchangePosition,
    MarketsUpdated,
    PositionsChanged,
    QuotesUpdated,
    StandingsChanged,
    StandingsWanted,
    StatisticsUpdated,
    TradeEnded,
    TradeOutcome,
    TradeProposed,
    TradePurpose,
    TradeRefused,
)
from neo.domain.messages.exchange import ExchangeQuote
from neo.domain.messages.session import Phase, PhaseChanged
from neo.domain.strategy.drop.anchor import DropAnchor, StoredAnchor, observed, trade_completed, warmed_up
from neo.domain.strategy.drop.entering import conditions_of_market, proposed_entry, standing_of
from neo.domain.strategy.drop.exits import OpenPosition
from neo.domain.strategy.drop.guards import MarketConditions
from neo.domain.strategy.drop.leaving import proposed_exit
from neo.domain.strategy.drop.ledger_of_drops import DropCounts
from neo.domain.strategy.drop.rules import DropRules
from neo.domain.strategy.drop.symbol_book import PendingIntent, SymbolBook
from neo.domain.strategy.drop.trigger import judge
from neo.domain.telemetry.drop_events import DropTriggered, TradeRefusedEvent
from neo.domain.telemetry.event import TelemetryEvent
from neo.domain.units import NS_PER_MINUTE, NS_PER_S
from neo.records import frozen

#: A proposal that nobody has heard of after this long was lost on its way; the router refuses one that comes so late.
PROPOSAL_LIFE_NS = 20 * NS_PER_S

DropMessage = (
    QuotesUpdated
    | MarketsUpdated
    | StatisticsUpdated
    | BarsLoaded
    | PositionsChanged
    | TradeEnded
    | TradeRefused
    | PhaseChanged
    | StandingsWanted
)
DropOutput = TradeProposed | StandingsChanged | TelemetryEvent
#: The state of the market but for our positions in it.
MarketSeen = Callable[[], MarketConditions]


@frozen
class BuyerState:
    """`numbered` counts intents; `stored` are anchors from before, used up as symbols are first seen.

    `held` are the positions that were last told, for symbols whose markets are heard of later.
    """

    books: Mapping[str, SymbolBook] = attrs.field(factory=dict)
    phase: Phase = Phase.STARTING
    numbered: int = 0
    stored: Mapping[str, StoredAnchor] = attrs.field(factory=dict)
    counts: DropCounts = attrs.field(factory=DropCounts)
    held: tuple[ExchangePosition, ...] = ()

    @property
    def open_positions(self) -> int:
        """Positions, and entries that may become one."""
        return sum(1 for book in self.books.values() if book.has_money_in_it)


Decision = tuple[BuyerState, tuple[DropOutput, ...]]


def decide(rules: DropRules, state: BuyerState, message: DropMessage, now_ns: int, intent_prefix: str) -> Decision:
    """State and outputs after `message`. `intent_prefix` makes intent ids that no other incarnation has used."""
    match message:
        case QuotesUpdated():
            return _quoted(rules, state, message.quotes, now_ns, intent_prefix)
        case MarketsUpdated():
            return _listed(rules, state, message), ()
        case StatisticsUpdated(statistics=rows):
            known = [row for row in rows if row.symbol in state.books]
            changed = {row.symbol: attrs.evolve(state.books[row.symbol], statistics=row) for row in known}
            return _with_books(state, changed), ()
        case BarsLoaded():
            return _warmed(state, message), ()
        case PositionsChanged():
            return _positions(state, message), ()
        case TradeEnded():
            return _ended(state, message), ()
        case TradeRefused():
            return _refused(state, message)
        case PhaseChanged(phase=phase):
            return attrs.evolve(state, phase=phase), ()
        case StandingsWanted():
            return _standings(rules, state, state.books, now_ns, everything=True)


def remembering(state: BuyerState, stored: Mapping[str, StoredAnchor], counts: DropCounts) -> BuyerState:
    """With what was known before. Markets may have been heard already: a symbol that was not quoted yet has its anchor."""
    changed = {
        symbol: attrs.evolve(book, anchor=attrs.evolve(book.anchor, stored=stored[symbol]))
        for symbol, book in state.books.items()
        if symbol in stored
    }
    return _with_books(attrs.evolve(state, stored=stored, counts=counts), changed)


def _with_books(state: BuyerState, changed: Mapping[str, SymbolBook]) -> BuyerState:
    return with_changes(state, books={**state.books, **changed}) if changed else state


# ---------------------------------------------------------------------------------------------------------------- prices


def _quoted(
    rules: DropRules, state: BuyerState, quotes: tuple[ExchangeQuote, ...], now_ns: int, prefix: str
) -> Decision:
    books, seen = dict(state.books), dict[str, None]()
    for quote in quotes:
        book = books.get(quote.symbol)
        if book is not None and _is_usable(quote, book.quote):
            books[quote.symbol] = _seen(rules, book, quote, now_ns)
            seen[quote.symbol] = None
    counts = attrs.evolve(state.counts, quotes=state.counts.quotes + len(quotes))
    state = attrs.evolve(state, books=books, counts=counts)
    # Looks at every symbol: once for all drops of these quotes, for none of them moves a price.
    market = cache(lambda: conditions_of_market(rules, books, 0))
    outputs: list[DropOutput] = []
    for symbol in seen:
        state, more = _acted(rules, state, state.books[symbol], market, now_ns, prefix)
        outputs.extend(more)
    state, told = _standings(rules, state, _moved(state, seen), now_ns)
    return state, (*outputs, *told)


def _is_usable(quote: ExchangeQuote, newest: ExchangeQuote | None) -> bool:
    """Whether it is a price at all, and one that is not older than what is known. What is not must move nothing."""
    if not (quote.bid.is_finite() and quote.ask.is_finite() and 0 < quote.bid <= quote.ask):
        return False
    return newest is None or quote.at_ns >= newest.at_ns


def _seen(rules: DropRules, book: SymbolBook, quote: ExchangeQuote, now_ns: int) -> SymbolBook:
    pending = book.pending
    if pending is not None and not pending.is_heard and now_ns - pending.proposed_at_ns > PROPOSAL_LIFE_NS:
        pending = None
    return with_changes(
        book,
        quote=quote,
        anchor=observed(rules.anchor, book.anchor, quote.mid, quote.at_ns),
        closes=book.closes.observed(quote.at_ns, quote.mid),
        pending=pending,
    )


def _acted(
    rules: DropRules, state: BuyerState, book: SymbolBook, market: MarketSeen, now_ns: int, prefix: str
) -> Decision:
    """Sell before buying: a symbol with a position is watched for its exit, every symbol for a drop."""
    outputs: list[DropOutput] = []
    if book.position is not None:
        book, reason, trade, event = proposed_exit(rules, book, _next_id(state, prefix), now_ns, state.phase)
        if trade is not None and event is not None and reason is not None:
            outputs += [trade, event]
            counts = state.counts.with_exit(reason)
            state = attrs.evolve(state, numbered=state.numbered + 1, counts=counts)
        state = _with_books(state, {book.symbol: book})
    state, more = _looked_for_drop(rules, state, book, market, now_ns, prefix)
    return state, (*outputs, *more)


def _looked_for_drop(
    rules: DropRules, state: BuyerState, book: SymbolBook, market: MarketSeen, now_ns: int, prefix: str
) -> Decision:
    anchor = book.anchor.price(rules.anchor.mode)
    if book.quote is None or anchor is None:
        return state, ()
    trigger, drop = judge(rules.trigger, book.trigger, book.quote.mid, anchor, book.quote.at_ns)
    if drop is None:
        if trigger is book.trigger:
            return state, ()
        return _with_books(state, {book.symbol: with_changes(book, trigger=trigger)}), ()
    book = attrs.evolve(book, trigger=trigger, dropped_at_ns=now_ns)
    state = _with_books(state, {book.symbol: book})
    conditions = attrs.evolve(market(), open_positions=state.open_positions)
    reasons, trade, event = proposed_entry(rules, book, conditions, _next_id(state, prefix), now_ns, state.phase)
    state = attrs.evolve(state, counts=state.counts.with_drop(reasons))
    blocked_by = ",".join(reason.value for reason in reasons)
    told = DropTriggered(book.symbol, drop.anchor, drop.price, drop.depth_bps, blocked_by)
    if trade is None or event is None:
        return state, (told,)
    book = attrs.evolve(book, pending=PendingIntent(trade.intent_id, now_ns))
    state = _with_books(attrs.evolve(state, numbered=state.numbered + 1), {book.symbol: book})
    return state, (told, trade, event)


def _next_id(state: BuyerState, prefix: str) -> str:
    return f"{prefix}-{state.numbered + 1}"


# --------------------------------------------------------------------------------------------------------------- markets


def _listed(rules: DropRules, state: BuyerState, message: MarketsUpdated) -> BuyerState:
    """A symbol that is gone keeps its book: there may be a position in it."""
    changed = {}
    for rule in message.rules:
        book = state.books.get(rule.symbol)
        if book is None:
            anchor = DropAnchor.fresh(rules.anchor, state.stored.get(rule.symbol))
            book = SymbolBook(rule.symbol, rule, anchor, MinuteCloses(rules.average_minutes))
            book = attrs.evolve(
                book, position=next(map(_opened, (p for p in state.held if p.symbol == rule.symbol)), None)
            )
        changed[rule.symbol] = attrs.evolve(book, market=rule, is_sell_only=rule.symbol in message.sell_only)
    return _with_books(state, changed)


def _warmed(state: BuyerState, message: BarsLoaded) -> BuyerState:
    """Bars are older than any quote: they count only for a symbol that was not quoted yet, or for what came before."""
    book = state.books.get(message.symbol)
    if book is None:
        return state
    anchor, closes = attrs.evolve(book.anchor, rolling=attrs.evolve(book.anchor.rolling, candidates=())), book.closes
    fresh = MinuteCloses(closes.minutes)
    for bar in message.bars:
        if not (bar.close.is_finite() and bar.close > 0):
            continue
        anchor = warmed_up(anchor, bar.close, bar.at_ns)
        fresh = fresh.observed(bar.at_ns, bar.close)
    for at_ns, price in book.anchor.rolling.candidates:
        anchor = warmed_up(anchor, price, at_ns)
    for minute, price in closes.closes:
        fresh = fresh.observed(minute * NS_PER_MINUTE, price)
    return _with_books(state, {book.symbol: attrs.evolve(book, anchor=anchor, closes=fresh)})


# ---------------------------------------------------------------------------------------------------------------- trades


def _positions(state: BuyerState, message: PositionsChanged) -> BuyerState:
    held = {position.symbol: position for position in message.positions}
    heard = frozenset(message.acted_intents)
    changed = {}
    for symbol, book in state.books.items():
        position, after = held.get(symbol), book
        if position is None and book.position is not None:
            after = attrs.evolve(after, position=None)
        elif position is not None:
            before = book.position
            known = before or _opened(position)
            after = attrs.evolve(
                after,
                position=attrs.evolve(known, entry_price=position.entry_price, quantity=position.quantity),
            )
        if after.pending is not None and after.pending.intent_id in heard:
            # Its end is told once: who did not hear it, because one of the two was rebuilt, sees that nothing works any more.
            still = attrs.evolve(after.pending, is_heard=True) if symbol in message.working else None
            after = attrs.evolve(after, pending=still)
        if after is not book:
            changed[symbol] = after
    return _with_books(attrs.evolve(state, held=message.positions), changed)


def _opened(position: ExchangePosition) -> OpenPosition:
    return OpenPosition(position.entry_price, position.quantity, position.opened_at_ns, position.entry_price)


def _ended(state: BuyerState, message: TradeEnded) -> BuyerState:
    if message.purpose is TradePurpose.ENTRY:
        state = attrs.evolve(state, counts=state.counts.with_entry_ended(message.outcome.value))
    book = state.books.get(message.symbol)
    if book is None:
        return state
    if book.pending is not None and book.pending.intent_id == message.intent_id:
        book = attrs.evolve(book, pending=None)
    closes = (TradeOutcome.FILLED, TradeOutcome.DUST_WRITTEN_OFF)
    if message.purpose is TradePurpose.EXIT and message.outcome in closes:
        price = book.quote.mid if book.quote is not None else None
        anchor = book.anchor if price is None else trade_completed(book.anchor, price, message.ended_at_ns)
        book = attrs.evolve(book, closed_at_ns=message.ended_at_ns, anchor=anchor, position=None)
    return _with_books(state, {book.symbol: book})


def _refused(state: BuyerState, message: TradeRefused) -> Decision:
    trade = message.trade
    state = attrs.evolve(state, counts=state.counts.with_refusal(message.reason.value, trade.purpose))
    book = state.books.get(trade.symbol)
    if book is not None and book.pending is not None and book.pending.intent_id == trade.intent_id:
        state = _with_books(state, {book.symbol: attrs.evolve(book, pending=None)})
    event = TradeRefusedEvent(trade.intent_id, trade.symbol, trade.purpose.value, message.reason.value, message.detail)
    return state, (event,)


# ------------------------------------------------------------------------------------------------------------- standings


def _moved(state: BuyerState, seen: Mapping[str, None]) -> Iterator[str]:
    """Symbols whose standing may be another: a new price, money that came or went, time that passed since a drop."""
    for symbol, book in state.books.items():
        told = book.told
        if (
            symbol in seen
            or told is None
            or book.dropped_at_ns is not None
            or told.has_money_in_it != book.has_money_in_it
        ):
            yield symbol


def _standings(
    rules: DropRules, state: BuyerState, symbols: Iterable[str], now_ns: int, *, everything: bool = False
) -> Decision:
    """What ExchangeData has to know for the tiers; only what has changed, unless it asked."""
    told, changed = [], {}
    for symbol in symbols:
        book = state.books[symbol]
        standing = standing_of(rules, book, now_ns)
        if everything or standing != book.told:
            told.append((symbol, standing))
            changed[symbol] = with_changes(book, told=standing)
    if not told:
        return state, ()
    return _with_books(state, changed), (StandingsChanged(tuple(told)),)
