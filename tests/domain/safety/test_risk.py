from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from neo.domain.market.instrument import Side
from neo.domain.messages.session import GatewayReported, Phase, PhaseChanged, RiskBreach
from neo.domain.orders.lifecycle import OrderState
from neo.domain.units import NS_PER_S
from tests.domain.safety.risk_desk import Desk, breaches, trading
from tests.domain.samples import START_NS, D, book, inventory, market, order, risk


def test_an_exposure_over_its_limit_is_reported_with_both_numbers() -> None:
    desk = Desk(risk(max_xrp_exposure=D("100.0")))
    desk.hear(market())

    said = desk.hear(inventory(base="221.53846"))

    assert breaches(said) == [(RiskBreach.XRP_EXPOSURE, "xrp exposure limit (115.20 > 100.0)")]


def test_orders_in_flight_count_towards_the_exposure() -> None:
    desk = trading(base="180", cash="10", max_xrp_exposure=D(100), max_rlusd_exposure=D(100))

    said = desk.works(order(Side.BUY, state=OrderState.SUBMITTED), order(Side.SELL, "0.6", "200", order_id="o2"))

    assert [breach for breach, _ in breaches(said)] == [RiskBreach.XRP_EXPOSURE, RiskBreach.RLUSD_EXPOSURE]


def test_a_breach_is_reported_once_until_its_limit_holds_again() -> None:
    desk = trading(max_xrp_exposure=D(600))

    assert len(breaches(desk.hear(inventory(base="1200")))) == 1
    assert breaches(desk.hear(inventory(base="1201"))) == []
    assert breaches(desk.hear(inventory(base="1000"))) == []
    assert len(breaches(desk.hear(inventory(base="1200")))) == 1


def test_a_market_that_falls_silent_breaches_both_ages() -> None:
    desk = trading()

    assert breaches(desk.after(20)) == []
    assert breaches(desk.after(1)) == [
        (RiskBreach.STALE_LEDGER, "age of the last ledger in s (21.00 > 20)"),
        (RiskBreach.STALE_MARKET_DATA, "age of market data in s (21.00 > 20)"),
    ]


def test_a_market_that_never_spoke_is_noticed_as_well() -> None:
    desk = Desk()
    desk.hear(PhaseChanged(Phase.TRADING, "s"))

    assert [breach for breach, _ in breaches(desk.after(21))] == [RiskBreach.STALE_LEDGER, RiskBreach.STALE_MARKET_DATA]


def test_ages_are_not_watched_before_trading_begins() -> None:
    desk = Desk()

    assert desk.after(3600) == ()


def test_ages_are_counted_from_when_trading_began() -> None:
    desk = Desk()
    desk.hear(market())
    desk.now_ns += 100 * NS_PER_S

    assert desk.hear(PhaseChanged(Phase.TRADING, "s")) == ()
    assert breaches(desk.after(20)) == []
    assert len(breaches(desk.after(1))) == 2


def test_a_fresh_copy_of_an_old_ledger_is_a_stale_ledger() -> None:
    desk = trading()
    desk.now_ns += 25 * NS_PER_S

    said = desk.hear(market(book(at_ns=START_NS), received_at_ns=desk.now_ns))

    assert [breach for breach, _ in breaches(said)] == [RiskBreach.STALE_LEDGER]


def test_failures_in_a_row_are_counted_and_one_success_forgives_them() -> None:
    desk = trading(rpc_failures_max=2)
    failed, worked = GatewayReported("xrpl", False, "timeout"), GatewayReported("xrpl", True, "")

    assert (
        breaches(desk.hear(failed) + desk.hear(failed) + desk.hear(worked) + desk.hear(failed) + desk.hear(failed))
        == []
    )
    assert breaches(desk.hear(failed)) == [
        (RiskBreach.RPC_FAILURE, "failed requests in a row (3 > 2), the last: timeout"),
    ]


def test_a_venue_that_stays_unreachable_breaches_even_with_few_requests() -> None:
    desk = trading(gateway_unhealthy_s=D(10))
    desk.hear(GatewayReported("xrpl", False, "refused"))

    assert breaches(desk.after(10)) == []
    assert breaches(desk.after(1)) == [(RiskBreach.GATEWAY_UNHEALTHY, "venue unreachable for s (11.00 > 10)")]


def test_a_fall_from_the_best_result_is_a_drawdown() -> None:
    desk = trading(max_drawdown_rlusd=D(10))
    desk.hear(inventory(base="1100", quote="960", base_fills="100", quote_fills="-40"))

    said = desk.hear(market(book("0.3999", "0.4001")))

    assert breaches(said) == [(RiskBreach.DRAWDOWN, "drawdown limit in RLUSD (12.00 > 10)")]


def test_a_limit_that_is_over_by_little_is_told_with_a_number_that_is_over_it() -> None:
    desk = Desk(risk(max_xrp_exposure=D("115.20")))
    desk.hear(market())

    said = desk.hear(inventory(base="221.53847"))

    assert breaches(said) == [(RiskBreach.XRP_EXPOSURE, "xrp exposure limit (115.2001 > 115.20)")]


def test_neither_a_withdrawal_nor_the_price_of_capital_is_a_drawdown() -> None:
    desk = trading(max_drawdown_rlusd=D(10))

    assert desk.hear(inventory(base="1000", quote="100")) == ()
    assert desk.hear(market(book("0.2999", "0.3001"))) == ()


def test_orders_are_counted_over_the_last_minute() -> None:
    desk = trading(max_orders_per_minute=4)
    assert breaches(desk.works(placed_total=0)) == []
    assert breaches(desk.works(placed_total=4)) == []
    desk.now_ns += 30 * NS_PER_S
    desk.hear(market(book(at_ns=desk.now_ns), desk.now_ns))

    assert breaches(desk.works(placed_total=5)) == [(RiskBreach.ORDER_RATE, "orders per minute limit (5 > 4)")]


def test_orders_of_an_earlier_minute_do_not_count() -> None:
    desk = trading(max_orders_per_minute=4)
    for minute in range(5):
        desk.now_ns = START_NS + minute * 61 * NS_PER_S
        desk.hear(market(book(at_ns=desk.now_ns), desk.now_ns))

        assert breaches(desk.works(placed_total=4 * minute)) == []


def test_an_order_leaves_the_count_when_it_is_a_minute_old() -> None:
    desk = trading(max_orders_per_minute=4, ledger_age_max_s=D(3600), market_data_age_max_s=D(3600))
    desk.works(placed_total=0)
    assert len(breaches(desk.works(placed_total=5))) == 1

    desk.after(59)
    assert RiskBreach.ORDER_RATE in desk.state.breached
    desk.after(1)
    assert RiskBreach.ORDER_RATE not in desk.state.breached


def test_a_restarted_router_starts_counting_again() -> None:
    desk = trading(max_orders_per_minute=4)
    desk.works(placed_total=1000)

    assert breaches(desk.works(placed_total=3)) == []
    assert breaches(desk.works(placed_total=5)) == [(RiskBreach.ORDER_RATE, "orders per minute limit (5 > 4)")]


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 3)), max_size=30))
def test_the_order_rate_equals_a_count_of_every_order_in_the_window(steps: list[tuple[int, int]]) -> None:
    desk = trading(
        max_orders_per_minute=5, ledger_age_max_s=D(3600), market_data_age_max_s=D(3600), gateway_unhealthy_s=D(3600)
    )
    desk.works(placed_total=0)
    placed: list[int] = []
    for wait_s, orders in steps:
        desk.now_ns += wait_s * NS_PER_S
        placed += [desk.now_ns] * orders
        desk.works(placed_total=len(placed))

        recent = sum(1 for at_ns in placed if at_ns > desk.now_ns - 60 * NS_PER_S)
        assert (RiskBreach.ORDER_RATE in desk.state.breached) == (recent > 5)


def test_a_limit_that_is_still_broken_when_trading_resumes_is_reported_again() -> None:
    desk = trading(max_xrp_exposure=D(600))
    assert len(breaches(desk.hear(inventory(base="1200")))) == 1
    for phase in (Phase.HALTING, Phase.HELD, Phase.RECONCILING):
        assert desk.hear(PhaseChanged(phase, "s")) == ()

    assert [breach for breach, _ in breaches(desk.hear(PhaseChanged(Phase.TRADING, "s")))] == [RiskBreach.XRP_EXPOSURE]


def test_a_resumed_session_counts_its_drawdown_from_where_it_resumed() -> None:
    desk = trading(max_drawdown_rlusd=D(10))
    desk.hear(inventory(base="1100", quote="960", base_fills="100", quote_fills="-40"))
    desk.hear(market(book("0.3999", "0.4001")))
    assert desk.state.breached == (RiskBreach.DRAWDOWN,)

    for phase in (Phase.HALTING, Phase.HELD, Phase.RECONCILING, Phase.TRADING):
        assert desk.hear(PhaseChanged(phase, "s")) == ()

    said = desk.hear(market(book("0.2899", "0.2901")))
    assert breaches(said) == [(RiskBreach.DRAWDOWN, "drawdown limit in RLUSD (11.00 > 10)")]
