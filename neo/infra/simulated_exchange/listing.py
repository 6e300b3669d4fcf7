"""A seeded list of markets with believable prices, units and limits."""

from __future__ import annotations

import random
from decimal import ROUND_HALF_UP, Decimal

from neo.infra.simulated_exchange.liquidity import SeededLiquidity
from neo.infra.simulated_exchange.market import ExchangeMarket
from neo.infra.simulated_exchange.market_rules import MarketRules
from neo.infra.simulated_exchange.price_path import PricePath
from neo.infra.simulated_exchange.wandering_price import WanderingPrice
from neo.records import frozen

#: Coins that everybody knows come first, with a price in USDT of their kind.
_KNOWN = {
    "BTC": "64000", "ETH": "3100", "XRP": "0.62", "SOL": "145", "ADA": "0.45", "LTC": "82", "TRX": "0.12",
    "DOGE": "0.15", "DOT": "7.1", "LINK": "14.2", "AVAX": "34", "ATOM": "8.3", "XMR": "128", "ALGO": "0.18",
    "AAVE": "88", "BAT": "0.24", "BCH": "440", "DASH": "30", "EOS": "0.81", "IOTA": "0.22", "NEO": "16.1",
    "XTZ": "0.95", "XLM": "0.11", "ETC": "26", "FIL": "5.9", "NEAR": "7.2", "APT": "9.1", "ARB": "1.05", "OP": "2.6",
}  # fmt: skip
QUOTE = "USDT"
#: What an average level of a market's book is worth, in quote currency.
LEVEL_NOTIONAL = Decimal(900)
_PRICE_DIGITS = 5
SYMBOLS_MAX = 5_000


@frozen
class Terms:
    """What every market of an exchange has in common. Fees are shares; `coin` is the exchange's own, `coin_price` in USDT."""

    maker_fee: Decimal
    taker_fee: Decimal
    min_notional: Decimal
    coin: str
    coin_price: str


def seeded_markets(
    count: int, seed: int, start_ms: int, terms: Terms, dips_per_day: float = 2.0
) -> tuple[ExchangeMarket, ...]:
    """`count` markets against USDT, the exchange's own coin first among them."""
    names = {terms.coin: terms.coin_price, **_KNOWN}
    rng = random.Random(f"{seed} listing")
    markets = []
    for place in range(count):
        base, price = list(names.items())[place] if place < len(names) else (f"T{place:04d}", _some_price(rng))
        rules = rules_for(base, Decimal(price), terms)
        ticks = int(Decimal(price) / rules.tick)
        path = WanderingPrice(f"{seed} {base}", ticks, start_ms, rng.uniform(0.03, 0.09), dips_per_day)
        markets.append(market_on(path, rules, f"{seed} {base}"))
    return tuple(markets)


def market_on(path: PricePath, rules: MarketRules, seed: str) -> ExchangeMarket:
    """A market whose price follows `path`, with a seeded book around it."""
    return ExchangeMarket(rules, path, SeededLiquidity(seed, rules, path, level_notional=LEVEL_NOTIONAL))


def rules_for(
    base: str, price: Decimal, terms: Terms, tick: Decimal | None = None, step: Decimal | None = None
) -> MarketRules:
    """Five significant digits of price and a step of about a tenth of a US cent, unless `tick` and `step` say otherwise."""
    tick = tick or Decimal(1).scaleb(price.adjusted() - _PRICE_DIGITS + 1)
    step = step or Decimal(1).scaleb(max(-6, min(0, -3 - price.adjusted())))
    return MarketRules(
        symbol=f"{base}{QUOTE}",
        base=base,
        quote=QUOTE,
        tick=tick,
        step=step,
        min_quantity=step,
        max_quantity=(Decimal(2_000_000) / price).quantize(Decimal(1), ROUND_HALF_UP) + 1,
        min_notional=terms.min_notional,
        max_notional=Decimal(2_000_000),
        maker_fee=terms.maker_fee,
        taker_fee=terms.taker_fee,
    )


def _some_price(rng: random.Random) -> str:
    """Between a hundredth of a cent and a thousand USDT, small ones more often."""
    return f"{10 ** rng.uniform(-4, 2.5):.4g}"
