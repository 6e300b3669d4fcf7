"""The composition root: who plays, what is wired to what, and where the embedded ledger begins."""

from __future__ import annotations

from decimal import Decimal

import attrs
import pytest

from neo.actors import names
from neo.actors.market_data import MarketData
from neo.actors.runtime import ChildSpec
from neo.domain.messages.storage import AssetBalance, Recovery
from neo.domain.messages.venue import BookObserved
from neo.harness import World, sim_config
from neo.infra.config.loader import load
from neo.system.cast import start_order
from neo.system.simulated_venue import FIRST_LEDGER, continued_wallet, opening_wallet
from tests.actors.casting import cast
from tests.infra.config.files import REPOSITORY

D = Decimal


def books(cursor: int | None, xrp: str = "900", rlusd: str = "1100") -> Recovery:
    balances = (
        AssetBalance("xrpl", "XRP", D("-100"), D(xrp) + 100),
        AssetBalance("xrpl", "RLUSD", D(100), D(rlusd) - 100),
    )
    cursors = (("xrpl", cursor),) if cursor is not None else ()
    return Recovery(1, (), (), balances, cursors, (), ())


def test_everybody_in_the_start_order_plays_and_nobody_else() -> None:
    played = tuple(name for name in names.START_ORDER if name not in names.EXCHANGE_SIDE)
    assert tuple(cast()) == played


def test_the_drop_buyer_alone_needs_nobody_of_the_ledger_side() -> None:
    config = load(REPOSITORY / "config" / "drop.toml", {}).config

    assert start_order(config) == tuple(name for name in names.START_ORDER if name not in names.LEDGER_SIDE)


def test_both_strategies_need_everybody() -> None:
    config = load(REPOSITORY / "config" / "drop.toml", {}).config
    both = attrs.evolve(config.engine, strategies=("market_maker", "drop_buyer"))

    assert start_order(attrs.evolve(sim_config(), engine=both, exchange=config.exchange, exits=config.exits)) == (
        names.START_ORDER
    )


def test_the_first_embedded_ledger_begins_with_the_configured_wallet() -> None:
    wallet = continued_wallet(sim_config(), books(None))

    assert (wallet.xrp, wallet.rlusd, wallet.ledger_index) == (D(1000), D(1000), FIRST_LEDGER)


def test_a_later_one_goes_on_where_the_books_left_off() -> None:
    wallet = continued_wallet(sim_config(), books(4_711))

    assert (wallet.xrp, wallet.rlusd, wallet.ledger_index) == (D(900), D(1100), 4_712)


@pytest.mark.parametrize(("price", "xrp"), [("0.26", D(2000)), ("1.04", D(500)), ("52000", D(50))])
def test_at_another_price_the_wallet_keeps_its_value_but_never_less_than_reserves_need(
    price: str, xrp: Decimal
) -> None:
    assert opening_wallet(sim_config(), D(price)).xrp == xrp


class Counting(MarketData):
    """Counts the books that it passes on."""

    def __init__(self, subscribers: tuple[str, ...], counted: list[int]) -> None:
        super().__init__(subscribers)
        self._counted = counted

    def on_book(self, book: BookObserved) -> None:
        super().on_book(book)
        self._counted.append(book.ledger_index)


def test_an_actor_is_replaced_with_its_own_arguments_and_the_policy_of_its_place() -> None:
    counted: list[int] = []
    arguments = {"subscribers": (names.STRATEGY, names.RISK), "counted": counted}
    spec = ChildSpec("a name of no importance", Counting, arguments)

    with World(61, replaced={names.MARKET_DATA: spec}) as world:
        world.boot().until_trading().run_for(60)

        assert len(counted) >= 14
        world.break_once(names.MARKET_DATA, BookObserved)
        world.run_for(30)
        assert world.system.incarnation(names.MARKET_DATA) == 2
        assert counted == sorted(counted)
