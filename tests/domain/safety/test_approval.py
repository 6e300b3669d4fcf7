from __future__ import annotations

from decimal import Decimal

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neo.domain.market.instrument import Side
from neo.domain.messages.quoting import (
    Quote,
    QuoteRefusal,
    WorkingOrder,
)
from neo.domain.messages.session import Phase, PhaseChanged
from neo.domain.orders.lifecycle import OrderState
from neo.domain.safety.risk import RiskInput
from neo.domain.units import NS_PER_S
from tests.domain.safety.risk_desk import Desk, trading
from tests.domain.samples import START_NS, D, account, book, inventory, market, order, proposal, quote, risk


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
