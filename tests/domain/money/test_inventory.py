from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from neo.domain.market.instrument import Side
from neo.domain.messages.journal import (
    CapitalKind,
    CapitalRecorded,
    CursorAdvanced,
    FeeCharged,
    FillRecorded,
    JournalEvent,
)
from neo.domain.messages.quoting import BalancesChanged, InventoryChanged
from neo.domain.messages.storage import AssetBalance, Journaled, Recovery
from neo.domain.money.exact import total
from neo.domain.money.inventory import InventoryState, announcement, concerns, decide, equity, everything, rebuild
from tests.domain.samples import INSTRUMENT, START_NS, D


def fill(side: Side = Side.BUY, base: str = "10", paid: str = "5.2", venue: str = "xrpl") -> FillRecorded:
    return FillRecorded("f", venue, "o", "XRP/RLUSD", side, D(base), D(paid), 5, 0, "H", START_NS, True)


def fee(amount: str = "0.000012", asset: str = "XRP", venue: str = "xrpl") -> FeeCharged:
    return FeeCharged("fee", venue, asset, D(amount))


def capital(amount: str, asset: str = "RLUSD", venue: str = "xrpl") -> CapitalRecorded:
    return CapitalRecorded("c", "s", venue, asset, D(amount), CapitalKind.DEPOSIT)


def after(*events: JournalEvent) -> InventoryState:
    state = InventoryState()
    for lsn, event in enumerate(events, start=1):
        state, _ = decide(state, Journaled(lsn, START_NS, event))
    return state


def test_a_bought_fill_gains_base_and_pays_quote() -> None:
    state = after(fill())

    assert (state.of("xrpl", "XRP").fills_only, state.of("xrpl", "RLUSD").fills_only) == (D(10), D("-5.2"))


def test_a_sold_fill_gains_quote_and_pays_base() -> None:
    state = after(fill(Side.SELL))

    assert (state.of("xrpl", "XRP").total, state.of("xrpl", "RLUSD").total) == (D(-10), D("5.2"))


def test_capital_is_overlay_and_never_counts_as_trading() -> None:
    state = after(capital("100"), capital("-30"), fill(), capital("7", "XRP"))

    assert state.of("xrpl", "RLUSD") == AssetBalance("xrpl", "RLUSD", D("-5.2"), D(70))
    assert state.of("xrpl", "XRP") == AssetBalance("xrpl", "XRP", D(10), D(7))


def test_a_fee_leaves_the_balance_of_its_asset_whatever_was_traded() -> None:
    state = after(fill(venue="mexc"), fee(), fee("0.1", "RLUSD"), fee("0.02", "MX", "mexc"))

    assert (state.of("xrpl", "XRP").total, state.of("xrpl", "RLUSD").total) == (D("-0.000012"), D("-0.1"))
    assert state.of("mexc", "MX").fills_only == D("-0.02")


def test_the_same_asset_on_two_venues_is_counted_twice() -> None:
    state = after(fill(), fill(base="3", venue="mexc"), capital("5", "XRP", "mexc"))

    assert (state.of("xrpl", "XRP").total, state.of("mexc", "XRP").total) == (D(10), D(8))


def test_a_fact_that_was_counted_already_changes_nothing() -> None:
    state, first = decide(InventoryState(), Journaled(4, START_NS, fill()))

    assert first is not None
    assert decide(state, Journaled(4, START_NS, fill())) == (state, None)


def test_a_fact_that_moves_no_money_only_counts_the_journal_on() -> None:
    state, said = decide(after(fill()), Journaled(9, START_NS, CursorAdvanced("xrpl", 7)))

    assert said is None
    assert (state.lsn, state.of("xrpl", "XRP").total) == (9, D(10))


def test_what_changed_is_told_with_both_parts_and_their_sum() -> None:
    state = after(capital("100"))

    state, said = decide(state, Journaled(2, START_NS, fill()))

    changed = (AssetBalance("xrpl", "XRP", D(10), D(0)), AssetBalance("xrpl", "RLUSD", D("-5.2"), D(100)))
    assert said == BalancesChanged(2, changed)
    assert announcement(state, INSTRUMENT) == InventoryChanged(
        "xrpl", 2, D(10), D("94.8"), D(10), D("-5.2"), D(0), D(100)
    )


def test_a_change_concerns_a_pair_when_one_of_its_assets_moved_on_its_venue() -> None:
    def change(*events: JournalEvent) -> BalancesChanged:
        _, said = decide(InventoryState(), Journaled(1, START_NS, *events))
        assert said is not None
        return said

    assert concerns(INSTRUMENT, change(fill()))
    assert concerns(INSTRUMENT, change(fee()))
    assert not concerns(INSTRUMENT, change(fill(venue="mexc")))
    assert not concerns(INSTRUMENT, change(fee(asset="EUR")))


def test_a_rebuilt_inventory_stands_where_the_journal_left_it() -> None:
    balances = (
        AssetBalance("xrpl", "XRP", D(3), D(1000)),
        AssetBalance("xrpl", "RLUSD", D(-2), D(500)),
        AssetBalance("mexc", "XRP", D(9), D(9)),
    )

    state = rebuild(Recovery(77, (), (), balances, (), (), ()))

    assert everything(state) == BalancesChanged(77, balances)
    pair = announcement(state, INSTRUMENT)
    assert pair == InventoryChanged("xrpl", 77, D(1003), D(498), D(3), D(-2), D(1000), D(500))
    assert decide(state, Journaled(77, START_NS, fill()))[0] == state


amounts = st.decimals("0.000001", "1000000", places=6)
venues = st.sampled_from(["xrpl", "mexc"])


@given(st.lists(st.tuples(venues, st.sampled_from(list(Side)), amounts, amounts), max_size=20), amounts)
def test_balances_are_the_sum_of_facts_to_the_last_digit(
    trades: list[tuple[str, Side, Decimal, Decimal]], paid_in: Decimal
) -> None:
    facts = [fill(side, str(base), str(paid), venue) for venue, side, base, paid in trades]
    state = after(capital(str(paid_in)), *facts)

    for venue, deposited in (("xrpl", paid_in), ("mexc", D(0))):
        here = [trade for trade in trades if trade[0] == venue]
        bought = sum((base if side is Side.BUY else -base for _, side, base, _ in here), D(0))
        received = sum((-paid if side is Side.BUY else paid for _, side, _, paid in here), D(0))
        assert state.of(venue, "XRP").total == bought
        assert state.of(venue, "RLUSD").total == deposited + received


@given(st.lists(st.tuples(venues, st.sampled_from(list(Side)), amounts, amounts), max_size=20))
def test_whoever_adds_up_what_is_told_knows_every_balance(trades: list[tuple[str, Side, Decimal, Decimal]]) -> None:
    state, told = InventoryState(), dict[tuple[str, str], AssetBalance]()
    for lsn, (venue, side, base, paid) in enumerate(trades, start=1):
        state, said = decide(state, Journaled(lsn, START_NS, fill(side, str(base), str(paid), venue)))
        assert said is not None
        told |= {(each.venue, each.asset): each for each in said.balances}

    assert told == state.balances


def test_a_sum_that_needs_more_than_the_usual_digits_is_still_exact() -> None:
    assert str(total(D("1000000"), D("1E-24"))) == "1000000.000000000000000000000001"


def test_equity_values_base_at_the_price_given() -> None:
    assert equity(D(100), D(50), D("0.5")) == 100
