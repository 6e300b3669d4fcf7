"""Transactions in their wire form: as they came, or made from the fields for those that never were on a wire."""

from __future__ import annotations

from typing import Any

from neo.infra.simulated.identity import address_of, transaction_id
from neo.infra.simulated.state import LedgerState
from neo.infra.simulated.transactions import OfferCancel, OfferCreate, Payment, TicketCreate, Transaction
from neo.infra.simulated.wire.values import amount_out


def render_transaction(state: LedgerState, transaction: Transaction) -> dict[str, Any]:
    """The transaction's fields (tx_json) without its hash. Only offers, cancels, payments and tickets are ever made here.

    ValueError for another kind that did not come over the wire.
    """
    if transaction.wire is not None:
        return dict(transaction.wire)
    fields: dict[str, Any] = {
        "Account": address_of(transaction.account),
        "Fee": str(transaction.fee_drops),
        "Flags": transaction.flags,
        "Sequence": transaction.sequence,
        "SigningPubKey": "",
    }
    optional = {
        "LastLedgerSequence": transaction.last_ledger_sequence,
        "TicketSequence": transaction.ticket_sequence,
        "NetworkID": transaction.network_id,
    }
    fields |= {name: value for name, value in optional.items() if value is not None}
    return fields | _own_fields(state, transaction)


def _own_fields(state: LedgerState, transaction: Transaction) -> dict[str, Any]:
    if isinstance(transaction, OfferCreate):
        return _offer(state, transaction)
    if isinstance(transaction, OfferCancel):
        return {"TransactionType": "OfferCancel", "OfferSequence": transaction.offer_sequence}
    if isinstance(transaction, TicketCreate):
        return {"TransactionType": "TicketCreate", "TicketCount": transaction.ticket_count}
    if isinstance(transaction, Payment):
        return {
            "TransactionType": "Payment",
            "DeliverMax": amount_out(state, transaction.amount),
            "Destination": address_of(transaction.destination),
        }
    raise ValueError(f"a {type(transaction).__name__} that did not come over the wire has no wire form")


def _offer(state: LedgerState, offer: OfferCreate) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "TransactionType": "OfferCreate",
        "TakerGets": amount_out(state, offer.taker_gets),
        "TakerPays": amount_out(state, offer.taker_pays),
    }
    if offer.offer_sequence is not None:
        fields["OfferSequence"] = offer.offer_sequence
    if offer.expiration_s is not None:
        fields["Expiration"] = offer.expiration_s
    return fields


def hash_of(transaction: Transaction) -> str:
    """The transaction's hash, the same as in the threads of its ledger."""
    return transaction_id(transaction).hex().upper()
