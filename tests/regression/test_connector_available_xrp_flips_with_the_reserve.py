"""Available XRP was once with the reserve of the open offers and once without: quotes came and went every other tick.

The funds for a quote must not depend on whether our offers happened to rest when the account was looked at.
"""

from __future__ import annotations

from decimal import Decimal

import attrs
import pytest

from neo.domain.market.instrument import Side
from neo.domain.messages.quoting import WorkingOrder
from neo.domain.orders.lifecycle import OrderState
from tests.domain.safety.risk_desk import Desk, trading
from tests.domain.samples import account, inventory, order, quote

BID = quote(Side.BUY)
ASK = quote(Side.SELL, "0.5210", "28")
#: Reserve of account, trust line and two offers, the head-room for fees, and 28 XRP to sell.
JUST_ENOUGH = Decimal("1.6") + Decimal("0.001") + Decimal(28)


def seen(desk: Desk, base: Decimal, owner_count: int, open_offers: int) -> None:
    desk.hear(inventory(str(base)))
    desk.hear(attrs.evolve(account(owner_count=owner_count), open_offers=open_offers))


def resting() -> tuple[WorkingOrder, ...]:
    return (
        order(Side.BUY, order_id="b", state=OrderState.OPEN),
        order(Side.SELL, "0.5210", order_id="s", state=OrderState.OPEN),
    )


@pytest.mark.parametrize("looked_at_resting", [True, False])
@pytest.mark.parametrize("rests_now", [True, False])
@pytest.mark.parametrize("drops_more", [-1, 0])
def test_the_same_quotes_have_the_same_funds_whatever_rested_when_the_account_was_looked_at(
    looked_at_resting: bool, rests_now: bool, drops_more: int
) -> None:
    desk = trading()
    seen(
        desk, JUST_ENOUGH + Decimal(drops_more).scaleb(-6), 3 if looked_at_resting else 1, 2 if looked_at_resting else 0
    )
    if rests_now:
        desk.works(*resting(), acted_tick=1)

    approved, refused = desk.ask(BID, ASK)

    assert (ASK in approved) is (drops_more == 0)
    assert bool(refused) is (drops_more < 0)


def test_tickets_and_other_objects_stay_reserved() -> None:
    desk = trading()
    seen(desk, JUST_ENOUGH, owner_count=3, open_offers=0)  # two tickets

    _, refused = desk.ask(BID, ASK)

    assert [refusal.quote.side for refusal in refused] == [Side.SELL]
