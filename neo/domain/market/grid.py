"""The grid of prices and sizes that an order may have: exact on the ledger, no rounding left to the venue.

A ledger token amount carries at most 15 significant digits
(https://xrpl.org/docs/references/protocol/data-types/currency-formats#token-precision), XRP is counted in drops. A price of
7 digits times a quantity of 8 digits needs at most 15, so the quote amount is always their exact product.
"""

from __future__ import annotations

from collections.abc import Callable
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


# Each tick asks for some of these: the context's own methods, without a call around them.
#: The highest grid price that is not above a price.
price_at_or_below: Callable[[Decimal], Decimal] = _PRICE_FLOOR.plus
#: The lowest grid price that is not below a price.
price_at_or_above: Callable[[Decimal], Decimal] = _PRICE_CEILING.plus
#: The highest grid price that is strictly below a limit.
price_below: Callable[[Decimal], Decimal] = _PRICE_FLOOR.next_minus
#: The lowest grid price that is strictly above a limit.
price_above: Callable[[Decimal], Decimal] = _PRICE_FLOOR.next_plus


def quantity_at_or_below(quantity: Decimal) -> Decimal:
    """The largest tradable quantity of XRP that is not above `quantity`: whole drops, at most 8 digits."""
    short = _QUANTITY_FLOOR.plus(quantity)
    if short.adjusted() >= _WHOLE_DROPS_FROM:
        return short
    exponent = short.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -6:
        return short.quantize(DROP, rounding=ROUND_FLOOR)
    return short
