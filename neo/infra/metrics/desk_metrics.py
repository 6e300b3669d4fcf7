"""Exchanges that drops are bought on: polling, age of the quotes, drops, trades, budget, result."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal

from neo.infra.control.desk_status import DeskStatus, TierStatus
from neo.infra.control.status import EngineStatus
from neo.infra.metrics.metric import Number, Sample, counter, gauge

_MS_PER_S = 1_000
_Read = Callable[[EngineStatus], Iterable[Sample]]


def _desk(read: Callable[[DeskStatus], Number | None]) -> _Read:
    return lambda status: [((desk.venue,), read(desk)) for desk in status.desks]


def _tier(read: Callable[[TierStatus], Number | None]) -> _Read:
    return lambda status: [((desk.venue, tier.tier), read(tier)) for desk in status.desks for tier in desk.tiers]


def _seconds(milliseconds: int | None) -> Decimal | None:
    return None if milliseconds is None else Decimal(milliseconds) / _MS_PER_S


def _symbols(status: EngineStatus) -> Iterable[Sample]:
    for desk in status.desks:
        yield (desk.venue, "watched"), desk.watched
        yield (desk.venue, "polled"), desk.polled
        yield (desk.venue, "skipped"), desk.skipped
        yield (desk.venue, "degraded"), desk.degraded


def _ages(status: EngineStatus) -> Iterable[Sample]:
    for desk in status.desks:
        yield (desk.venue, "50"), _seconds(desk.age_p50_ms)
        yield (desk.venue, "99"), _seconds(desk.age_p99_ms)


def _budget(status: EngineStatus) -> Iterable[Sample]:
    for desk in status.desks:
        if desk.budget is not None:
            yield (desk.venue, "free"), desk.budget.free
            yield (desk.venue, "reserved"), desk.budget.reserved
            yield (desk.venue, "committed"), desk.budget.committed


def _positions(status: EngineStatus) -> Iterable[Sample]:
    return [((desk.venue,), len(desk.positions)) for desk in status.desks]


def _position_cost(status: EngineStatus) -> Iterable[Sample]:
    return [((desk.venue,), sum(each.cost_quote for each in desk.positions)) for desk in status.desks]


def _guards(status: EngineStatus) -> Iterable[Sample]:
    return [((desk.venue, each.guard), each.drops) for desk in status.desks for each in desk.blocked_by]


def _filled(status: EngineStatus) -> Iterable[Sample]:
    for desk in status.desks:
        yield (desk.venue, "entry"), desk.entries_filled
        yield (desk.venue, "exit"), desk.exits_filled


def _traded(status: EngineStatus) -> Iterable[Sample]:
    for desk in status.desks:
        yield (desk.venue, "buy"), desk.bought_quote
        yield (desk.venue, "sell"), desk.sold_quote


def _breakers(status: EngineStatus) -> Iterable[Sample]:
    return [((desk.venue, breaker), 1) for desk in status.desks for breaker in desk.breakers]


_OF_A_VENUE = ("venue",)
_OF_A_TIER = ("venue", "tier")

DESK_METRICS = (
    gauge(
        "neo_desk_symbols",
        "symbols: configured, asked for, unknown to the exchange, resting after failures",
        ("venue", "state"),
        _symbols,
    ),
    gauge(
        "neo_desk_data_age_seconds",
        "age of the newest quotes: percentile over all symbols",
        ("venue", "percentile"),
        _ages,
    ),
    gauge(
        "neo_poll_interval_seconds",
        "configured poll interval of the tier",
        _OF_A_TIER,
        _tier(lambda tier: _seconds(tier.interval_ms)),
    ),
    gauge(
        "neo_poll_cycle_seconds",
        "duration of the poll cycle that ended last",
        _OF_A_TIER,
        _tier(lambda tier: _seconds(tier.last_cycle_ms)),
    ),
    counter("neo_poll_cycles_total", "poll cycles that ended", _OF_A_TIER, _tier(lambda tier: tier.cycles)),
    counter(
        "neo_poll_overruns_total",
        "poll cycles that took longer than the interval",
        _OF_A_TIER,
        _tier(lambda tier: tier.overruns),
    ),
    gauge(
        "neo_poll_success_ratio",
        "poll requests that succeeded, 0 to 1",
        _OF_A_TIER,
        _tier(lambda tier: tier.success_rate),
    ),
    gauge("neo_budget_quote", "budget by part; the parts make up the whole", ("venue", "part"), _budget),
    gauge("neo_positions", "coins held", _OF_A_VENUE, _positions),
    gauge("neo_positions_cost_quote", "what the coins held cost, with fees", _OF_A_VENUE, _position_cost),
    gauge(
        "neo_positions_unrealised_quote",
        "what the coins held would bring at the bid, less their cost",
        _OF_A_VENUE,
        _desk(lambda desk: desk.unrealised_quote),
    ),
    gauge("neo_trades_working", "entries and exits under way", _OF_A_VENUE, _desk(lambda desk: len(desk.working))),
    counter(
        "neo_desk_orders_placed_total",
        "orders sent to the exchange by the session",
        _OF_A_VENUE,
        _desk(lambda desk: desk.orders_placed),
    ),
    counter("neo_drops_total", "falls to the trigger", _OF_A_VENUE, _desk(lambda desk: desk.drops)),
    counter(
        "neo_drops_blocked_total",
        "falls to the trigger that a guard stopped",
        _OF_A_VENUE,
        _desk(lambda desk: desk.drops_blocked),
    ),
    counter("neo_drops_blocked_by_guard_total", "drops that a guard was against", ("venue", "guard"), _guards),
    counter(
        "neo_entries_refused_total", "entries that Risk refused", _OF_A_VENUE, _desk(lambda desk: desk.refused_by_risk)
    ),
    counter("neo_trades_filled_total", "entries and exits that traded", ("venue", "purpose"), _filled),
    counter("neo_traded_quote_total", "bought and sold, in quote", ("venue", "side"), _traded),
    gauge(
        "neo_result_quote",
        "result of the sales of the session, those under way as far as they got, after fees",
        _OF_A_VENUE,
        _desk(lambda desk: desk.result_quote),
    ),
    gauge(
        "neo_result_today_quote",
        "result of the trades closed on the UTC day, after fees",
        _OF_A_VENUE,
        _desk(lambda desk: desk.result_today_quote),
    ),
    gauge("neo_trades_today", "trades closed on the UTC day", _OF_A_VENUE, _desk(lambda desk: desk.trades_today)),
    gauge(
        "neo_losses_in_a_row",
        "trades closed at a loss since the last gain",
        _OF_A_VENUE,
        _desk(lambda desk: desk.losses_in_a_row),
    ),
    gauge("neo_breaker_open", "1 for a breaker that keeps entries back", ("venue", "breaker"), _breakers),
)
