from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from neo.domain.market.instrument import Side
from neo.domain.market.suspension import Suspension
from neo.domain.messages.quoting import MarketUpdated, WorkingOrder
from neo.domain.orders.lifecycle import OrderState
from neo.domain.strategy.quoting import Holdings
from neo.domain.strategy.tick import Outlook, TickDecision, decide_tick, snapshot
from neo.domain.units import NS_PER_S
from tests.domain.samples import START_NS, D, book, market, order, order_size, pool, strategy

OWNED = Holdings(D(1000), D(1000))
NOW_NS = START_NS + NS_PER_S


def tick(
    seen: MarketUpdated | None,
    holdings: Holdings | None = OWNED,
    working: tuple[WorkingOrder, ...] = (),
    earlier: Outlook | None = None,
) -> TickDecision:
    return decide_tick(7, NOW_NS, "xrpl", "XRP/RLUSD", seen, holdings, working, strategy(), order_size(), 10, earlier)


def test_a_healthy_market_is_quoted_on_both_sides() -> None:
    decision = tick(market())

    assert [q.side for q in decision.proposal.quotes] == [Side.BUY, Side.SELL]
    assert decision.suspension is None
    assert (decision.proposal.tick, decision.proposal.proposed_at_ns) == (7, NOW_NS)
    assert decision.proposal.market_at_ns == START_NS


def test_before_the_first_book_the_tick_is_suspended_and_proposes_nothing() -> None:
    decision = tick(None)

    assert decision.suspension is Suspension.NO_MARKET_DATA
    assert decision.proposal.quotes == ()


def test_unknown_balances_suspend_the_tick() -> None:
    assert tick(market(), holdings=None).suspension is Suspension.NO_BALANCES


def test_a_diverging_pool_withdraws_the_quotes_and_says_by_how_much() -> None:
    decision = tick(market(book(beside=pool("0.5300"))))

    assert decision.suspension is Suspension.DIVERGENCE
    assert decision.proposal.quotes == ()
    assert decision.suspension_detail == "pool and book differ by 192.31 bps > 10"


def test_distances_are_measured_from_the_orders_that_rest() -> None:
    working = (
        order(Side.BUY, "0.5198"),
        order(Side.BUY, "0.5196", level=1, order_id="o2"),
        order(Side.BUY, "0.51985", order_id="o3", state=OrderState.SUBMITTED),
        order(Side.SELL, "0.5203", order_id="o4", state=OrderState.CANCELING),
    )

    decision = tick(market(), working=working)

    assert (decision.our_bid, decision.our_ask) == (D("0.5198"), D("0.5203"))
    assert decision.distance.distance_to_clob_bid_bps == D("-0.0001") * 10_000 / D("0.52")


def test_the_snapshot_row_holds_what_the_tick_saw() -> None:
    row = snapshot(tick(market(), working=(order(Side.BUY, "0.5198"),)), "s1")

    assert (row.session_id, row.at_ns, row.ledger_index) == ("s1", NOW_NS, 1000)
    assert (row.best_bid, row.best_ask, row.pool_mid) == (D("0.5199"), D("0.5201"), D("0.52"))
    assert (row.anchor, row.anchor_source, row.divergence_bps) == (D("0.52"), "amm", D(0))
    assert (row.our_bid, row.our_ask, row.distance_to_ask_touch_bps) == (D("0.5198"), None, None)
    assert row.distance_to_bid_touch_bps is not None
    assert (row.suspended, row.base_balance, row.quote_balance) == (None, D(1000), D(1000))


def test_the_snapshot_of_a_suspended_tick_names_the_reason() -> None:
    row = snapshot(tick(market(book(bid=None))), "s1")

    assert row.suspended == "one_sided_book"
    assert (row.best_bid, row.anchor) == (None, None)


def test_an_empty_start_makes_an_empty_row() -> None:
    row = snapshot(tick(None, holdings=None), "s1")

    assert (row.suspended, row.anchor_source, row.base_balance) == ("no_market_data", None, None)


SEEN = st.builds(
    lambda bid, ask, mid: market(book(bid, ask, None if mid is None else pool(mid))),
    st.sampled_from([None, "0.5199", "0.5198", "0.5202"]),
    st.sampled_from([None, "0.5201", "0.5203"]),
    st.sampled_from([None, "0.5200", "0.5201", "0.5300"]),
)
HELD = st.sampled_from([None, OWNED, Holdings(D(10), D(1000)), Holdings(D(1000), D(10))])


@given(SEEN, HELD, SEEN, HELD)
def test_an_outlook_that_is_kept_decides_as_one_that_is_worked_out_again(
    seen: MarketUpdated, holdings: Holdings | None, seen_next: MarketUpdated, holdings_next: Holdings | None
) -> None:
    kept = tick(seen, holdings).outlook

    assert tick(seen_next, holdings_next, earlier=kept) == tick(seen_next, holdings_next)


def test_an_outlook_is_kept_while_touch_pool_and_holdings_stand() -> None:
    kept = tick(market()).outlook

    assert tick(market(), working=(order(Side.BUY, "0.5198"),), earlier=kept).outlook is kept
    assert tick(market(book(bid="0.5198", beside=pool())), earlier=kept).outlook is not kept
    assert tick(market(book(beside=pool("0.5201"))), earlier=kept).outlook is not kept
    assert tick(market(), Holdings(D(999), D(1000)), earlier=kept).outlook is not kept
