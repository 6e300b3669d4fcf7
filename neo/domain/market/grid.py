"""The grid of prices and sizes that an order may have: exact on the ledger, no rounding left to the venue.

A ledger token amount carries at most 15 significant digits
(https://xrpl.org/docs/references/protocol/data-types/currency-formats#token-precision), XRP is counted in drops. A price of
7 digits times a quantity of 8 digits needs at most 15, so the quote amount is always their exact product.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal

from neo.domain.units import DROP

PRICE_DIGITS = 7
QUANTITY_DIGITS = 8
#: With its first digit here (1: tens of XRP) or above, QUANTITY_DIGITS digits end at the drop or before it.
_WHOLE_DROPS_FROM = QUANTITY_DIGITS - 1 - 6

# Contexts only carry precision and rounding here; nobody reads their flags.
_PRICE_FLOOR = Context(prec=PRICE_DIGITS, rounding=ROUND_FLOOR)
_PRICE_CEILING = Context(prec=PRICE_DIGITS, rounding=ROUND_CEILING)
_QUANTITY_FLOOR = Context(prec=QUANTITY_DIGITS, rounding=ROUND_FLOOR)


def price_at_or_below(price: Decimal) -> Decimal:
    """The highest grid price that is not above `price`."""
    return _PRICE_FLOOR.plus(price)


def price_at_or_above(price: Decimal) -> Decimal:
    """The lowest grid price that is not below `price`."""
    return _PRICE_CEILING.plus(price)


def price_below(limit: Decimal) -> Decimal:
    """The highest grid price that is strictly below `limit`."""
    return _PRICE_FLOOR.next_minus(limit)


def price_above(limit: Decimal) -> Decimal:
    """The lowest grid price that is strictly above `limit`."""
    return _PRICE_FLOOR.next_plus(limit)


def quantity_at_or_below(quantity: Decimal) -> Decimal:
    """The largest tradable quantity of XRP that is not above `quantity`: whole drops, at most 8 digits."""
    short = _QUANTITY_FLOOR.plus(quantity)
    if short.adjusted() >= _WHOLE_DROPS_FROM:
        return short
    exponent = short.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -6:
        return short.quantize(DROP, rounding=ROUND_FLOOR)
    return short
