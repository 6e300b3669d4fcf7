"""Hashes of a simulated wallet: of all that is signed, and of nothing else."""

from __future__ import annotations

from decimal import Decimal
from hashlib import sha256

import attrs
import pytest

from neo.domain.market.instrument import Side
from neo.domain.messages.venue import TransactionKind, UnsignedTransaction
from neo.infra.simulated.signer import SimulatedSigner

_SIGNER = SimulatedSigner("us", "RLUSD.issuer")
_QUOTE = UnsignedTransaction(
    TransactionKind.OFFER_CREATE, "us", 7, 10, 1_020, Side.BUY, Decimal("29.500000"), Decimal("15.1"), 5, 777, True
)


@pytest.mark.parametrize(
    "transaction, text",
    [
        (_QUOTE, "OfferCreate|us|7|10|1020|buy|29.500000|15.1|5|777|True|RLUSD.issuer"),
        (
            UnsignedTransaction(TransactionKind.OFFER_CANCEL, "us", 0, 10, 1_020, offer_sequence=0, ticket_sequence=4),
            "OfferCancel|us|0|10|1020||||0||False|RLUSD.issuer|ticket 4|tickets None",
        ),
    ],
)
def test_a_hash_is_that_of_the_fields_in_their_order(transaction: UnsignedTransaction, text: str) -> None:
    assert _SIGNER.sign(transaction).hash == sha256(text.encode()).hexdigest().upper()


@pytest.mark.parametrize(
    "other",
    [
        {"kind": TransactionKind.OFFER_CANCEL},
        {"sequence": 8},
        {"fee_drops": 11},
        {"last_ledger_sequence": 1_021},
        {"side": Side.SELL},
        {"side": None},
        {"base_quantity": Decimal("29.5")},
        {"base_quantity": None},
        {"quote_quantity": Decimal("15.2")},
        {"quote_quantity": None},
        {"offer_sequence": None},
        {"expiration_s": None},
        {"passive": False},
        {"ticket_sequence": 7},
        {"ticket_count": 1},
    ],
    ids=str,
)
def test_another_field_is_another_hash(other: dict[str, object]) -> None:
    assert _SIGNER.sign(attrs.evolve(_QUOTE, **other)).hash != _SIGNER.sign(_QUOTE).hash  # type: ignore[arg-type]


def test_nobody_signs_for_another_account() -> None:
    with pytest.raises(ValueError, match="cannot sign"):
        _SIGNER.sign(attrs.evolve(_QUOTE, account="them"))
