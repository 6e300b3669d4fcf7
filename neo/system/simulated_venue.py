"""The embedded venue: a ledger, other traders, and the gateway that makes a port of them."""

from __future__ import annotations

from decimal import Decimal

from neo.actors import names
from neo.domain.config.choices import Mode
from neo.domain.config.configuration import Config
from neo.domain.market.instrument import LEDGER_VENUE
from neo.domain.messages.storage import Recovery
from neo.domain.units import NS_PER_MS, ZERO, ripple_time_s, seconds_ns
from neo.infra.simulated.gateway import GatewayPlan, SimulatedLedgerGateway
from neo.infra.simulated.genesis import Genesis, create_ledger
from neo.infra.simulated.latency import Latency, Scheduler
from neo.infra.simulated.market import Market, MarketPlan
from neo.infra.simulated.prices import PricePath, WanderingPrice
from neo.infra.simulated.signer import SimulatedSigner
from neo.records import frozen

#: Who is told of closed ledgers, and who of books.
FACTS_TO = (names.ORDER_ROUTER,)
BOOKS_TO = (names.MARKET_DATA,)
#: Index of the first embedded ledger.
FIRST_LEDGER = 1_000
#: Less could not pay for reserves.
_WALLET_XRP_MIN = Decimal(50)


@frozen
class Wallet:
    """Our balances when the embedded ledger begins, in whole units, and the ledger that it continues from."""

    xrp: Decimal
    rlusd: Decimal
    ledger_index: int = FIRST_LEDGER


def opening_wallet(config: Config, start_price: Decimal | None = None) -> Wallet:
    """The configured wallet. At another start price (replay) it keeps its value, in XRP and in RLUSD."""
    sim = config.sim
    xrp = sim.wallet_xrp
    if start_price is not None:
        xrp = (xrp * sim.start_price / start_price).quantize(Decimal("0.000001"))
    return Wallet(max(xrp, _WALLET_XRP_MIN), sim.wallet_rlusd)


def continued_wallet(config: Config, recovery: Recovery) -> Wallet:
    """What the books say: the embedded ledger begins where the session before left off."""
    cursor = recovery.cursor(LEDGER_VENUE)
    if cursor is None:
        return opening_wallet(config)
    held = {row.asset: row.fills_only + row.capital for row in recovery.balances if row.venue == LEDGER_VENUE}
    return Wallet(held.get(config.xrpl.base, ZERO), held.get(config.xrpl.quote, ZERO), cursor + 1)


def simulated_signer(config: Config) -> SimulatedSigner:
    """Signs for the configured account. On this ledger a token is its code and its issuer, and both are signed."""
    return SimulatedSigner(config.xrpl.account, f"{config.xrpl.quote}.{config.xrpl.issuer}")


def simulated_venue(
    config: Config,
    scheduler: Scheduler,
    wallet: Wallet,
    prices: PricePath | None = None,
    start_price: Decimal | None = None,
) -> SimulatedLedgerGateway:
    """A gateway whose ledgers close on `scheduler`. Not started, attached to nobody; `prices` replaces the random walk."""
    sim = config.sim
    price = start_price if start_price is not None else sim.start_price
    now_ns = scheduler.now_ns()
    ledger = create_ledger(
        Genesis(
            account=config.xrpl.account,
            start_price=price,
            wallet_xrp=wallet.xrp,
            wallet_rlusd=wallet.rlusd,
            pool_xrp=sim.pool_xrp,
        ),
        ripple_time_s(now_ns),
        wallet.ledger_index,
    )
    path = prices or WanderingPrice(scheduler.rng_for("fair-price"), price, sim.volatility_per_day_bps, now_ns)
    plan = MarketPlan(make_size_xrp=sim.maker_size_xrp, take_size_xrp=sim.taker_size_xrp)
    market = Market(ledger, path, scheduler.rng_for("other-traders"), plan)
    close_every_ns = seconds_ns(sim.ledger_close_s)
    gateway_plan = GatewayPlan(
        account=config.xrpl.account,
        symbol=f"{config.xrpl.base}/{config.xrpl.quote}",
        close_every_ns=close_every_ns,
        close_jitter_ns=close_every_ns // 20,
        latency=Latency(sim.latency_ms * NS_PER_MS),
        tell_trades=config.mode is Mode.PAPER,
    )
    return SimulatedLedgerGateway(scheduler, ledger, market, gateway_plan)
