"""A proposal of what rests already: Risk judges it, and the router is left alone."""

from __future__ import annotations

from neo.domain.market.instrument import Side
from neo.domain.messages.quoting import QuoteRefused, QuotesApproved
from neo.domain.orders.lifecycle import OrderState
from neo.domain.safety.risk import ASKED_ANYWAY_TICKS, RiskOutput, decide
from tests.domain.safety.risk_desk import HEADROOM_DROPS, Desk, trading
from tests.domain.samples import START_NS, order, proposal, quote, strategy

BUY, SELL = quote(), quote(Side.SELL, "0.5210")
RESTING = (order(), order(Side.SELL, "0.5210", order_id="o2"))


def asked(desk: Desk, *, tick: int = 1, market_at_ns: int = START_NS) -> tuple[RiskOutput, ...]:
    wanted = proposal(BUY, SELL, at_ns=desk.now_ns, market_at_ns=market_at_ns, tick=tick)
    desk.state, said = decide(desk.state, wanted, desk.now_ns, desk.config, HEADROOM_DROPS, strategy())
    return said


def test_the_router_is_not_asked_for_what_rests_already() -> None:
    desk = trading()
    desk.works(*RESTING)
    before = desk.state

    assert asked(desk) == ()
    assert desk.state is before


def test_the_router_is_asked_now_and_then_all_the_same() -> None:
    desk = trading()
    desk.works(*RESTING)

    (approved,) = asked(desk, tick=ASKED_ANYWAY_TICKS)

    assert isinstance(approved, QuotesApproved)
    assert approved.quotes == (BUY, SELL)


def test_the_router_is_asked_while_an_order_is_in_doubt() -> None:
    desk = trading()
    desk.works(order(state=OrderState.UNKNOWN), RESTING[1])

    assert isinstance(asked(desk)[0], QuotesApproved)


def test_the_router_is_asked_while_an_approval_is_on_its_way_to_it() -> None:
    desk = trading()
    desk.ask(BUY)
    desk.works(*RESTING, acted_tick=0)

    assert isinstance(asked(desk, tick=2)[0], QuotesApproved)


def test_what_rests_already_is_withdrawn_when_risk_refuses_it() -> None:
    desk = trading(base="600", cash="600")
    desk.works(*RESTING)
    desk.now_ns += 3600 * 10**9

    approved, *refused = asked(desk)

    assert isinstance(approved, QuotesApproved)
    assert approved.quotes == ()
    assert len(refused) == 2 and all(isinstance(each, QuoteRefused) for each in refused)
