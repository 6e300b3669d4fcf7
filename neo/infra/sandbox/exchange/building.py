"""From a plan to a simulated exchange: seeded markets, recorded ones, the dialect's habits."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from neo.domain.errors import NeoError
from neo.domain.units import NS_PER_MS
from neo.infra.replay.bars import Bar, read_bars
from neo.infra.sandbox.exchange.dialect import Dialect
from neo.infra.sandbox.exchange.plan import ExchangePlan
from neo.infra.simulated_exchange.exchange import SimulatedExchange
from neo.infra.simulated_exchange.listing import SYMBOLS_MAX, Terms, market_on, rules_for, seeded_markets
from neo.infra.simulated_exchange.market import ExchangeMarket
from neo.infra.simulated_exchange.market_rules import decimals
from neo.infra.simulated_exchange.price_path import TickBar
from neo.infra.simulated_exchange.recorded_price import RecordedPrice
from neo.infra.simulated_exchange.tick_bars import TickBars


def build_exchange(plan: ExchangePlan, dialect: Dialect, now_ms: int) -> SimulatedExchange:
    """Prices begin at `now_ms`. NeoError when the plan asks for more markets than there can be, or a file is not bars."""
    if not 1 <= plan.symbols <= SYMBOLS_MAX:
        raise NeoError(f"{plan.symbols} symbols are asked for", f"ask for 1 to {SYMBOLS_MAX}")
    markets = {each.rules.symbol: each for each in seeded_markets(plan.symbols, plan.seed, now_ms, dialect.terms)}
    for path in plan.bars:
        recorded = recorded_market(path, dialect.terms, plan.seed, now_ms)
        markets[recorded.rules.symbol] = recorded
    for market in markets.values():
        # The first look at a walk draws its hour and its minute: better now than in the first request for all markets.
        market.touch(now_ms)
    return SimulatedExchange(markets.values(), dialect.habits)


def recorded_market(path: Path, terms: Terms, seed: int, start_ms: int) -> ExchangeMarket:
    """The market of one file named BASE_QUOTE-….csv, with prices as recorded, from the second day on if there is one."""
    base, _, rest = path.name.partition("_")
    quote = "".join(letter for letter in rest.split("-")[0].split(".")[0] if letter.isalnum())
    if not base or quote != "USDT":
        raise NeoError(f"{path} does not say which market it is", "name it BASE_USDT-1m.csv")
    bars = read_bars(path)
    tick = Decimal(1).scaleb(-max(_decimals(bar) for bar in bars))
    rules = rules_for(base, bars[0].close, terms, tick)
    ticks = TickBars(_in_ticks(bar, tick) for bar in bars)
    day_later_ms = ticks[0].open_ms + 86_400_000
    from_ms = day_later_ms if ticks[-1].open_ms > day_later_ms else ticks[0].open_ms
    return market_on(RecordedPrice(ticks, from_ms, start_ms), rules, f"{seed} {base}")


def _decimals(bar: Bar) -> int:
    return max(decimals(price) for price in (bar.open, bar.high, bar.low, bar.close))


def _in_ticks(bar: Bar, tick: Decimal) -> TickBar:
    prices = (int(price / tick) for price in (bar.open, bar.high, bar.low, bar.close))
    return TickBar(bar.at_ns // NS_PER_MS, *prices)
