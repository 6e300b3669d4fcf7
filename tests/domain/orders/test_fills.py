"""Money in one validated transaction: fills, fee and capital add up to what the ledger moved."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from neo.domain.market.instrument import Side
from neo.domain.messages.journal import CapitalKind
from neo.domain.messages.venue import OfferChange, OfferChangeKind, TransactionKind, ValidatedTransaction
from neo.domain.orders.fills import MoneyMoved, read_money
from neo.domain.orders.order import Order
from tests.domain.orders.desk import PLACE, THEM, US, D, bitten, created, deleted, eaten, order, validated


def money(transaction: ValidatedTransaction, *known: Order, own: Order | None = None) -> MoneyMoved:
    by_sequence = {o.offer_sequence: o for o in (*known, *((own,) if own else ()))}
    return read_money(transaction, PLACE, US, own, by_sequence.get)


def test_a_maker_is_paid_what_its_offer_lost() -> None:
    resting = order(10)

    moved = money(validated("X1", bitten(10, ("30", "20"), ("15", "10")), account=THEM, base="10", quote="-5"), resting)

    (fill,) = moved.fills
    assert (fill.order_id, fill.base_quantity, fill.quote_quantity) == ("o10", D(10), D(5))
    assert fill.is_maker
    assert fill.fill_id == "X1:10"
    assert moved.fees == ()
    assert moved.capital == ()


def test_a_taker_is_read_from_the_change_of_the_balances() -> None:
    own = order(10, Side.SELL)

    moved = money(validated("T10", base="-30", quote="15.2"), own=own)

    (fill,) = moved.fills
    assert (fill.side, fill.base_quantity, fill.quote_quantity) == (Side.SELL, D(30), D("15.2"))
    assert not fill.is_maker
    assert [fee.amount for fee in moved.fees] == [D("0.00001")]


def test_an_offer_that_trades_at_once_and_rests_is_one_taker_fill() -> None:
    own = order(10)
    rest = OfferChange(10, Side.BUY, OfferChangeKind.CREATED, D(30), D(18), D(15), D(9))

    moved = money(validated("T10", rest, base="12", quote="-6"), own=own)

    (fill,) = moved.fills
    assert (fill.base_quantity, fill.quote_quantity, fill.is_maker) == (D(12), D(6), False)


def test_two_of_our_offers_filled_by_one_transaction_are_two_fills() -> None:
    first, second = order(10), order(11)

    moved = money(
        validated("X1", eaten(10), bitten(11, ("30", "10"), ("15", "5")), account=THEM, base="50", quote="-25"),
        first,
        second,
    )

    assert [(f.order_id, f.base_quantity) for f in moved.fills] == [("o10", D(30)), ("o11", D(20))]
    assert len({f.fill_id for f in moved.fills}) == 2


def test_the_ledgers_rounding_goes_to_the_last_fill() -> None:
    moved = money(validated("X1", eaten(10), account=THEM, base="30", quote="-15.0000000000001"), order(10))

    assert moved.fills[0].quote_quantity == D("15.0000000000001")
    assert moved.capital == ()


def test_more_than_rounding_is_capital_and_not_a_fill() -> None:
    moved = money(validated("X1", eaten(10), account=THEM, base="30", quote="-14"), order(10))

    assert moved.fills[0].quote_quantity == 15
    assert [(c.asset, c.amount, c.kind) for c in moved.capital] == [("RLUSD", D(1), CapitalKind.DEPOSIT)]


def test_a_payment_is_capital_with_its_sign() -> None:
    into = money(validated("P1", account=THEM, kind=TransactionKind.PAYMENT, base="250"))
    out = money(validated("P2", account=US, kind=TransactionKind.PAYMENT, quote="-40"))

    assert [(c.amount, c.kind) for c in into.capital] == [(D(250), CapitalKind.DEPOSIT)]
    assert [(c.amount, c.kind) for c in out.capital] == [(D(-40), CapitalKind.WITHDRAWAL)]
    assert len(out.fees) == 1
    assert not into.fills
    assert not out.fills


def test_a_clawback_is_capital_of_its_own_kind_and_says_who_took_it() -> None:
    taken = money(validated("C1", account=THEM, kind=TransactionKind.CLAWBACK, quote="-25"))

    (event,) = taken.capital
    assert (event.amount, event.kind) == (D(-25), CapitalKind.CLAWBACK)
    assert THEM in event.note


def test_both_sides_of_a_pool_deposit_by_hand_are_moved_capital() -> None:
    moved = money(validated("A1", kind=TransactionKind.AMM_DEPOSIT, base="-100", quote="-50", fee_drops=10))

    assert [(c.asset, c.amount, c.kind) for c in moved.capital] == [
        ("XRP", D(-100), CapitalKind.POOL),
        ("RLUSD", D(-50), CapitalKind.POOL),
    ]


def test_what_a_bid_pays_beyond_its_offer_is_the_issuers_transfer_fee() -> None:
    moved = money(validated("X1", eaten(10, "30", "15"), account=THEM, base="30", quote="-15.03"), order(10))

    assert [(fee.fee_id, fee.asset, fee.amount) for fee in moved.fees] == [("X1:transfer", "RLUSD", D("0.03"))]
    assert moved.fills[0].quote_quantity == 15
    assert not moved.capital


def test_what_an_ask_gets_less_is_no_transfer_fee_because_its_taker_pays_that() -> None:
    moved = money(
        validated("X1", eaten(10, "30", "15", Side.SELL), account=THEM, base="-30", quote="14.5"), order(10, Side.SELL)
    )

    assert not moved.fees
    assert [(c.asset, c.amount) for c in moved.capital] == [("RLUSD", D("-0.5"))]


def test_an_offer_taken_away_untraded_moves_no_money() -> None:
    moved = money(validated("T11", deleted(10), kind=TransactionKind.OFFER_CANCEL), order(10))

    assert not moved.fills
    assert not moved.capital


def test_an_offer_of_nobody_we_know_is_named() -> None:
    moved = money(validated("X1", created(99), account=US))

    assert [c.sequence for c in moved.unknown_offers] == [99]


amounts = st.decimals(min_value=Decimal("0.000001"), max_value=Decimal(10_000), places=6)
trades = st.lists(st.tuples(st.sampled_from(Side), amounts, amounts), max_size=4)
dust = st.decimals(min_value=Decimal("-1e-15"), max_value=Decimal("1e-15"), places=18)
gifts = st.one_of(st.just(Decimal(0)), st.decimals(min_value=-500, max_value=500, places=6))


@given(trades=trades, base_gift=gifts, quote_gift=gifts, rounding=dust, by_us=st.booleans(), taker=st.booleans())
def test_fills_and_capital_add_up_to_the_change_that_the_ledger_reports(
    trades: list[tuple[Side, Decimal, Decimal]],
    base_gift: Decimal,
    quote_gift: Decimal,
    rounding: Decimal,
    by_us: bool,
    taker: bool,
) -> None:
    """Whatever mixture of fills, payments and rounding: not a digit is lost, not one is counted twice."""
    known = [order(10 + i, side) for i, (side, _, _) in enumerate(trades)]
    changes = [eaten(10 + i, str(base), str(quote), side) for i, (side, base, quote) in enumerate(trades)]
    sign = {Side.BUY: 1, Side.SELL: -1}
    base_delta = sum((sign[s] * b for s, b, _ in trades), Decimal(0)) + base_gift
    quote_delta = sum((-sign[s] * q for s, _, q in trades), Decimal(0)) + quote_gift + rounding
    own = order(99) if taker else None

    moved = money(
        validated(
            "T99", *changes, account=US if by_us else THEM, base=str(base_delta), quote=str(quote_delta), fee_drops=12
        ),
        *known,
        own=own,
    )

    base = sum((sign[f.side] * f.base_quantity for f in moved.fills), Decimal(0))
    quote = sum((-sign[f.side] * f.quote_quantity for f in moved.fills), Decimal(0))
    capital = {
        asset: sum((c.amount for c in moved.capital if c.asset == asset), Decimal(0)) for asset in ("XRP", "RLUSD")
    }
    assert base + capital["XRP"] == base_delta
    transfer = sum((fee.amount for fee in moved.fees if fee.asset == "RLUSD"), Decimal(0))
    assert quote + capital["RLUSD"] - transfer == quote_delta
    assert transfer <= sum((q for s, _, q in trades if s is Side.BUY), Decimal(0))
    assert all(f.base_quantity > 0 and f.quote_quantity > 0 for f in moved.fills)
    assert any(fee.asset == "XRP" for fee in moved.fees) is by_us


def test_a_balance_that_moved_against_the_order_is_no_fill_of_it() -> None:
    moved = money(validated("T10", base="-30", quote="15"), own=order(10, Side.BUY))

    assert not moved.fills
    assert {(c.asset, c.amount) for c in moved.capital} == {("XRP", D(-30)), ("RLUSD", D(15))}
