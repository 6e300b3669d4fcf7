"""The embedded exchange: markets of the watchlist with seeded prices, our account, and the gateway that makes a port of it."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from decimal import Decimal

from neo.actors import names
from neo.domain.config.choices import Mode
from neo.domain.config.configuration import Config
from neo.domain.messages.storage import Recovery
from neo.domain.orders.reconciliation import books_opened_key
from neo.domain.units import NS_PER_MS, ZERO
from neo.infra.paper.exchange import LiveMarket, PaperExchange
from neo.infra.simulated.latency import Latency, Scheduler
from neo.infra.simulated_exchange.exchange import ExchangeHabits, SimulatedExchange
from neo.infra.simulated_exchange.fees import FeeAsset, FeeSchedule
from neo.infra.simulated_exchange.gateway import ExchangeGatewayPlan, SimulatedExchangeGateway
from neo.infra.simulated_exchange.listing import Terms, market_on, rules_for
from neo.infra.simulated_exchange.market import ExchangeMarket
from neo.infra.simulated_exchange.wandering_price import WanderingPrice

#: Who hears the quotes that come by themselves.
QUOTES_TO = names.EXCHANGE_DATA
#: What an exchange that is imitated does with fees and client ids; any other name is imitated as the first.
_MEXC = "mexc"
_HABITS = {
    _MEXC: ExchangeHabits(fees=FeeSchedule(charged_in=FeeAsset.QUOTE), client_ids_for_ever=True),
    "binance": ExchangeHabits(fees=FeeSchedule(FeeAsset.RECEIVED, coin="BNB", coin_discount=Decimal("0.25"))),
}
_TERMS = {
    _MEXC: Terms(Decimal(0), Decimal("0.0005"), Decimal(1), "MX", "3.2"),
    "binance": Terms(Decimal("0.001"), Decimal("0.001"), Decimal(5), "BNB", "580"),
}
#: Prices of simulated coins lie between ten to the power of these.
_PRICE_POWERS = (-2.0, 2.5)
_DAY_MOVES = (0.01, 0.03)


def opening_holdings(config: Config) -> Mapping[str, Decimal]:
    """What the simulated or imagined account holds when it is opened."""
    is_paper = config.mode is Mode.PAPER
    return {config.exchange.quote: config.paper.exchange_wallet if is_paper else config.sim.exchange_wallet}


def continued_holdings(config: Config, recovery: Recovery) -> Mapping[str, Decimal]:
    """What the books say: the embedded exchange begins where the session before left off."""
    venue = config.exchange.name
    if books_opened_key(venue) not in dict(recovery.engine_state):
        return opening_holdings(config)
    held = {row.asset: row.fills_only + row.capital for row in recovery.balances if row.venue == venue}
    return {asset: amount for asset, amount in held.items() if amount > ZERO}


def simulated_exchange(
    config: Config, scheduler: Scheduler, holdings: Mapping[str, Decimal]
) -> SimulatedExchangeGateway:
    """A gateway to an exchange that lists the watchlist and has our account with `holdings` in it."""
    return exchange_of(_markets(config, scheduler), config, scheduler, holdings)


def terms_of(config: Config) -> Terms:
    """Fees and minimums of the exchange that is imitated."""
    return _TERMS.get(config.exchange.name, _TERMS[_MEXC])


def exchange_of(
    markets: Iterable[ExchangeMarket], config: Config, scheduler: Scheduler, holdings: Mapping[str, Decimal]
) -> SimulatedExchangeGateway:
    """The same with these markets."""
    name = config.exchange.name
    exchange = SimulatedExchange(markets, _HABITS.get(name, _HABITS[_MEXC]))
    plan = ExchangeGatewayPlan(latency=Latency(config.sim.latency_ms * NS_PER_MS), says_status=name != _MEXC)
    gateway = SimulatedExchangeGateway(scheduler, exchange, plan)
    for asset, amount in holdings.items():
        gateway.deposit(asset, amount)
    return gateway


def paper_exchange(config: Config, live: LiveMarket, scheduler: Scheduler, recovery: Recovery) -> PaperExchange:
    """An imagined account before a real exchange that `live` is connected to."""
    return PaperExchange(
        live,
        scheduler,
        _HABITS.get(config.exchange.name, _HABITS[_MEXC]),
        continued_holdings(config, recovery),
        config.paper.exchange_fill_model,
        config.paper.latency_ms * NS_PER_MS,
    )


def _markets(config: Config, scheduler: Scheduler) -> tuple[ExchangeMarket, ...]:
    """A price depends on the seed, the symbol and the time alone."""
    terms = terms_of(config)
    start_ms = scheduler.now_ns() // NS_PER_MS
    markets = []
    for symbol in config.exchange.watchlist:
        base = symbol.partition("/")[0]
        seed = f"{config.seed} {symbol}"
        rng = random.Random(seed)
        price = Decimal(f"{10 ** rng.uniform(*_PRICE_POWERS):.4g}")
        rules = rules_for(base, price, terms)
        ticks = int(price / rules.tick)
        falls = float(config.sim.exchange_drops_per_day)
        path = WanderingPrice(seed, ticks, start_ms, rng.uniform(*_DAY_MOVES), falls)
        markets.append(market_on(path, rules, seed))
    return tuple(markets)
