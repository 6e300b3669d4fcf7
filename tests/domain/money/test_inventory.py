from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neo.domain.market.instrument import Side
from neo.domain.messages.journal import CapitalKind, CapitalRecorded, FeeCharged, FillRecorded, JournalEvent
from neo.domain.messages.quoting import InventoryChanged
from neo.domain.messages.storage import AssetBalance, Journaled, Recovery
from neo.domain.money.exact import total
from neo.domain.money.inventory import InventoryState, announcement, decide, equity, rebuild
from tests.domain.samples import INSTRUMENT, START_NS, D


def fill(side: Side = Side.BUY, base: str = "10", paid: str = "5.2", venue: str = "xrpl") -> FillRecorded:
    return FillRecorded("f", venue, "o", "XRP/RLUSD", side, D(base), D(paid), 5, 0, "H", START_NS, True)


def fee(amount: str = "0.000012", asset: str = "XRP") -> FeeCharged:
    return FeeCharged("fee", "xrpl", asset, D(amount))


def capital(amount: str, asset: str = "RLUSD") -> CapitalRecorded:
    return CapitalRecorded("c", "s", "xrpl", asset, D(amount), CapitalKind.DEPOSIT)


def after(*events: JournalEvent) -> InventoryState:
    state = InventoryState(INSTRUMENT)
    for lsn, event in enumerate(events, start=1):
        state, _ = decide(state, Journaled(lsn, START_NS, event))
    return state


def test_a_bought_fill_gains_base_and_pays_quote() -> None:
    state = after(fill())

    assert (state.base_fills_only, state.quote_fills_only) == (D(10), D("-5.2"))


def test_a_sold_fill_gains_quote_and_pays_base() -> None:
    state = after(fill(Side.SELL))

    assert (state.base, state.quote) == (D(-10), D("5.2"))


def test_capital_is_overlay_and_never_counts_as_trading() -> None:
    state = after(capital("100"), capital("-30"), fill(), capital("7", "XRP"))

    assert (state.quote_capital, state.base_capital) == (D(70), D(7))
    assert (state.quote, state.base) == (D("64.8"), D(17))
    assert state.quote_fills_only == D("-5.2")


def test_a_fee_leaves_the_balance_of_its_asset() -> None:
    state = after(fee(), fee("0.1", "RLUSD"))

    assert (state.base, state.quote) == (D("-0.000012"), D("-0.1"))


def test_a_fact_that_was_counted_already_changes_nothing() -> None:
    state, first = decide(InventoryState(INSTRUMENT), Journaled(4, START_NS, fill()))

    again, repeated = decide(state, Journaled(4, START_NS, fill()))

    assert len(first) == 1
    assert (again, repeated) == (state, ())


def test_every_counted_fact_is_announced_with_both_parts_and_their_sum() -> None:
    state, _ = decide(InventoryState(INSTRUMENT), Journaled(1, START_NS, capital("100")))

    _, (said,) = decide(state, Journaled(2, START_NS, fill()))

    assert said == InventoryChanged("xrpl", 2, D(10), D("94.8"), D(10), D("-5.2"), D(0), D(100))


@pytest.mark.parametrize("event", [fill(venue="elsewhere"), fee(asset="EUR"), capital("5", "EUR")])
def test_facts_of_other_venues_and_assets_are_not_ours(event: JournalEvent) -> None:
    state, said = decide(InventoryState(INSTRUMENT), Journaled(9, START_NS, event))

    assert said == ()
    assert (state.lsn, state.base, state.quote) == (9, D(0), D(0))


def test_a_rebuilt_inventory_stands_where_the_journal_left_it() -> None:
    balances = (
        AssetBalance("xrpl", "XRP", D(3), D(1000)),
        AssetBalance("xrpl", "RLUSD", D(-2), D(500)),
        AssetBalance("elsewhere", "XRP", D(9), D(9)),
    )

    state = rebuild(INSTRUMENT, Recovery(77, (), (), balances, (), (), ()))

    assert announcement(state) == InventoryChanged("xrpl", 77, D(1003), D(498), D(3), D(-2), D(1000), D(500))
    assert decide(state, Journaled(77, START_NS, fill()))[0] == state


amounts = st.decimals("0.000001", "1000000", places=6)


@given(st.lists(st.tuples(st.sampled_from(list(Side)), amounts, amounts), max_size=20), amounts)
def test_balances_are_the_sum_of_facts_to_the_last_digit(
    trades: list[tuple[Side, Decimal, Decimal]], paid_in: Decimal
) -> None:
    state = after(capital(str(paid_in)), *(fill(side, str(base), str(paid)) for side, base, paid in trades))

    assert state.base == sum((base if side is Side.BUY else -base for side, base, _ in trades), D(0))
    assert state.quote == paid_in + sum((-paid if side is Side.BUY else paid for side, _, paid in trades), D(0))


def test_a_sum_that_needs_more_than_the_usual_digits_is_still_exact() -> None:
    assert str(total(D("1000000"), D("1E-24"))) == "1000000.000000000000000000000001"


def test_equity_values_base_at_the_price_given() -> None:
    assert equity(D(100), D(50), D("0.5")) == 100
