"""ccxt's markets, statistics and bars, as the engine has them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from neo.domain.messages.exchange import DayStatistics, MarketRule, PriceBar
from neo.domain.units import NS_PER_MS, ZERO

#: ccxt.base.decimal_to_precision.DECIMAL_PLACES: precision is a number of digits; otherwise it is a step.
_DECIMAL_PLACES = 2
#: What is assumed of an exchange that does not publish its fee: more than any of the large ones takes.
_FEE_WHEN_UNSAID = Decimal("0.002")
_BPS_PER_PERCENT = 100
_MINUTE_MS = 60_000


def number(value: object) -> Decimal | None:
    """A finite number, None for anything else; floats by their shortest text."""
    if value is None or isinstance(value, bool):
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def market_rules(client: Any, quote: str) -> tuple[tuple[MarketRule, ...], tuple[str, ...]]:
    """Spot markets in `quote`, by symbol; and the symbols of those without a step or any minimum, which nobody can size for."""
    spot = [each for each in client.markets.values() if each.get("spot") and each.get("quote") == quote]
    rules = {each["symbol"]: _market_rule(client, each) for each in spot}
    usable = sorted((each for each in rules.values() if each is not None), key=lambda each: each.symbol)
    return tuple(usable), tuple(sorted(symbol for symbol, rule in rules.items() if rule is None))


def _market_rule(client: Any, market: Mapping[str, Any]) -> MarketRule | None:
    price_step = _step(client, market["precision"].get("price"))
    quantity_step = _step(client, market["precision"].get("amount"))
    limits = market["limits"]
    smallest = (number(limits["amount"].get("min")), number(limits["cost"].get("min")))
    if not price_step or not quantity_step or not any(smallest):
        return None
    usual = client.fees.get("trading", {})
    return MarketRule(
        symbol=market["symbol"],
        base=market["base"],
        quote=market["quote"],
        is_active=market.get("active") is not False,
        price_step=price_step,
        quantity_step=quantity_step,
        quantity_min=max(smallest[0] or ZERO, quantity_step),
        quantity_max=number(limits["amount"].get("max")),
        notional_min=smallest[1] or ZERO,
        maker_fee=_fee(market.get("maker"), usual.get("maker")),
        taker_fee=_fee(market.get("taker"), usual.get("taker")),
    )


def _fee(said: object, usual: object) -> Decimal:
    for each in (number(said), number(usual)):
        if each is not None:
            return each
    return _FEE_WHEN_UNSAID


def _step(client: Any, precision: object) -> Decimal | None:
    found = number(precision)
    if found is None:
        return None
    if client.precisionMode == _DECIMAL_PLACES:
        return Decimal(1).scaleb(-int(found))
    return found if found > 0 else None


def day_statistics(tickers: Mapping[str, Mapping[str, Any]], symbols: Iterable[str]) -> tuple[DayStatistics, ...]:
    """Of those symbols that have both numbers."""
    found = []
    for symbol in symbols:
        ticker = tickers.get(symbol)
        if ticker is None:
            continue
        volume, change = number(ticker.get("quoteVolume")), number(ticker.get("percentage"))
        if volume is not None and change is not None and volume >= 0:
            found.append(DayStatistics(symbol, volume, change * _BPS_PER_PERCENT))
    return tuple(found)


def price_bars(candles: Iterable[list[Any]], exchange_now_ms: int, count: int) -> tuple[PriceBar, ...]:
    """The newest `count` whole minutes, oldest first; one with a price that is none is left out."""
    bars = []
    for at_ms, *cells in candles:
        values = [number(each) for each in cells[:5]]
        if at_ms + _MINUTE_MS > exchange_now_ms or any(each is None or each < 0 for each in values):
            continue
        bars.append(PriceBar(int(at_ms) * NS_PER_MS, *(each for each in values if each is not None)))
    bars.sort(key=lambda bar: bar.at_ns)
    return tuple(bars[-count:])
