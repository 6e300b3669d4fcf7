"""The newest quote of every watched symbol, who polls it, and who is left alone: decisions of ExchangeData, pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs

from neo.domain.market import streaming
from neo.domain.market.poll_cycles import TierRecord, recorded
from neo.domain.market.skip_list import SkipList, SkippedSymbol
from neo.domain.market.stream_watch import StreamRules
from neo.domain.market.streaming import Streaming
from neo.domain.market.symbol_health import HEALTHY, DegradationRules, SymbolHealth, answered, failed
from neo.domain.market.tiers import Placement, SymbolStanding, Tier, TierRules, placed
from neo.domain.messages.dropping import CyclePolled, MarketsUpdated, PollSymbols, QuotesUpdated
from neo.domain.messages.exchange import ExchangeQuote, MarketRule, MarketsFetched, QuotesStreamed, StreamQuotes
from neo.domain.telemetry.event import TelemetryEvent
from neo.domain.telemetry.polling_events import (
    MdHealth,
    MdMarketsLoaded,
    MdSkipListAlert,
    MdSymbolDegraded,
    MdSymbolRelisted,
    MdSymbolSkipped,
    MdTierMoved,
)
from neo.domain.units import NS_PER_MS
from neo.records import frozen


@frozen(kw_only=True)
class DeskRules:
    """By value from the configuration. `intervals_ns`: how often each tier polls. `streams` None: nothing by WebSocket.

    `sell_only`: symbols that are watched because there is money in them, and nothing else.
    """

    venue: str
    watchlist: tuple[str, ...]
    tiers: TierRules
    degradation: DegradationRules
    intervals_ns: Mapping[Tier, int]
    skip_list_alert_per_hour: int
    streams: StreamRules | None = None
    sell_only: tuple[str, ...] = ()

    @property
    def watched(self) -> tuple[str, ...]:
        """The watchlist, and what has to be sold besides."""
        return (*self.watchlist, *self.sell_only)


@frozen(kw_only=True)
class QuoteDesk:
    """`listed` are the rules of watched symbols that the exchange lists; `polled` is what each poller was last told."""

    listed: Mapping[str, MarketRule] = attrs.field(factory=dict)
    skips: SkipList = attrs.field(factory=SkipList)
    quotes: Mapping[str, ExchangeQuote] = attrs.field(factory=dict)
    standings: Mapping[str, SymbolStanding] = attrs.field(factory=dict)
    placements: Mapping[str, Placement] = attrs.field(factory=dict)
    health: Mapping[str, SymbolHealth] = attrs.field(factory=dict)
    records: Mapping[Tier, TierRecord] = attrs.field(factory=dict)
    polled: Mapping[Tier, tuple[str, ...]] = attrs.field(factory=dict)
    alarmed: bool = False
    streaming: Streaming = attrs.field(factory=Streaming)


@frozen
class SkipsChanged:
    """The skip list has to be remembered."""

    skips: SkipList


DeskOutput = PollSymbols | StreamQuotes | QuotesUpdated | MarketsUpdated | SkipsChanged | TelemetryEvent
Decision = tuple[QuoteDesk, tuple[DeskOutput, ...]]
_NO_STANDING = SymbolStanding(distance_bps=None, since_drop_ns=None, has_money_in_it=False)


def cycle_polled(rules: DeskRules, desk: QuoteDesk, message: CyclePolled, at_ns: int) -> Decision:
    """What one cycle brought. A cycle that failed as a whole says nothing of its symbols."""
    state, dropped = streaming.polled(desk.streaming, message.quotes, message.asked_at_ns)
    usable = (each for each in message.quotes if not streaming.has_newer(state, each.symbol, message.asked_at_ns))
    fresh = streaming.newer_than_known(desk.quotes, usable)
    quotes = {**desk.quotes, **{quote.symbol: quote for quote in fresh}}
    health, told = _health_after(rules, desk, message, at_ns)
    ages = [at_ns - quotes[symbol].at_ns for symbol in desk.polled.get(message.tier, ()) if symbol in quotes]
    record = desk.records.get(message.tier, TierRecord())
    record = recorded(record, rules.intervals_ns[message.tier], message.cycle, ages)
    records = {**desk.records, message.tier: record}
    desk = attrs.evolve(desk, quotes=quotes, health=health, records=records, streaming=state)
    desk, skipped = _skip(rules, desk, message.unknown, "not listed by the exchange", at_ns)
    desk, polls = _assign(desk, at_ns)
    update = (QuotesUpdated(rules.venue, fresh),) if fresh else ()
    return desk, (*update, *dropped, *told, *skipped, *polls)


def quotes_streamed(rules: DeskRules, desk: QuoteDesk, message: QuotesStreamed) -> Decision:
    """What came by WebSocket, as far as it is believed. A quote of a symbol that is not hot any more is of no use."""
    state, believed = streaming.told(desk.streaming, message.quotes, message.refused)
    fresh = streaming.newer_than_known(desk.quotes, believed)
    desk = attrs.evolve(desk, streaming=state)
    if not fresh:
        return desk, ()
    quotes = {**desk.quotes, **{quote.symbol: quote for quote in fresh}}
    return attrs.evolve(desk, quotes=quotes), (QuotesUpdated(rules.venue, fresh),)


def standings_changed(
    rules: DeskRules, desk: QuoteDesk, standings: Iterable[tuple[str, SymbolStanding]], at_ns: int
) -> Decision:
    """Symbols move between tiers by what the drop buyer says of them."""
    desk = attrs.evolve(desk, standings={**desk.standings, **dict(standings)})
    return _place(rules, desk, at_ns)


def markets_fetched(rules: DeskRules, desk: QuoteDesk, message: MarketsFetched, at_ns: int) -> Decision:
    """After a load. A watched symbol that is not listed is skipped; one that is listed (again) comes back."""
    all_rules = {rule.symbol: rule for rule in message.rules}
    listed = {symbol: all_rules[symbol] for symbol in rules.watched if symbol in all_rules}
    skips, back = desk.skips.reloaded(listed)
    outputs: list[DeskOutput] = [MdSymbolRelisted(entry.symbol, len(skips)) for entry in back]
    gone = tuple(symbol for symbol in rules.watched if symbol not in listed and symbol not in skips)
    desk = attrs.evolve(desk, listed=listed, skips=skips, alarmed=desk.alarmed and not back)
    unsizable = tuple(symbol for symbol in gone if symbol in set(message.without_rules))
    unlisted = tuple(symbol for symbol in gone if symbol not in set(unsizable))
    desk, without_rules = _skip(rules, desk, unsizable, "the exchange tells no step or no minimum of it", at_ns)
    desk, skipped = _skip(rules, desk, unlisted, "not among the exchange's markets", at_ns)
    skipped = (*without_rules, *skipped)
    returned = tuple(entry.symbol for entry in back)
    if back and not skipped:
        outputs.append(SkipsChanged(desk.skips))
    desk, placed_outputs = _place(rules, desk, at_ns)
    update = MarketsUpdated(rules.venue, tuple(listed.values()), gone, returned, rules.sell_only)
    loaded = MdMarketsLoaded(len(all_rules), len(listed), len(gone), len(returned))
    return desk, (update, loaded, *outputs, *skipped, *placed_outputs)


def time_passed(rules: DeskRules, desk: QuoteDesk, at_ns: int) -> Decision:
    """Dwell times and rests end without anybody saying so."""
    desk, outputs = _place(rules, desk, at_ns)
    if desk.alarmed and not desk.skips.is_alarming(at_ns, rules.skip_list_alert_per_hour):
        desk = attrs.evolve(desk, alarmed=False)
    return desk, outputs


def poller_started(desk: QuoteDesk, tier: Tier) -> tuple[DeskOutput, ...]:
    """A rebuilt poller has forgotten its symbols."""
    return (PollSymbols(tier, desk.polled[tier]),) if tier in desk.polled else ()


def health_report(desk: QuoteDesk) -> tuple[TelemetryEvent, ...]:
    """One MD_HEALTH for each tier that has polled, and MD_STREAM_HEALTH when there are streams."""
    degraded = sum(1 for health in desk.health.values() if health.is_degraded)
    polling = tuple(
        MdHealth.of(tier, len(desk.polled.get(tier, ())), desk.records[tier], degraded, len(desk.skips))
        for tier in Tier
        if tier in desk.records
    )
    return (*polling, *streaming.health_of(desk.streaming))


def _health_after(
    rules: DeskRules, desk: QuoteDesk, message: CyclePolled, at_ns: int
) -> tuple[dict[str, SymbolHealth], list[DeskOutput]]:
    """Only what is not healthy is kept."""
    health, told = dict(desk.health), list[DeskOutput]()
    for quote in message.quotes:
        before = health.pop(quote.symbol, HEALTHY)
        if answered(before) is not before and before.is_degraded:
            told.append(MdSymbolDegraded(quote.symbol, before.failures_in_a_row, 0))
    for symbol in message.missing:
        before, is_held = health.get(symbol, HEALTHY), desk.standings.get(symbol, _NO_STANDING).has_money_in_it
        after = health[symbol] = failed(_patience(rules.degradation, is_held), before, at_ns)
        if after.resting_until_ns is not None and not (is_held and before.is_degraded):
            rest_ms = (after.resting_until_ns - at_ns) // NS_PER_MS
            told.append(MdSymbolDegraded(symbol, after.failures_in_a_row, rest_ms))
    return health, told


def _patience(rules: DegradationRules, is_held: bool) -> DegradationRules:
    """What is held cannot be sold while it rests: its rests do not grow."""
    return attrs.evolve(rules, backoff_max_ns=rules.backoff_first_ns) if is_held else rules


def _skip(
    rules: DeskRules, desk: QuoteDesk, symbols: Iterable[str], why: str, at_ns: int
) -> tuple[QuoteDesk, tuple[DeskOutput, ...]]:
    skips, outputs = desk.skips, list[DeskOutput]()
    for symbol in symbols:
        if symbol not in skips:
            skips = skips.skipped(symbol, at_ns, why)
            outputs.append(MdSymbolSkipped.of(SkippedSymbol(symbol, at_ns, why), len(skips)))
    if not outputs:
        return desk, ()
    alarming = skips.is_alarming(at_ns, rules.skip_list_alert_per_hour)
    if alarming and not desk.alarmed:
        grown = skips.grew_within_window(at_ns)
        outputs.append(MdSkipListAlert(grown, rules.skip_list_alert_per_hour, len(skips)))
    return attrs.evolve(desk, skips=skips, alarmed=alarming), (*outputs, SkipsChanged(skips))


def _place(rules: DeskRules, desk: QuoteDesk, at_ns: int) -> Decision:
    """Every listed symbol's tier, then what the pollers have to be told."""
    placements, moved = dict(desk.placements), list[DeskOutput]()
    for symbol in desk.listed:
        before = placements.get(symbol, Placement(Tier.COLD, at_ns))
        after = placed(rules.tiers, before, desk.standings.get(symbol, _NO_STANDING), at_ns)
        placements[symbol] = after
        if after.tier is not before.tier:
            moved.append(MdTierMoved(symbol, before.tier.value, after.tier.value))
    desk, polls = _assign(attrs.evolve(desk, placements=placements), at_ns)
    return desk, (*moved, *polls)


def _assign(desk: QuoteDesk, at_ns: int) -> Decision:
    """PollSymbols to the pollers whose list has changed. Who rests or is skipped is on none. Hot ones are streamed as well."""
    lists: dict[Tier, list[str]] = {tier: [] for tier in Tier}
    for symbol in desk.listed:
        if symbol in desk.placements and symbol not in desk.skips and desk.health.get(symbol, HEALTHY).is_due(at_ns):
            lists[desk.placements[symbol].tier].append(symbol)
    polled = {tier: tuple(symbols) for tier, symbols in lists.items()}
    told = tuple(PollSymbols(tier, polled[tier]) for tier in Tier if polled[tier] != desk.polled.get(tier, ()))
    state, streams = streaming.wanted(desk.streaming, polled[Tier.HOT], at_ns)
    desk = attrs.evolve(desk, polled=polled, streaming=state) if told or streams else desk
    return desk, (*told, *streams)
