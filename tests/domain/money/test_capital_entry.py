"""What a person may say of a position in a coin that is gone."""

from __future__ import annotations

from decimal import Decimal

import attrs
import pytest

from neo.domain.messages.journal import CapitalKind, PositionClosed
from neo.domain.messages.storage import AssetBalance, PositionRecord, Recovery
from neo.domain.money.capital_entry import CapitalEntry, EntryRefused, effect_of

BOUGHT = PositionRecord(
    "mexc", "SOL/USDT", "i1", Decimal(10), Decimal(25), Decimal(0), Decimal(10), Decimal(25), opened_at_ns=1
)
BOOKS = Recovery(
    lsn=1,
    orders=(),
    submissions=(),
    balances=(
        AssetBalance("mexc", "SOL", Decimal(10), Decimal(4)),
        AssetBalance("mexc", "USDT", Decimal(0), Decimal(50)),
    ),
    cursors=(),
    engine_state=(),
    open_sessions=(),
    positions=(BOUGHT,),
)


def withdrawal(asset: str, amount: int) -> CapitalEntry:
    return CapitalEntry(
        kind=CapitalKind.WITHDRAWAL,
        venue="mexc",
        asset=asset,
        amount=Decimal(amount),
        why="sold by hand",
        who="ann",
        at_ns=7,
        close_position=True,
    )


def test_a_position_that_is_not_covered_any_more_is_closed_with_the_coins_that_are_gone() -> None:
    effect = effect_of(withdrawal("SOL", 5), BOOKS)

    assert effect.closed == (BOUGHT,)
    assert effect.events[1:] == (PositionClosed("mexc", "SOL/USDT", Decimal(10)),)


def test_a_position_that_was_sold_is_closed_although_as_many_coins_of_our_own_are_left() -> None:
    own = AssetBalance("mexc", "SOL", Decimal(10), Decimal(10))

    assert effect_of(withdrawal("SOL", 10), attrs.evolve(BOOKS, balances=(own,))).closed == (BOUGHT,)


@pytest.mark.parametrize(
    ("asset", "amount", "why"),
    [
        ("SOL", 4, "the position in SOL/USDT has 10, and 10 would be left for it"),
        ("USDT", 4, "there is no position in USDT"),
    ],
)
def test_nobody_says_of_a_position_in_vain_that_it_is_gone(asset: str, amount: int, why: str) -> None:
    """It would stay open, and be sold for as much as is left of it."""
    with pytest.raises(EntryRefused, match=why) as refused:
        effect_of(withdrawal(asset, amount), BOOKS)

    assert refused.value.about == "--close-position"


def test_positions_in_one_coin_against_two_currencies_are_closed_together() -> None:
    other = PositionRecord(
        "mexc", "SOL/USDC", "i2", Decimal(12), Decimal(30), Decimal(0), Decimal(12), Decimal(30), opened_at_ns=1
    )
    books = attrs.evolve(BOOKS, positions=(BOUGHT, other))

    assert effect_of(withdrawal("SOL", 14), books).closed == (BOUGHT, other)
