from __future__ import annotations

from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neo.domain.config.risk import RiskConfig
from neo.domain.market.instrument import Side
from neo.domain.messages.quoting import (
    Quote,
    QuoteRefusal,
    QuoteRefused,
    QuotesApproved,
    WorkingOrder,
    WorkingOrdersChanged,
)
from neo.domain.messages.session import GatewayReported, Phase, PhaseChanged, RiskBreach, RiskBreached
from neo.domain.orders.lifecycle import OrderState
from neo.domain.safety.risk import RiskInput, RiskOutput, decide
from neo.domain.safety.risk_state import RiskState
from neo.domain.units import NS_PER_S
from tests.domain.samples import START_NS, D, account, book, inventory, market, order, proposal, quote, risk

HEADROOM_DROPS = 1_000


class Desk:
    """Risk with a clock: feeds messages and collects what it says."""

    def __init__(self, config: RiskConfig | None = None) -> None:
        self.config = config or risk()
        self.now_ns = START_NS
        self.state = RiskState(START_NS)

    def hear(self, message: RiskInput | None) -> tuple[RiskOutput, ...]:
        self.state, said = decide(self.state, message, self.now_ns, self.config, HEADROOM_DROPS)
        return said

    def after(self, seconds: int) -> tuple[RiskOutput, ...]:
        self.now_ns += seconds * NS_PER_S
        return self.hear(None)

    def ask(self, *quotes: Quote) -> tuple[tuple[Quote, ...], list[QuoteRefused]]:
        said = self.hear(proposal(*quotes, at_ns=self.now_ns, market_at_ns=START_NS))
        approved = [x for x in said if isinstance(x, QuotesApproved)]
        assert len(approved) == 1
        return approved[0].quotes, [x for x in said if isinstance(x, QuoteRefused)]

    def works(self, *orders: WorkingOrder, placed_total: int = 1, acted_tick: int = 0) -> tuple[RiskOutput, ...]:
        return self.hear(WorkingOrdersChanged("xrpl", "XRP/RLUSD", orders, placed_total, acted_tick))


def trading(base: str = "1000", cash: str = "1000", **limits: Any) -> Desk:
    desk = Desk(risk(**limits))
    for message in (PhaseChanged(Phase.TRADING, "s"), market(), inventory(base, cash), account()):
        assert desk.hear(message) == ()
    return desk


def breaches(said: tuple[RiskOutput, ...]) -> list[tuple[RiskBreach, str]]:
    return [(x.breach, x.detail) for x in said if isinstance(x, RiskBreached)]


# ---------------------------------------------------------------------------------------------------------- approval


def test_quotes_within_every_limit_pass() -> None:
    passed, refused = trading().ask(quote(Side.BUY), quote(Side.SELL, "0.5210"))

    assert [q.side for q in passed] == [Side.BUY, Side.SELL]
    assert refused == []


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase is not Phase.TRADING])
def test_outside_trading_every_quote_is_refused(phase: Phase) -> None:
    desk = trading()
    desk.hear(PhaseChanged(phase, "s"))

    passed, (refused,) = desk.ask(quote())

    assert passed == ()
    assert (refused.reason, refused.detail) == (QuoteRefusal.NOT_TRADING, f"the session is {phase.value}")


def test_without_balances_reserves_or_a_price_nothing_passes() -> None:
    for missing in range(3):
        desk = Desk()
        desk.hear(PhaseChanged(Phase.TRADING, "s"))
        facts: list[RiskInput] = [market(), inventory(), account()]
        del facts[missing]
        for fact in facts:
            desk.hear(fact)

        _, (refused,) = desk.ask(quote())

        assert refused.reason is QuoteRefusal.NO_BOOKS


def test_a_proposal_built_on_old_market_data_is_refused_with_its_age() -> None:
    desk = trading(ledger_age_max_s=D(100))
    desk.now_ns += 21 * NS_PER_S

    _, (refused,) = desk.ask(quote())

    assert (refused.reason, refused.detail) == (QuoteRefusal.STALE_MARKET_DATA, "market data is 21.0 s old (> 20)")


def test_a_ledger_that_stopped_is_stale_however_fresh_its_copy() -> None:
    desk = trading()
    desk.now_ns += 15 * NS_PER_S
    desk.hear(market(book(at_ns=START_NS - 10 * NS_PER_S), received_at_ns=desk.now_ns))

    _, (refused,) = desk.ask(quote())

    assert (refused.reason, refused.detail) == (QuoteRefusal.STALE_MARKET_DATA, "the ledger closed 25.0 s ago (> 20)")


def test_a_buy_that_could_break_the_xrp_limit_is_refused_and_the_sell_passes() -> None:
    desk = trading(base="185", max_xrp_exposure=D("100.0"))

    passed, (refused,) = desk.ask(quote(Side.BUY), quote(Side.SELL, "0.5210"))

    assert [q.side for q in passed] == [Side.SELL]
    assert (refused.quote.side, refused.reason) == (Side.BUY, QuoteRefusal.BASE_EXPOSURE)
    assert refused.detail == "worst case 110.76 > 99.00"


def test_an_order_and_its_replacement_both_count_because_both_may_fill() -> None:
    desk = trading(base="140", max_xrp_exposure=D("100.0"))
    assert desk.ask(quote(Side.BUY))[1] == []

    desk.works(order(Side.BUY, state=OrderState.UNKNOWN), acted_tick=1)
    _, (refused,) = desk.ask(quote(Side.BUY, quantity="26"))

    assert refused.reason is QuoteRefusal.BASE_EXPOSURE


def test_an_approval_counts_until_the_router_has_acted_on_it() -> None:
    desk = trading(base="150", max_xrp_exposure=D("100.0"))
    assert desk.ask(quote(Side.BUY))[1] == []

    desk.works(acted_tick=0)
    assert desk.ask(quote(Side.BUY))[1][0].reason is QuoteRefusal.BASE_EXPOSURE

    desk.works(acted_tick=1)
    assert desk.ask(quote(Side.BUY))[1] == []


def test_money_on_its_way_is_not_promised_again() -> None:
    desk = trading(cash="20")
    assert desk.ask(quote(Side.BUY))[1] == []

    assert desk.ask(quote(Side.BUY))[1][0].reason is QuoteRefusal.INSUFFICIENT_FUNDS


def test_acting_on_a_later_approval_settles_the_earlier_ones_that_were_lost() -> None:
    desk = trading()
    for number in (998, 999, 1):  # the strategy was restarted after tick 999
        desk.hear(attrs.evolve(proposal(quote()), tick=number))
    assert len(desk.state.on_the_way) == 3

    desk.works(acted_tick=999)
    assert [approval.tick for approval in desk.state.on_the_way] == [1]
    desk.works(acted_tick=1)
    assert not desk.state.on_the_way


def test_a_lost_approval_does_not_keep_its_money_for_ever() -> None:
    desk = trading(cash="20")
    desk.ask(quote(Side.BUY))
    for number in (2, 3, 4):  # refused as a whole: the money may still be spent
        desk.hear(attrs.evolve(proposal(quote()), tick=number))
    assert [approval.tick for approval in desk.state.on_the_way] == [1, 4]

    desk.works(acted_tick=4)

    assert desk.ask(quote(Side.BUY))[1] == []


def test_two_quotes_of_one_proposal_count_together() -> None:
    desk = trading(base="150", max_xrp_exposure=D("100.0"))

    passed, (refused,) = desk.ask(quote(Side.BUY), quote(Side.BUY, "0.5180", level=1))

    assert [q.level for q in passed] == [0]
    assert (refused.quote.level, refused.reason) == (1, QuoteRefusal.BASE_EXPOSURE)


def test_a_sell_that_could_break_the_rlusd_limit_is_refused() -> None:
    desk = trading(cash="90", max_rlusd_exposure=D("100"))

    _, (refused,) = desk.ask(quote(Side.SELL, "0.5210"))

    assert refused.reason is QuoteRefusal.QUOTE_EXPOSURE


def test_money_is_only_promised_once() -> None:
    desk = trading(cash="20")

    passed, (refused,) = desk.ask(quote(Side.BUY), quote(Side.BUY, "0.5180", level=1))

    assert [q.level for q in passed] == [0]
    assert (refused.quote.level, refused.reason) == (1, QuoteRefusal.INSUFFICIENT_FUNDS)


def test_orders_elsewhere_keep_their_money() -> None:
    desk = trading(cash="20")
    desk.works(order(Side.BUY, level=3))

    _, (refused,) = desk.ask(quote(Side.BUY))

    assert refused.detail == "needs 14.532000, free 5.468000"


def test_a_small_wallet_may_keep_replacing_the_order_that_holds_its_money() -> None:
    desk = trading(cash="20")
    desk.works(order(Side.BUY))

    assert desk.ask(quote(Side.BUY))[1] == []


def test_an_order_in_doubt_keeps_its_money_even_in_the_same_place() -> None:
    desk = trading(cash="20")
    desk.works(order(Side.BUY, state=OrderState.UNKNOWN))

    assert desk.ask(quote(Side.BUY))[1][0].reason is QuoteRefusal.INSUFFICIENT_FUNDS


def test_the_reserve_is_never_offered() -> None:
    # Reserve: 1 XRP, 0.2 for what is owned, 0.2 for the new offer; 0.001 for fees.
    assert trading(base="29.401").ask(quote(Side.SELL, "0.5210"))[1] == []

    _, (refused,) = trading(base="29.400999").ask(quote(Side.SELL, "0.5210"))

    assert refused.reason is QuoteRefusal.INSUFFICIENT_FUNDS


prices = st.decimals("0.50", "0.54", places=4)
sizes = st.decimals("0.1", "200", places=2)
sides = st.sampled_from(list(Side))
open_orders = st.lists(
    st.builds(
        WorkingOrder,
        st.uuids().map(str),
        sides,
        st.integers(0, 3),
        prices,
        sizes,
        st.sampled_from([s for s in OrderState if not s.is_final]),
        st.none(),
    ),
    max_size=5,
)
wishes = st.lists(st.builds(Quote, sides, st.integers(0, 3), prices, sizes), max_size=6)


@given(st.decimals("0", "400", places=2), st.decimals("0", "300", places=2), open_orders, wishes)
def test_whatever_fills_after_an_approval_no_limit_is_broken(
    base: Decimal, cash: Decimal, working: list[WorkingOrder], wanted: list[Quote]
) -> None:
    desk = Desk(risk(max_xrp_exposure=D(150), max_rlusd_exposure=D(200)))
    for message in (PhaseChanged(Phase.TRADING, "s"), market(), inventory(str(base), str(cash)), account()):
        desk.hear(message)
    desk.works(*working)

    passed, refused = desk.ask(*wanted)

    assert len(passed) + len(refused) == len(wanted)
    buys = [q for q in passed if q.side is Side.BUY]
    sells = [q for q in passed if q.side is Side.SELL]
    if buys:
        in_flight = sum((o.remaining for o in working if o.side is Side.BUY), D(0))
        assert (base + in_flight + sum(q.quantity for q in buys)) * D("0.52") <= 150
        assert sum(q.quantity * q.price for q in buys) <= cash
    if sells:
        incoming = sum((o.remaining * o.price for o in working if o.side is Side.SELL), D(0))
        assert cash + incoming + sum(q.quantity * q.price for q in sells) <= 200
        assert sum(q.quantity for q in sells) <= base - D("1.2")


# ---------------------------------------------------------------------------------------------------------- breaches


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
