"""The drop buyer's process is killed while it trades over ccxt; the next one finds out what became of everything.

The long one is benchmarks/exchange_campaign.py.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from neo.harness.live.exchange_audit import ExchangeAudit
from neo.harness.live.exchange_campaign import TAKEN, ExchangeCampaign, run_exchange_campaign
from neo.harness.live.exchange_kill_points import ExchangeKillPoint
from neo.harness.live.exchange_world import ExchangeWorld, exchange_plan
from neo.infra.sandbox.exchange.site import ExchangeSite
from neo.infra.simulated_exchange.order import OrderKind, OrderTicket, Side

#: Orders that the exchange has taken are found at once; what never left has to be proved absent, which takes a minute.
MOMENTS = (ExchangeKillPoint.AFTER_SEND.value, ExchangeKillPoint.BEFORE_FILL_DURABLE.value, TAKEN)


def test_engines_that_are_killed_around_their_orders_leave_books_that_are_the_exchanges(tmp_path: Path) -> None:
    campaign = ExchangeCampaign(seed=11, kills=len(MOMENTS), symbols=8, moments=MOMENTS)

    report = run_exchange_campaign(campaign, tmp_path)

    assert report.broken == ()
    assert (report.ended.halt_reason, report.ended.unverified) == ("interrupted_sigterm", ())
    assert report.trades_at_exchange > 0
    assert report.in_doubt_at_restart > 0, "the kills hit nothing"


def test_the_audit_finds_an_order_that_the_books_do_not_have(tmp_path: Path) -> None:
    """A test of the test: somebody trades on the account behind the engine's back."""

    def trade(site: ExchangeSite) -> None:
        ticket = OrderTicket(
            symbol=symbol.replace("/", ""),
            side=Side.BUY,
            kind=OrderKind.MARKET,
            quote_quantity=Decimal(50),
            client_id="stranger",
        )
        site.exchange.submit(site.plan.accounts[0].name, ticket, site.clock.now_ms())

    with ExchangeWorld(tmp_path, exchange_plan(symbols=2)) as world:
        symbol = world.place.watchlist[0]
        world.start()
        world.until_trading()
        world.stop()
        audit = ExchangeAudit(world.sandbox)
        with world.reader() as reader:
            before = audit.broken(reader)
        world.sandbox.within(trade)
        with world.reader() as reader:
            names = {broken.invariant for broken in audit.broken(reader)}

    assert before == ()
    assert {"written before it was sent", "no fill lost, none made up", "balances equal the exchange's"} <= names
