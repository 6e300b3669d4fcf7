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
        asked, side = transaction, transaction.side
        base, quote, replaced, expires = (
            asked.base_quantity,
            asked.quote_quantity,
            asked.offer_sequence,
            asked.expiration_s,
        )
        # In one go, because each quote is signed: what is not there is empty, and `_value_` is `value` without a call.
        text = (
            f"{asked.kind._value_}|{asked.account}|{asked.sequence}|{asked.fee_drops}|{asked.last_ledger_sequence}|"
            f"{'' if side is None else side._value_}|{'' if base is None else str(base)}|"
            f"{'' if quote is None else str(quote)}|{'' if replaced is None else replaced}|"
            f"{'' if expires is None else expires}|{asked.passive!s}|{self.token}"
        )
        if asked.ticket_sequence is not None or asked.ticket_count is not None:
            text += f"|ticket {asked.ticket_sequence}|tickets {asked.ticket_count}"
        return SignedTransaction(sha256(text.encode()).hexdigest().upper(), transaction)
