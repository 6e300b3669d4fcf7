"""Signing without keys: the hash is that of the transaction's own fields, so equal transactions have equal hashes."""

from __future__ import annotations

from hashlib import sha256

from neo.domain.messages.venue import SignedTransaction, UnsignedTransaction
from neo.records import frozen


@frozen
class SimulatedSigner:
    """Signs for one account of a simulated ledger."""

    account: str
    token: str = "RLUSD"

    def sign(self, transaction: UnsignedTransaction) -> SignedTransaction:
        """ValueError for another account's transaction: no key could sign it."""
        if transaction.account != self.account:
            raise ValueError(f"the key of {self.account} cannot sign for {transaction.account}")
        fields: tuple[object, ...] = (
            # not `value`, which is a call each
            transaction.kind._value_,
            transaction.account,
            transaction.sequence,
            transaction.fee_drops,
            transaction.last_ledger_sequence,
            transaction.side._value_ if transaction.side else "",
            transaction.base_quantity,
            transaction.quote_quantity,
            transaction.offer_sequence,
            transaction.expiration_s,
            transaction.passive,
            self.token,
        )
        if transaction.ticket_sequence is not None or transaction.ticket_count is not None:
            fields += (f"ticket {transaction.ticket_sequence}", f"tickets {transaction.ticket_count}")
        text = "|".join(["" if field is None else str(field) for field in fields])
        return SignedTransaction(sha256(text.encode()).hexdigest().upper(), transaction)
