"""From a plan to a simulated exchange: seeded markets, recorded ones, the dialect's habits."""

from __future__ import annotations

from neo.domain.errors import NeoError
from neo.infra.sandbox.exchange.dialect import Dialect
from neo.infra.sandbox.exchange.plan import ExchangePlan
from neo.infra.sandbox.exchange.recordings import market_of_bars, market_of_book
from neo.infra.simulated_exchange.exchange import SimulatedExchange
from neo.infra.simulated_exchange.listing import SYMBOLS_MAX, seeded_markets


def build_exchange(plan: ExchangePlan, dialect: Dialect, now_ms: int) -> SimulatedExchange:
    """Prices begin at `now_ms`. NeoError when the plan asks for more markets than there can be, or a file is not what it
    should be.
    """
    if not 1 <= plan.symbols <= SYMBOLS_MAX:
        raise NeoError(f"{plan.symbols} symbols are asked for", f"ask for 1 to {SYMBOLS_MAX}")
    recorded = [market_of_bars(path, dialect.terms, plan.seed, now_ms) for path in plan.bars]
    if plan.books:
        recorded.append(market_of_book(plan.books, dialect.terms, now_ms))
    seeded = seeded_markets(plan.symbols, plan.seed, now_ms, dialect.terms, plan.dips_per_day)
    markets = {each.rules.symbol: each for each in (*seeded, *recorded)}
    for market in markets.values():
        # The first look at a walk draws its hour and its minute: better now than in the first request for all markets.
        market.touch(now_ms)
    return SimulatedExchange(markets.values(), dialect.habits)
