"""What is signed is exactly what was asked for, and the key stays where it is."""

from __future__ import annotations

import copy
import logging
import pickle
import traceback
from decimal import Decimal

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from xrpl.constants import CryptoAlgorithm
from xrpl.core import keypairs
from xrpl.core.binarycodec import decode, encode_for_signing
from xrpl.models.transactions.transaction import Transaction

from neo.domain.market.instrument import Side
from neo.domain.messages.venue import TransactionKind, UnsignedTransaction
from neo.infra.xrpl.signer import ENTRY_POINTS, XrplSigner
from neo.infra.xrpl.synchronous import require_synchronous
from tests.infra.xrpl.keys import CURRENCY, ISSUER, address_of, pair_of, seed_of

SEED = seed_of(bytes(range(16)))
ACCOUNT = address_of(SEED)
SIGNER = XrplSigner(pair_of(ACCOUNT), SEED)

SEQUENCES = st.integers(1, 2**32 - 1)
DROPS = st.integers(1, 10**17)
#: 16 digits anywhere in the ledger's range of exponents.
TOKENS = st.builds(
    lambda digits, exponent: Decimal(digits).scaleb(exponent), st.integers(1, 10**16 - 1), st.integers(-60, 60)
)
CANCEL = UnsignedTransaction(TransactionKind.OFFER_CANCEL, ACCOUNT, 7, 12, 100, offer_sequence=5)
OFFER = UnsignedTransaction(
    TransactionKind.OFFER_CREATE, ACCOUNT, 7, 12, 100, Side.BUY, Decimal(10), Decimal("25.5"), expiration_s=800_000_000
)
TICKETS = UnsignedTransaction(TransactionKind.TICKET_CREATE, ACCOUNT, 7, 12, 100, ticket_count=3)


@st.composite
def offers(draw: st.DrawFn) -> UnsignedTransaction:
    ticket = draw(st.none() | SEQUENCES)
    return UnsignedTransaction(
        kind=TransactionKind.OFFER_CREATE,
        account=ACCOUNT,
        sequence=draw(SEQUENCES) if ticket is None else 0,
        fee_drops=draw(st.integers(0, 10**9)),
        last_ledger_sequence=draw(SEQUENCES),
        side=draw(st.sampled_from(Side)),
        base_quantity=Decimal(draw(DROPS)).scaleb(-6),
        quote_quantity=draw(TOKENS),
        offer_sequence=draw(st.none() | SEQUENCES),
        expiration_s=draw(st.none() | SEQUENCES),
        passive=draw(st.booleans()),
        ticket_sequence=ticket,
    )


@given(asked=offers(), network_id=st.none() | st.integers(0, 2**32 - 1))
def test_a_signed_offer_decodes_to_exactly_what_was_asked_for(
    asked: UnsignedTransaction, network_id: int | None
) -> None:
    signed = XrplSigner(pair_of(ACCOUNT), SEED, network_id).sign(asked)
    found = decode(signed.blob)

    assert asked.base_quantity is not None and asked.quote_quantity is not None
    drops, token = ("TakerPays", "TakerGets") if asked.side is Side.BUY else ("TakerGets", "TakerPays")
    assert Decimal(found.pop(drops)).scaleb(-6) == asked.base_quantity
    amount = found.pop(token)
    assert (amount["currency"], amount["issuer"]) == (CURRENCY, ISSUER)
    assert Decimal(amount["value"]) == asked.quote_quantity
    signature, public_key = found.pop("TxnSignature"), found.pop("SigningPubKey")
    expected = {
        "TransactionType": "OfferCreate",
        "Account": ACCOUNT,
        "Sequence": asked.sequence,
        "Fee": str(asked.fee_drops),
        "LastLedgerSequence": asked.last_ledger_sequence,
        "Flags": 0x00010000 if asked.passive else 0,
        "OfferSequence": asked.offer_sequence,
        "Expiration": asked.expiration_s,
        "TicketSequence": asked.ticket_sequence,
        "NetworkID": network_id if network_id is not None and network_id > 1024 else None,
    }
    assert found == {name: value for name, value in expected.items() if value is not None}
    message = bytes.fromhex(encode_for_signing(decode(signed.blob)))
    assert keypairs.is_valid_message(message, bytes.fromhex(signature), public_key)
    assert signed.transaction is asked


@pytest.mark.parametrize("asked", (OFFER, CANCEL, TICKETS), ids=lambda asked: asked.kind.value)
def test_the_hash_is_the_one_by_which_the_ledger_knows_the_blob(asked: UnsignedTransaction) -> None:
    signed = SIGNER.sign(asked)
    assert signed.hash == Transaction.from_xrpl(decode(signed.blob)).get_hash()


def test_a_cancel_names_the_offer_and_nothing_else() -> None:
    found = decode(SIGNER.sign(CANCEL).blob)
    assert found["TransactionType"] == "OfferCancel" and found["OfferSequence"] == 5
    assert found.keys().isdisjoint({"TakerPays", "TakerGets", "Expiration", "TicketSequence", "NetworkID"})


def test_tickets_are_made_by_number() -> None:
    found = decode(SIGNER.sign(TICKETS).blob)
    assert found["TransactionType"] == "TicketCreate" and found["TicketCount"] == 3


def test_a_ticket_takes_the_place_of_the_sequence() -> None:
    found = decode(SIGNER.sign(attrs.evolve(CANCEL, sequence=0, ticket_sequence=42)).blob)
    assert (found["Sequence"], found["TicketSequence"]) == (0, 42)


def test_the_same_transaction_has_the_same_hash_after_a_restart() -> None:
    for algorithm in CryptoAlgorithm:
        seed = seed_of(bytes(16), algorithm)
        pair = pair_of(address_of(seed, algorithm))
        asked = attrs.evolve(OFFER, account=pair.account)
        assert XrplSigner(pair, seed).sign(asked) == XrplSigner(pair, seed).sign(asked)


def test_a_regular_key_signs_for_the_account_that_it_belongs_to() -> None:
    regular = seed_of(b"a regular key...")
    signer = XrplSigner(pair_of(ACCOUNT), regular)

    found = decode(signer.sign(OFFER).blob)

    assert (signer.account, signer.key_address) == (ACCOUNT, address_of(regular))
    assert not signer.is_master_key and SIGNER.is_master_key
    assert found["Account"] == ACCOUNT
    assert keypairs.derive_classic_address(found["SigningPubKey"]) == address_of(regular)


def test_of_the_two_keys_of_a_seed_the_accounts_own_is_taken() -> None:
    seed = seed_of(bytes(16), CryptoAlgorithm.SECP256K1)
    for algorithm in CryptoAlgorithm:
        account = address_of(seed, algorithm)
        assert XrplSigner(pair_of(account), seed).key_address == account


@pytest.mark.parametrize(
    ("change", "of"),
    (
        ({"account": ISSUER}, OFFER),
        ({"base_quantity": Decimal("0.0000001")}, OFFER),
        ({"base_quantity": Decimal(0)}, OFFER),
        ({"base_quantity": Decimal(-1)}, OFFER),
        ({"base_quantity": Decimal(10) ** 12}, OFFER),
        ({"base_quantity": None}, OFFER),
        ({"quote_quantity": Decimal("1.0000000000000001")}, OFFER),
        ({"quote_quantity": Decimal(0)}, OFFER),
        ({"quote_quantity": Decimal(-1)}, OFFER),
        ({"quote_quantity": Decimal("1e96")}, OFFER),
        ({"quote_quantity": Decimal("1e-82")}, OFFER),
        ({"quote_quantity": Decimal("NaN")}, OFFER),
        ({"quote_quantity": Decimal("Infinity")}, OFFER),
        ({"side": None}, OFFER),
        ({"sequence": 0}, OFFER),
        ({"ticket_sequence": 9}, OFFER),
        ({"sequence": 2**32}, OFFER),
        ({"fee_drops": -1}, OFFER),
        ({"last_ledger_sequence": 0}, OFFER),
        ({"expiration_s": 0}, OFFER),
        ({"offer_sequence": None}, CANCEL),
        ({"passive": True}, CANCEL),
        ({"quote_quantity": Decimal(1)}, CANCEL),
        ({"ticket_count": 0}, TICKETS),
        ({"ticket_count": 251}, TICKETS),
        ({"offer_sequence": 3}, TICKETS),
        ({"kind": TransactionKind.PAYMENT}, CANCEL),
    ),
)
def test_what_cannot_be_signed_exactly_is_refused(change: dict[str, object], of: UnsignedTransaction) -> None:
    with pytest.raises(ValueError):
        SIGNER.sign(attrs.evolve(of, **change))  # type: ignore[arg-type]


def test_the_seed_is_nowhere_to_be_seen(caplog: pytest.LogCaptureFixture) -> None:
    _, private_key = keypairs.derive_keypair(SEED)
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("test").warning("%s %r", SIGNER, SIGNER)
        text = f"{SIGNER} {SIGNER!r} {caplog.text}"
        with pytest.raises(ValueError) as refused:
            SIGNER.sign(attrs.evolve(OFFER, base_quantity=Decimal(0)))
    text += "".join(traceback.format_exception(refused.value))
    assert SEED not in text and private_key[2:] not in text.upper()
    assert not hasattr(SIGNER, "__dict__")


def test_a_signer_is_neither_copied_nor_pickled() -> None:
    for way in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            way(SIGNER)


def test_the_entry_points_of_the_library_are_synchronous() -> None:
    require_synchronous(ENTRY_POINTS)
