"""Checked access to the fields of a transaction as it comes over the wire."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from neo.infra.simulated.amounts import Amount
from neo.infra.simulated.records import IssuedAmount
from neo.infra.simulated.state import LedgerState
from neo.infra.simulated.wire.keylets import XRP
from neo.infra.simulated.wire.refusal import WireRefusal
from neo.infra.simulated.wire.values import account_in, amount_in, asset_in, drops_in, shares_in, token_asset

UINT32_MAX = 2**32 - 1


class Fields:
    """Every access names the field; whatever is missing or of the wrong type is a `WireRefusal`."""

    def __init__(self, state: LedgerState, tx_json: Mapping[str, Any]) -> None:
        self.state = state
        self.raw = tx_json

    def number(self, name: str) -> int:
        value = self.optional_number(name)
        if value is None:
            raise WireRefusal("temMALFORMED", f"{name} is missing")
        return value

    def optional_number(self, name: str) -> int | None:
        value = self.raw.get(name)
        if value is None:
            return None
        if type(value) is not int or not 0 <= value <= UINT32_MAX:
            raise WireRefusal("temMALFORMED", f"{name} is no unsigned number of 32 bits")
        return value

    def text(self, name: str) -> str | None:
        value = self.raw.get(name)
        if value is not None and not isinstance(value, str):
            raise WireRefusal("temMALFORMED", f"{name} is no text")
        return value

    def account(self, name: str) -> str:
        if name not in self.raw:
            raise WireRefusal("temDST_NEEDED" if name == "Destination" else "temMALFORMED", f"{name} is missing")
        return account_in(self.state, self.raw[name])

    def fee(self) -> int:
        try:
            fee = drops_in(self.raw.get("Fee"))
        except WireRefusal as why:
            raise WireRefusal("temBAD_FEE", why.reason) from why
        if fee < 0:
            raise WireRefusal("temBAD_FEE", "a negative fee")
        return fee

    def any_amount(self, name: str) -> Amount | IssuedAmount:
        if name not in self.raw:
            raise WireRefusal("temMALFORMED", f"{name} is missing")
        return amount_in(self.state, self.raw[name])

    def amount(self, name: str, alias: str | None = None) -> Amount:
        """XRP or the ledger's token; another token is more than this model knows."""
        name = alias if alias is not None and name not in self.raw else name
        amount = self.any_amount(name)
        if isinstance(amount, IssuedAmount):
            raise WireRefusal("temDISABLED", f"{name} is in a token that this ledger does not have")
        return amount

    def optional_amount(self, name: str) -> Amount | None:
        return self.amount(name) if name in self.raw else None

    def token(self, name: str) -> Decimal:
        amount = self.amount(name)
        if not isinstance(amount, Decimal):
            raise WireRefusal("temBAD_AMOUNT", f"{name} is XRP")
        return amount

    def optional_shares(self, name: str) -> Decimal | None:
        return shares_in(self.state, self.raw[name]) if name in self.raw else None

    def check_pool(self) -> None:
        """Asset and Asset2 must name the one pool there can be."""
        assets = {asset_in(self.state, self.raw.get("Asset")), asset_in(self.state, self.raw.get("Asset2"))}
        if assets != {XRP, token_asset(self.state)}:
            raise WireRefusal("terNO_AMM", "no such pool")
