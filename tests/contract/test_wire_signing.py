"""What the recorded accounts once signed, the signer signs again: the same blob and hash, bit for bit."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from neo.domain.market.instrument import Side
from neo.domain.messages.venue import TransactionKind, UnsignedTransaction
from neo.infra.xrpl.signer import XrplSigner
from tests.infra.xrpl.keys import pair_of, recorded_role_seed
from tests.recordings.recording import load

PASSIVE = 0x00010000
#: Fields that the engine's transactions have; the recordings also try flags and fields that it never sends.
KNOWN = {
    "Account", "Expiration", "Fee", "Flags", "LastLedgerSequence", "OfferSequence", "Sequence", "SigningPubKey", "TakerGets",
    "TakerPays", "TicketCount", "TicketSequence", "TransactionType", "TxnSignature", "hash", "ctid",
}  # fmt: skip
SCENARIOS = ("03_quoting", "04_crossing", "08_streams", "16_tickets", "17_same_ledger")


def submissions(name: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Role, blob and fields of what the engine could have sent."""
    content = load(name)
    roles = {account: role for role, account in content["accounts"].items()}
    issuer = content["rlusd"]["issuer"]
    for entry in content["entries"]:
        result = _result(entry)
        fields = result.get("tx_json", {})
        role = roles.get(fields.get("Account", ""))
        if role in ("maker", "taker", "other") and could_be_ours(fields, issuer, result["engine_result"]):
            yield role, result["tx_blob"], fields


def could_be_ours(fields: dict[str, Any], issuer: str, preliminary: str) -> bool:
    """False for what is malformed on purpose, for other kinds and pairs, and for what the engine never asks for."""
    if preliminary.startswith("tem") or not fields.keys() <= KNOWN or fields["Flags"] not in (0, PASSIVE):
        return False
    if fields["TransactionType"] != "OfferCreate":
        return fields["TransactionType"] in ("OfferCancel", "TicketCreate")
    tokens = [each["issuer"] for each in (fields["TakerPays"], fields["TakerGets"]) if isinstance(each, dict)]
    return tokens == [issuer]


def _result(entry: dict[str, Any]) -> dict[str, Any]:
    response = entry.get("response")
    result = response.get("result") if isinstance(response, dict) else None
    return result if isinstance(result, dict) and "tx_blob" in result else {}


def unsigned(fields: dict[str, Any]) -> UnsignedTransaction:
    offer = fields["TransactionType"] == "OfferCreate"
    pays, gets = fields.get("TakerPays", "0"), fields.get("TakerGets", {"value": "0"})
    buys = isinstance(pays, str)
    drops, token = (pays, gets) if buys else (gets, pays)
    return UnsignedTransaction(
        kind=TransactionKind(fields["TransactionType"]),
        account=fields["Account"],
        sequence=fields["Sequence"],
        fee_drops=int(fields["Fee"]),
        last_ledger_sequence=fields["LastLedgerSequence"],
        side=(Side.BUY if buys else Side.SELL) if offer else None,
        base_quantity=Decimal(drops).scaleb(-6) if offer else None,
        quote_quantity=Decimal(token["value"]) if offer else None,
        offer_sequence=fields.get("OfferSequence"),
        expiration_s=fields.get("Expiration"),
        passive=bool(fields["Flags"] & PASSIVE),
        ticket_sequence=fields.get("TicketSequence"),
        ticket_count=fields.get("TicketCount"),
    )


@pytest.mark.parametrize("name", SCENARIOS)
def test_recorded_transactions_are_signed_again_to_the_same_blob(name: str) -> None:
    compared = 0
    for role, blob, fields in submissions(name):
        signed = XrplSigner(pair_of(fields["Account"]), recorded_role_seed(role)).sign(unsigned(fields))
        assert (signed.hash, signed.blob) == (fields["hash"], blob)
        compared += 1
    assert compared >= 5, "nothing was compared"
