"""Ledger entries of a simulated state in wire form."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import attrs

from neo.infra.sandbox.xrpl.chain import keylets
from neo.infra.sandbox.xrpl.chain.book_changes import number_text
from neo.infra.sandbox.xrpl.chain.keylets import Asset
from neo.infra.simulated.amounts import Amount
from neo.infra.simulated.records import Offer
from neo.infra.simulated.state import LedgerState

XRP: Asset = ("XRP", "")
_NOBODY = "rrrrrrrrrrrrrrrrrrrrBZbvji"
_ONE_SIDE_RESERVED = (0x0001_0000, 0x0002_0000)


@attrs.frozen
class Names:
    """Addresses of issuer and pool, and the token."""

    issuer: str
    pool: str
    currency: str

    @property
    def token(self) -> Asset:
        return self.currency, self.issuer

    def amount(self, value: Amount) -> Any:
        if type(value) is int:
            return str(value)
        return {"currency": self.currency, "issuer": self.issuer, "value": number_text(Decimal(value))}


def account_root(state: LedgerState, account: str) -> dict[str, Any]:
    settings = state.settings_of(account)
    entry: dict[str, Any] = {
        "Account": account,
        "Balance": str(state.drops[account]),
        "Flags": settings.flags,
        "LedgerEntryType": "AccountRoot",
        "OwnerCount": state.owner_count[account],
        "Sequence": state.sequence[account],
        "index": keylets.account(account),
    }
    if settings.regular_key is not None:
        entry["RegularKey"] = settings.regular_key
    return entry


def offer_entry(names: Names, offer: Offer) -> dict[str, Any]:
    address = offer.owner
    sides = (names.token, XRP) if type(offer.gets) is int else (XRP, names.token)
    entry: dict[str, Any] = {
        "Account": address,
        "BookDirectory": keylets.book_directory(*sides, offer.quality),
        "BookNode": "0",
        "Flags": offer.flags,
        "LedgerEntryType": "Offer",
        "OwnerNode": "0",
        "Sequence": offer.sequence,
        "TakerGets": names.amount(offer.gets),
        "TakerPays": names.amount(offer.pays),
        "index": keylets.offer(address, offer.sequence),
    }
    if offer.expiration_s is not None:
        entry["Expiration"] = offer.expiration_s
    return entry


def trust_line(names: Names, account: str, balance: Decimal, limit: Decimal) -> dict[str, Any]:
    address = account
    holder_is_low = keylets.account_id(address) < keylets.account_id(names.issuer)
    holder = {"currency": names.currency, "issuer": address, "value": number_text(limit)}
    issuer = {"currency": names.currency, "issuer": names.issuer, "value": "0"}
    low, high = (holder, issuer) if holder_is_low else (issuer, holder)
    value = balance if holder_is_low else -balance
    return {
        "Balance": {"currency": names.currency, "issuer": _NOBODY, "value": number_text(value)},
        "Flags": _ONE_SIDE_RESERVED[0 if holder_is_low else 1],
        "HighLimit": high,
        "HighNode": "0",
        "LedgerEntryType": "RippleState",
        "LowLimit": low,
        "LowNode": "0",
        "index": keylets.ripple_state(address, names.issuer, names.currency),
    }
