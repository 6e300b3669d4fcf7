"""Amounts, currencies and assets between the wire's texts and the model's numbers.

On the wire XRP is a text of drops and a token an object of currency, issuer and value. Source: https://xrpl.org/docs/
references/protocol/data-types/basic-data-types, rippled `STAmount.cpp` (getText) for the spelling of numbers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from neo.infra.simulated.amounts import DIGITS, EXACT, NEAREST, Amount
from neo.infra.simulated.identity import address_of, decode_address
from neo.infra.simulated.records import IssuedAmount
from neo.infra.simulated.state import LedgerState
from neo.infra.simulated.wire.keylets import XRP, XRP_CODE, Asset, shares_currency
from neo.infra.simulated.wire.refusal import WireRefusal

#: The account that stands for nobody: issuer of a trust line's balance.
NOBODY = "rrrrrrrrrrrrrrrrrrrrBZbvji"
DROPS_MAX = 10**17
_EXPONENT_MIN, _EXPONENT_MAX = -96, 80
_PLAIN_EXPONENTS = range(-25, -4)
_NUMBER = re.compile(r"[-+]?(\d{1,40}(\.\d{0,100})?|\.\d{1,100})([eE][-+]?\d{1,3})?")
_SHORT_CODE = re.compile(r"[A-Za-z0-9?!@#$%^&*<>(){}\[\]|]{3}")
_LONG_CODE = re.compile(r"[0-9A-Fa-f]{40}")


def number_text(value: Decimal) -> str:
    """A token's value as the server spells it: plain between 10^-25 and 10^-5 of its last of 16 digits, else with e."""
    if not value:
        return "0"
    exponent = value.adjusted() - (DIGITS - 1)
    if exponent == 0 or exponent in _PLAIN_EXPONENTS:
        text = format(value.normalize(EXACT), "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    return f"{int(value.scaleb(-exponent, EXACT))}e{exponent}"


def token_asset(state: LedgerState) -> Asset:
    return state.issue.currency, state.issue.issuer


def shares_asset(state: LedgerState) -> Asset:
    """The pool's LP token."""
    return shares_currency(XRP, token_asset(state)), state.pool_account


def issued(asset: Asset, value: Decimal) -> dict[str, str]:
    """A token amount in wire form."""
    return {"currency": short_code(asset[0]), "issuer": address_of(asset[1]), "value": number_text(value)}


def amount_out(state: LedgerState, amount: Amount | IssuedAmount) -> str | dict[str, str]:
    """An amount of XRP, of the ledger's token, or of another one in wire form."""
    if isinstance(amount, IssuedAmount):
        return issued((amount.currency, amount.issuer), amount.value)
    return str(amount) if type(amount) is int else issued(token_asset(state), Decimal(amount))


def asset_out(asset: Asset) -> dict[str, str]:
    if asset == XRP:
        return {"currency": "XRP"}
    return {"currency": short_code(asset[0]), "issuer": address_of(asset[1])}


def short_code(code: str) -> str:
    """Three letters where the code is made of them, else the 40 digits."""
    if code == XRP_CODE:
        return "XRP"
    if code[:24] == "0" * 24 and code[30:] == "0" * 10:
        text = bytes.fromhex(code[24:30]).decode("ascii", "replace")
        if _SHORT_CODE.fullmatch(text):
            return text
    return code


def long_code(text: object) -> str:
    """The 40 digits of a currency code; WireRefusal for anything else."""
    if isinstance(text, str):
        if text == "XRP":
            return XRP_CODE
        if _SHORT_CODE.fullmatch(text):
            return "0" * 24 + text.encode().hex().upper() + "0" * 10
        if _LONG_CODE.fullmatch(text):
            return text.upper()
    raise WireRefusal("temBAD_CURRENCY", "no such currency code")


def account_in(state: LedgerState, address: object) -> str:
    """The model's name of an account; addresses that the ledger does not know stay as they are."""
    if not isinstance(address, str) or decode_address(address) is None:
        raise WireRefusal("temMALFORMED", "no account address")
    if address in state.sequence or address in (state.issue.issuer, state.pool_account):
        return address
    for name in (state.issue.issuer, state.pool_account, *state.sequence):
        if address_of(name) == address:
            return name
    return address


def amount_in(state: LedgerState, wire: object) -> Amount | IssuedAmount:
    """XRP as drops, the ledger's token as Decimal, anything else with its issue; WireRefusal when it is no amount."""
    if isinstance(wire, str):
        return drops_in(wire)
    if not isinstance(wire, Mapping) or set(wire) != {"currency", "issuer", "value"}:
        raise WireRefusal("temBAD_AMOUNT", "neither a text of drops nor currency, issuer and value")
    asset = (long_code(wire["currency"]), account_in(state, wire["issuer"]))
    if asset[0] == XRP_CODE:
        raise WireRefusal("temBAD_CURRENCY", "XRP has no issuer")
    value = value_in(wire["value"])
    return value if asset == token_asset(state) else IssuedAmount(asset[0], asset[1], value)


def drops_in(text: object) -> int:
    if not isinstance(text, str) or not re.fullmatch(r"-?\d{1,20}", text) or abs(int(text)) > DROPS_MAX:
        raise WireRefusal("temBAD_AMOUNT", "no amount of drops")
    return int(text)


def value_in(text: object) -> Decimal:
    """A token's value, rounded to 16 digits as the server does."""
    if not isinstance(text, str) or not _NUMBER.fullmatch(text):
        raise WireRefusal("temBAD_AMOUNT", "no number")
    value = NEAREST.plus(Decimal(text))
    exponent = value.adjusted() - (DIGITS - 1)
    if not value or exponent < _EXPONENT_MIN:
        return Decimal(0)
    if exponent > _EXPONENT_MAX:
        raise WireRefusal("temBAD_AMOUNT", "too large a value")
    return value


def shares_in(state: LedgerState, wire: object) -> Decimal:
    """An amount of the pool's LP tokens."""
    amount = amount_in(state, wire)
    if not isinstance(amount, IssuedAmount) or (amount.currency, amount.issuer) != shares_asset(state):
        raise WireRefusal("temBAD_AMM_TOKENS", "not this pool's LP tokens")
    return amount.value


def asset_in(state: LedgerState, wire: Any) -> Asset:
    """An asset without an amount."""
    if not isinstance(wire, Mapping):
        raise WireRefusal("temMALFORMED", "no asset")
    code = long_code(wire.get("currency"))
    if code == XRP_CODE:
        return XRP
    return code, account_in(state, wire.get("issuer"))
