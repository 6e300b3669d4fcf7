"""Amounts on the wire: XRP as text of drops, tokens as an object of value, currency and issuer. Decimals in whole units.

Bounds: 100 billion XRP were ever created; a token has 16 digits and exponents from -96 to 80 (of the 16-digit integer).
https://xrpl.org/docs/references/protocol/data-types/basic-data-types#specifying-currency-amounts
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, Context, Decimal, Inexact, InvalidOperation, Overflow, Underflow

from neo.domain.units import drops_to_xrp
from neo.infra.xrpl.wire.errors import WireError
from neo.infra.xrpl.wire.fields import Fields
from neo.infra.xrpl.wire.pair import WirePair
from neo.records import frozen

DROPS_MAX = 10**17
TOKEN_DIGITS = 16
_FIRST_DIGIT_EXPONENT_MAX = 95
_FIRST_DIGIT_EXPONENT_MIN = -81

#: Differences and sums of amounts, exact whatever their exponents are; nothing that the wire can bring is cut.
EXACT = Context(prec=200, Emin=-999, Emax=999, traps=[InvalidOperation, Inexact, Overflow, Underflow])
#: As the ledger stores tokens.
NEAREST = Context(prec=TOKEN_DIGITS, rounding=ROUND_HALF_EVEN, Emin=-999, Emax=999)

_VALUE = re.compile(r"-?[0-9]{1,100}(\.[0-9]{1,100})?([eE][+-]?[0-9]{1,3})?", re.ASCII)
_SIXTEEN_DIGITS = Context(prec=TOKEN_DIGITS, Emin=-999, Emax=999, traps=[InvalidOperation, Inexact, Overflow])


@frozen
class PairAmount:
    """XRP (`is_base`) or the pair's token."""

    is_base: bool
    value: Decimal


def drops(fields: Fields, name: str) -> int:
    """XRP of the ledger, not negative: text of digits."""
    if not isinstance(fields.raw(name), str):
        raise fields.wrong(name, "drops of XRP as text")
    return fields.digits(name, 0, DROPS_MAX)


def xrp(fields: Fields, name: str) -> Decimal:
    """The same in XRP."""
    return drops_to_xrp(drops(fields, name))


def token_value(fields: Fields, name: str) -> Decimal:
    """A token's `value`, which may be negative: exactly what the ledger can store."""
    value = as_token(fields.raw(name))
    if value is None:
        raise fields.wrong(name, "a token value of at most 16 digits")
    return value


def as_token(text: object) -> Decimal | None:
    """None when `text` is no number, or none that the ledger can store."""
    if not isinstance(text, str) or not _VALUE.fullmatch(text):
        return None
    try:
        value = _SIXTEEN_DIGITS.create_decimal(text)
    except (InvalidOperation, Inexact, Overflow):
        return None
    if value and not _FIRST_DIGIT_EXPONENT_MIN <= value.adjusted() <= _FIRST_DIGIT_EXPONENT_MAX:
        return None
    return value if value else Decimal(0)


def pair_amount(pair: WirePair, fields: Fields, name: str) -> PairAmount | None:
    """An amount of one of the pair's two assets, not negative. None for any other asset, which is not looked into."""
    value = fields.raw(name)
    if isinstance(value, str):
        return PairAmount(True, xrp(fields, name))
    token = fields.child(name)
    if not is_pair_token(pair, token):
        return None
    amount = token_value(token, "value")
    if amount < 0:
        raise token.wrong("value", "an amount that is not negative")
    return PairAmount(False, amount)


def is_pair_token(pair: WirePair, token: Fields) -> bool:
    """By currency and issuer: a token of the same name of somebody else is another token."""
    return token.raw("currency") == pair.currency and token.raw("issuer") == pair.issuer


def base_and_quote(pair: WirePair, fields: Fields, pays: str, gets: str) -> tuple[Decimal, Decimal, bool] | None:
    """Amounts of base and quote of an offer, and whether it gives XRP; None when it is no offer of the pair."""
    left, right = pair_amount(pair, fields, pays), pair_amount(pair, fields, gets)
    if left is None or right is None or left.is_base == right.is_base:
        return None
    if right.is_base:
        return right.value, left.value, True
    return left.value, right.value, False


def require(condition: bool, path: str, expected: str, found: object = None) -> None:
    """WireError when parts of an answer contradict each other."""
    if not condition:
        raise WireError(path, expected, found)
