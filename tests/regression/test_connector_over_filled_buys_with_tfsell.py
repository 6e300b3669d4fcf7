"""Buys were sent with tfSell: the ledger then spends all that the offer gives, and buys more than was wanted.

Without tfSell a buy ends when it has what it pays for. neo signs no other flag than tfPassive.
"""

from __future__ import annotations

from decimal import Decimal

import pytest
from xrpl.core.binarycodec import decode

from neo.domain.market.instrument import Side
from neo.domain.messages.venue import TransactionKind, UnsignedTransaction
from neo.harness import World
from neo.infra.simulated.parsing import own_transactions, to_ledger_transaction
from neo.infra.simulated.signer import SimulatedSigner
from neo.infra.simulated.transactions import SELL
from neo.infra.xrpl.signer import XrplSigner
from tests.infra.simulated.worlds import buy, next_sequence, sell, step, world
from tests.infra.xrpl.keys import address_of, pair_of, seed_of

TF_SELL, TF_PASSIVE = 0x00080000, 0x00010000
US = "ann"


def test_with_tf_sell_a_buy_gets_more_than_it_wanted() -> None:
    ledger = world()
    step(ledger, sell(ledger, "bob", 1000, "2.0"))

    (filled,) = own_transactions(step(ledger, buy(ledger, US, 100, "2.5", flags=SELL)), US)

    assert filled.base_delta > 100


def test_a_buy_of_neo_gets_what_it_wanted_and_not_a_drop_more() -> None:
    ledger = world()
    step(ledger, sell(ledger, "bob", 1000, "2.0"))
    asked = UnsignedTransaction(
        TransactionKind.OFFER_CREATE, US, next_sequence(ledger, US), 10, 999, Side.BUY, Decimal(100), Decimal(250)
    )

    (filled,) = own_transactions(step(ledger, to_ledger_transaction(SimulatedSigner(US).sign(asked))), US)

    assert (filled.base_delta, filled.quote_delta) == (Decimal(100), Decimal(-200))


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("passive", [True, False])
def test_what_is_signed_for_the_real_ledger_never_carries_tf_sell(side: Side, passive: bool) -> None:
    seed = seed_of(bytes(range(16)))
    account = address_of(seed)
    asked = UnsignedTransaction(
        TransactionKind.OFFER_CREATE, account, 7, 12, 100, side, Decimal(10), Decimal("25.5"), passive=passive
    )

    flags = decode(XrplSigner(pair_of(account), seed).sign(asked).blob).get("Flags", 0)

    assert flags & TF_SELL == 0
    assert bool(flags & TF_PASSIVE) is passive


def test_no_order_of_a_session_is_filled_beyond_its_quantity() -> None:
    with World(seed=51) as world_:
        world_.boot().until_trading()
        world_.run_for(3600)

        with world_.reader() as reader:
            orders = reader.orders(world_.session_ids[0])
        assert any(order.filled_base for order in orders)
        assert all(order.filled_base <= order.quantity for order in orders)
