"""The only place that holds a key: signs for one account, with its master key or its regular key.

Nothing is asked of a server and nothing is filled in: what the router made durable is what is signed, field by field.
https://xrpl.org/docs/references/protocol/transactions/common-fields,
https://xrpl.org/docs/concepts/accounts/cryptographic-keys#regular-key-pair
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, NoReturn

from xrpl.core.binarycodec import encode, encode_for_signing
from xrpl.core.keypairs import derive_classic_address, derive_keypair

from neo.domain.market.instrument import Side
from neo.domain.messages.venue import SignedTransaction, TransactionKind, UnsignedTransaction
from neo.domain.units import xrp_to_drops
from neo.infra.xrpl.signing_key import SigningKey, keys_of_seed
from neo.infra.xrpl.synchronous import call_synchronously
from neo.infra.xrpl.wire.amounts import DROPS_MAX, as_token
from neo.infra.xrpl.wire.fields import UINT32_MAX
from neo.infra.xrpl.wire.pair import WirePair

#: What is used of the client library here; the start checks that none of it turned into a coroutine function.
ENTRY_POINTS: Mapping[str, Callable[..., object]] = MappingProxyType(
    {
        "xrpl.core.binarycodec.encode": encode,
        "xrpl.core.binarycodec.encode_for_signing": encode_for_signing,
        "xrpl.core.keypairs.derive_classic_address": derive_classic_address,
        "xrpl.core.keypairs.derive_keypair": derive_keypair,
    }
)

#: Networks up to this id take no NetworkID field, all others demand it.
NETWORK_ID_UNNAMED_MAX = 1024
TICKETS_MAX = 250
_PASSIVE = 0x00010000
_HASH_PREFIX = b"TXN\x00"


class XrplSigner:
    """domain.ports.Signer. The seed shows in no repr, str, exception, log or pickle; it is not even kept."""

    __slots__ = ("_key", "_network_id", "_pair")

    def __init__(self, pair: WirePair, seed: str, network_id: int | None = None) -> None:
        """ValueError (without the seed in it) when `seed` is none. `network_id` above 1024 goes into each transaction."""
        keys = keys_of_seed(seed)
        self._pair = pair
        self._network_id = network_id
        self._key: SigningKey = next((key for key in keys if key.address == pair.account), keys[0])

    @property
    def account(self) -> str:
        """The account that transactions are of; not necessarily the address of the key."""
        return self._pair.account

    @property
    def key_address(self) -> str:
        """The address that belongs to the signing key: the account itself, or its regular key."""
        return self._key.address

    @property
    def is_master_key(self) -> bool:
        """True when the key is the account's own and not a regular key, which could be replaced after a theft."""
        return self.key_address == self.account

    def sign(self, transaction: UnsignedTransaction) -> SignedTransaction:
        """ValueError for what cannot be signed exactly: another account's, rounded amounts, missing fields."""
        fields = self._fields(transaction)
        message = bytes.fromhex(call_synchronously(encode_for_signing, fields))
        fields["TxnSignature"] = self._key.sign(message).hex().upper()
        blob = call_synchronously(encode, fields)
        digest = hashlib.sha512(_HASH_PREFIX + bytes.fromhex(blob)).hexdigest()[:64].upper()
        return SignedTransaction(digest, transaction, blob)

    def __repr__(self) -> str:
        return f"<XrplSigner for {self.account} with the key of {self.key_address}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a signer is neither copied nor pickled: it holds a key")

    # ------------------------------------------------------------------------------------------------------- fields

    def _fields(self, asked: UnsignedTransaction) -> dict[str, Any]:
        if asked.account != self.account:
            raise ValueError(f"the signer of {self.account} does not sign for {asked.account}")
        fields: dict[str, Any] = {
            "TransactionType": asked.kind.value,
            "Account": asked.account,
            "Fee": str(_between(asked.fee_drops, 0, DROPS_MAX, "a fee")),
            "Flags": _PASSIVE if asked.passive else 0,
            "LastLedgerSequence": _uint32(asked.last_ledger_sequence, "LastLedgerSequence"),
            "SigningPubKey": self._key.public_key,
            **_sequence(asked),
            **self._own_fields(asked),
        }
        if self._network_id is not None and self._network_id > NETWORK_ID_UNNAMED_MAX:
            fields["NetworkID"] = self._network_id
        return fields

    def _own_fields(self, asked: UnsignedTransaction) -> dict[str, Any]:
        """Those of the kind; a field that is given for a kind that has none is an error of the caller."""
        if asked.kind is TransactionKind.OFFER_CREATE:
            _absent(asked, "ticket_count")
            return self._offer(asked)
        _absent(asked, "side", "base_quantity", "quote_quantity", "expiration_s")
        if asked.passive:
            raise ValueError(f"{asked.kind.value} cannot be passive")
        if asked.kind is TransactionKind.OFFER_CANCEL:
            _absent(asked, "ticket_count")
            return {"OfferSequence": _uint32(asked.offer_sequence, "the offer to cancel")}
        if asked.kind is TransactionKind.TICKET_CREATE:
            _absent(asked, "offer_sequence")
            return {"TicketCount": _between(asked.ticket_count, 1, TICKETS_MAX, "a number of tickets")}
        raise ValueError(f"the signer makes offers, cancels and tickets, not {asked.kind.value}")

    def _offer(self, asked: UnsignedTransaction) -> dict[str, Any]:
        if asked.side is None or asked.base_quantity is None or asked.quote_quantity is None:
            raise ValueError("an offer needs a side and both quantities")
        drops = _between(xrp_to_drops(asked.base_quantity), 1, DROPS_MAX, "an amount of drops")
        token = {"currency": self._pair.currency, "issuer": self._pair.issuer, "value": _token(asked.quote_quantity)}
        pays, gets = (str(drops), token) if asked.side is Side.BUY else (token, str(drops))
        fields: dict[str, Any] = {"TakerPays": pays, "TakerGets": gets}
        if asked.offer_sequence is not None:
            fields["OfferSequence"] = _uint32(asked.offer_sequence, "the offer to replace")
        if asked.expiration_s is not None:
            fields["Expiration"] = _uint32(asked.expiration_s, "an expiration")
        return fields


def _sequence(asked: UnsignedTransaction) -> dict[str, int]:
    if asked.ticket_sequence is None:
        return {"Sequence": _uint32(asked.sequence, "a sequence")}
    if asked.sequence != 0:
        raise ValueError(f"a transaction has sequence {asked.sequence} or ticket {asked.ticket_sequence}, not both")
    return {"Sequence": 0, "TicketSequence": _uint32(asked.ticket_sequence, "a ticket")}


def _token(value: Decimal) -> str:
    """Exactly what the ledger stores; ValueError for what it would round or refuse."""
    text = str(value)
    exact = as_token(text)
    if exact is None or exact != value or value <= 0:
        raise ValueError(f"the ledger cannot store {text} of a token exactly: 16 digits, more than 0")
    return str(exact.normalize())


def _absent(asked: UnsignedTransaction, *names: str) -> None:
    for name in names:
        if getattr(asked, name) is not None:
            raise ValueError(f"{asked.kind.value} has no {name}")


def _uint32(value: int | None, what: str) -> int:
    return _between(value, 1, UINT32_MAX, what)


def _between(value: int | None, least: int, most: int, what: str) -> int:
    if value is None or not least <= value <= most:
        raise ValueError(f"{value} is not {what} from {least} to {most}")
    return value
