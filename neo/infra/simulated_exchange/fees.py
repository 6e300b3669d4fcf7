"""What a trade costs, and in which asset.

Binance takes the fee from what is received; MEXC takes it in the quote asset on both sides (its recorded trades). Both
let the holder of their own coin pay in that coin, with a discount, while enough of it is free.
"""

from __future__ import annotations

from decimal import ROUND_UP, Decimal
from enum import Enum

from neo.domain.units import ONE, ZERO
from neo.infra.simulated_exchange.exact import fee_of, product
from neo.infra.simulated_exchange.market_rules import MarketRules
from neo.infra.simulated_exchange.order import Side
from neo.records import frozen

_UNIT = Decimal("1e-8")


class FeeAsset(Enum):
    RECEIVED = "received"
    QUOTE = "quote"


@frozen
class FeeSchedule:
    """`coin` is the exchange's own, empty when fees are never paid in it; `coin_discount` is the share that is let off."""

    charged_in: FeeAsset = FeeAsset.RECEIVED
    coin: str = ""
    coin_discount: Decimal = ZERO

    def buffer(self, rules: MarketRules) -> Decimal:
        """What a buy locks per quote unit: the fee may have to come from the quote asset as well."""
        rate = max(rules.maker_fee, rules.taker_fee) if self.charged_in is FeeAsset.QUOTE else ZERO
        return ONE + rate


@frozen
class Fee:
    asset: str
    amount: Decimal


def ordinary_fee(
    schedule: FeeSchedule, rules: MarketRules, side: Side, traded: tuple[Decimal, Decimal], rate: Decimal
) -> Fee:
    """The fee without the exchange's own coin; `traded` is (base, quote)."""
    if side is Side.SELL or schedule.charged_in is FeeAsset.QUOTE:
        return Fee(rules.quote, fee_of(traded[1], rate))
    return Fee(rules.base, fee_of(traded[0], rate))


def coin_fee(schedule: FeeSchedule, traded_quote: Decimal, rate: Decimal, coin_price: Decimal) -> Fee:
    """The same in the exchange's own coin, at `coin_price` in the quote asset."""
    value = product(fee_of(traded_quote, rate), ONE - schedule.coin_discount)
    return Fee(schedule.coin, (value / coin_price).quantize(_UNIT, ROUND_UP))
