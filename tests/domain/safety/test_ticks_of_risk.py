"""A tick of the clock looks at what depends on the time; all else was judged when it changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neo.domain.market.instrument import Side
from neo.domain.messages.session import GatewayReported, Phase, PhaseChanged, RiskBreach
from neo.domain.safety.limits import aged, broken_limits, holds_for_ns
from neo.domain.safety.risk import RiskInput
from neo.domain.units import NS_PER_S
from tests.domain.safety.risk_desk import Desk, breaches, trading
from tests.domain.samples import D, book, inventory, market, order, pool, proposal, quote

LIMITS: dict[str, Any] = {
    "max_xrp_exposure": D(600),
    "max_rlusd_exposure": D(1100),
    "max_drawdown_rlusd": D(20),
    "max_orders_per_minute": 4,
    "rpc_failures_max": 2,
}


def _market(desk: Desk, number: int) -> None:
    desk.hear(market(book(beside=pool(f"0.{48 + 2 * number}00"), at_ns=desk.now_ns), desk.now_ns))


def _inventory(desk: Desk, number: int) -> None:
    desk.hear(inventory(str(1000 + 80 * number), str(1000 - 40 * number)))


def _propose(desk: Desk, number: int) -> None:
    quotes = [quote(Side.BUY, "0.5190", str(28 * (level + 1)), level) for level in range(number)]
    desk.hear(proposal(*quotes, at_ns=desk.now_ns, market_at_ns=desk.now_ns))


def _work(desk: Desk, number: int) -> None:
    orders = [order(Side.BUY, "0.5190", "60", level, order_id=f"o{level}") for level in range(number)]
    desk.works(*orders, placed_total=desk.state.rate.marks[-1][1] + number if desk.state.rate.marks else number)


def _act(desk: Desk, number: int) -> None:
    desk.works(*desk.state.working, placed_total=0, acted_tick=number)


def _fail(desk: Desk, number: int) -> None:
    desk.hear(GatewayReported("xrpl", number == 0, "no answer"))


def _phase(desk: Desk, number: int) -> None:
    desk.hear(PhaseChanged((Phase.TRADING, Phase.PAUSED, Phase.HELD, Phase.RECONCILING)[number], "s"))


_NEWS = (_market, _inventory, _propose, _work, _act, _fail, _phase)


@given(st.lists(st.tuples(st.sampled_from(_NEWS), st.integers(0, 3), st.integers(0, 25)), max_size=25))
def test_a_tick_reports_every_limit_that_is_over_and_was_not_reported(
    story: list[tuple[Callable[[Desk, int], None], int, int]],
) -> None:
    desk = trading(**LIMITS)
    for happens, number, wait_s in story:
        happens(desk, number)
        desk.now_ns += wait_s * NS_PER_S
        over = broken_limits(desk.state, desk.now_ns, desk.config)
        news = [(each.breach, each.detail) for each in over if each.breach not in desk.state.breached]

        assert breaches(desk.hear(None)) == news
        assert desk.state.breached == tuple(each.breach for each in over)


@given(st.lists(st.tuples(st.sampled_from(_NEWS), st.integers(0, 3), st.integers(0, 25)), max_size=15), st.data())
def test_nothing_ages_before_the_time_at_which_risk_looks_again_whatever_it_hears_until_then(
    story: list[tuple[Callable[[Desk, int], None], int, int]], data: st.DataObject
) -> None:
    desk = trading(**{**LIMITS, "rpc_failures_max": 1000, "gateway_unhealthy_s": D(15)})
    for happens, number, wait_s in story:
        happens(desk, number)
        desk.now_ns += wait_s * NS_PER_S
    looks_again_ns = desk.now_ns + holds_for_ns(desk.state, desk.now_ns, desk.config)

    while desk.now_ns < looks_again_ns:
        happens, number = data.draw(st.tuples(st.sampled_from(_NEWS), st.integers(0, 3)))
        happens(desk, number)
        desk.now_ns = min(looks_again_ns, desk.now_ns + data.draw(st.integers(1, 15)) * NS_PER_S)
        assert aged(desk.state, desk.now_ns, desk.config) == ()


def test_a_market_that_falls_silent_is_too_old_the_moment_after_risk_looked_for_the_first_time() -> None:
    desk = trading()
    desk.now_ns += holds_for_ns(desk.state, desk.now_ns, desk.config)
    assert desk.hear(None) == ()

    desk.now_ns += 1
    assert RiskBreach.STALE_MARKET_DATA in [breach for breach, _ in breaches(desk.hear(None))]


def test_a_venue_that_may_begin_to_fail_now_is_looked_at_when_it_has_failed_for_too_long() -> None:
    desk = trading(gateway_unhealthy_s=D(15))

    assert holds_for_ns(desk.state, desk.now_ns, desk.config) == 15 * NS_PER_S


@pytest.mark.parametrize("said", [PhaseChanged(Phase.HELD, "s"), GatewayReported("xrpl", False, "no answer")])
def test_without_trading_and_with_a_venue_that_fails_risk_looks_at_each_interval(said: RiskInput) -> None:
    desk = trading()
    desk.hear(said)

    assert holds_for_ns(desk.state, desk.now_ns, desk.config) == 0


def test_a_peak_that_the_books_remember_is_judged_at_the_next_tick() -> None:
    desk = trading()
    desk.state = attrs.evolve(desk.state, peak_result=D(500), unjudged=True)

    assert [breach for breach, _ in breaches(desk.after(1))] == [RiskBreach.DRAWDOWN]
    assert desk.after(1) == ()
