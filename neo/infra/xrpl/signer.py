"""The only place that holds a key: signs with xrpl-py, for one account, with its master key or its regular key.

https://xrpl.org/docs/concepts/accounts/cryptographic-keys#regular-key-pair
"""

from __future__ import annotations

from neo.domain.messages.venue import SignedTransaction, UnsignedTransaction
from neo.infra.xrpl.wire.pair import WirePair


class XrplSigner:
    """domain.ports.Signer. The seed shows in no repr, str, exception, log or pickle."""

    def __init__(self, pair: WirePair, seed: str, network_id: int | None = None) -> None:
        """ValueError (without the seed in it) when `seed` is none. `network_id` above 1024 goes into each transaction."""
        raise NotImplementedError

    @property
    def account(self) -> str:
        """The account that transactions are of; not necessarily the address of the key."""
        raise NotImplementedError

    @property
    def key_address(self) -> str:
        """The address that belongs to the signing key: the account itself, or its regular key."""
        raise NotImplementedError

    def sign(self, transaction: UnsignedTransaction) -> SignedTransaction:
        """ValueError for what cannot be signed exactly: another account's, rounded amounts, missing fields."""
        raise NotImplementedError
