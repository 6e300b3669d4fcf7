from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from neo.domain.market.instrument import Side
from neo.domain.money.markouts import LATENESS_MAX_NS, MarkoutTally
from neo.domain.money.position import Position, traded
from neo.domain.money.profit import ProfitTally
from neo.domain.units import NS_PER_S
from tests.domain.samples import START_NS, D

TINY = D("1E-12")
trades = st.lists(
    st.tuples(
        st.sampled_from(list(Side)),
        st.decimals("0.000001", "500", places=6),
        st.decimals("0.1", "3", places=5),
        st.decimals("0.1", "3", places=5),
    ),
    max_size=25,
)


def at(seconds: int) -> int:
    return START_NS + seconds * NS_PER_S


def test_buying_and_selling_at_a_higher_price_realises_the_difference() -> None:
    position = traded(traded(Position(), Side.BUY, D(10), D(5)), Side.SELL, D(4), D("2.4"))

    assert (position.base, position.cost, position.realised) == (D(6), D(3), D("0.4"))
    assert position.average_price == D("0.5")


def test_selling_through_flat_turns_the_position_around() -> None:
    position = traded(traded(Position(), Side.BUY, D(10), D(5)), Side.SELL, D(15), D(9))

    assert (position.base, position.cost, position.realised) == (D(-5), D(-3), D(1))


def test_a_flat_position_has_no_average_price() -> None:
    assert traded(traded(Position(), Side.BUY, D(3), D(1)), Side.SELL, D(3), D(2)).average_price is None


@given(trades, st.decimals("0.1", "3", places=5))
def test_realised_and_unrealised_add_up_to_what_the_trades_made(
    made: list[tuple[Side, Decimal, Decimal, Decimal]], price: Decimal
) -> None:
    position, base, cash = Position(), D(0), D(0)
    for side, quantity, paid, _ in made:
        quote = quantity * paid
        position = traded(position, side, quantity, quote)
        sign = 1 if side is Side.BUY else -1
        base, cash = base + sign * quantity, cash - sign * quote

    assert abs(position.realised + position.unrealised(price) - (base * price + cash)) < TINY
    assert position.base == base


@given(trades)
def test_both_ways_of_telling_the_profit_agree(made: list[tuple[Side, Decimal, Decimal, Decimal]]) -> None:
    tally = ProfitTally(D(1000))
    for second, (side, quantity, price, mid) in enumerate(made):
        tally.fill(at(second), side, quantity, quantity * price)
        tally.mid(at(second), mid)

    profit = tally.profit()

    assert abs(profit.realised + profit.unrealised - profit.spread_captured - profit.inventory_carry) < TINY


def test_a_deposit_and_the_price_of_capital_are_no_profit() -> None:
    tally = ProfitTally(D(1000))
    tally.mid(at(0), D("0.50"))
    tally.capital(D(500))
    tally.mid(at(4), D("0.60"))

    profit = tally.profit()

    assert (profit.net, profit.capital_carry) == (D(0), D(150))


def test_a_maker_fill_captures_its_distance_to_the_mid_and_carry_is_what_came_after() -> None:
    tally = ProfitTally()
    tally.mid(at(0), D("0.50"))
    tally.fill(at(1), Side.BUY, D(100), D(49))
    tally.mid(at(4), D("0.48"))

    profit = tally.profit()

    assert (profit.spread_captured, profit.inventory_carry, profit.unrealised) == (D(1), D(-2), D(-1))


def test_fees_in_either_asset_reduce_the_net_profit() -> None:
    tally = ProfitTally()
    tally.fee(D("2"), is_base=True)
    tally.fee(D("0.25"), is_base=False)
    tally.mid(at(0), D("0.50"))

    assert (tally.profit().fees, tally.profit().net) == (D("1.25"), D("-1.25"))


def test_markouts_take_the_first_price_at_or_after_the_horizon() -> None:
    tally = MarkoutTally()
    tally.fill(at(0), Side.BUY, D(100), D(50))
    for second, mid in ((0, "0.50"), (4, "0.51"), (8, "0.49"), (32, "0.52"), (301, "0.40")):
        tally.mid(at(second), D(mid))

    assert [(m.horizon_s, m.fills, m.gain) for m in tally.markouts()] == [
        (1, 1, D(1)),
        (5, 1, D(-1)),
        (30, 1, D(2)),
        (300, 1, D(-10)),
    ]
    assert tally.markouts()[0].bps == 200


def test_the_markout_of_a_sale_is_good_when_the_price_falls() -> None:
    tally = MarkoutTally()
    tally.fill(at(0), Side.SELL, D(100), D(50))
    tally.mid(at(1), D("0.45"))

    assert tally.markouts()[0].gain == 5


def test_a_gap_in_the_data_leaves_a_fill_out_instead_of_measuring_something_else() -> None:
    tally = MarkoutTally()
    tally.fill(at(0), Side.BUY, D(100), D(50))
    tally.mid(at(1) + LATENESS_MAX_NS + 1, D("0.51"))

    first, second, *later = tally.markouts()
    assert (first.fills, first.missed, first.bps) == (0, 1, None)
    assert second.fills == 1
    assert later[-1].missed == 1
