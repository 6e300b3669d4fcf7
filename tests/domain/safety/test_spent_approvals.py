"""An approval that the router acted on, and that came to nothing."""

from __future__ import annotations

from neo.domain.market.instrument import Side
from neo.domain.messages.session import RiskBreach
from tests.domain.safety.risk_desk import breaches, trading
from tests.domain.samples import quote


def test_what_an_approval_held_back_is_free_again_when_nothing_became_of_it() -> None:
    desk = trading()
    before = desk.state.commitment
    desk.ask(quote(), quote(Side.SELL, "0.5210"))
    assert desk.state.commitment != before

    desk.works(placed_total=0, acted_tick=desk.state.on_the_way[-1].tick)

    assert desk.state.commitment == before
    assert desk.state.on_the_way == ()


def test_the_same_orders_with_more_of_them_placed_are_looked_at() -> None:
    desk = trading(max_orders_per_minute=2)
    desk.works(placed_total=1)

    said = desk.works(placed_total=4)

    assert [breach for breach, _ in breaches(said)] == [RiskBreach.ORDER_RATE]
