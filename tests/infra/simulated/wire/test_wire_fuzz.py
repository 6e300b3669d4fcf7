"""What comes over the wire is read or refused with a result code, whatever it is."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neo.infra.simulated.identity import account_id, address_of, decode_address, encode_address
from neo.infra.simulated.ledger import SimulatedLedger
from neo.infra.simulated.state import RLUSD
from neo.infra.simulated.wire.parsing import parse_transaction
from neo.infra.simulated.wire.refusal import WireRefusal
from neo.infra.simulated.wire.rendering import render_transaction
from neo.infra.simulated.wire.values import long_code, number_text, short_code, value_in
from tests.infra.simulated.worlds import sell, world

_RESULT = ("tem", "ter", "tef", "tel", "tec", "tes")
ANN, BOB, ISSUER = (address_of(name) for name in ("ann", "bob", "issuer"))
_TOKEN = {"currency": RLUSD, "issuer": ISSUER, "value": "1.5"}
_KINDS = (
    "OfferCreate", "OfferCancel", "Payment", "AccountSet", "SetRegularKey", "TrustSet", "Clawback", "TicketCreate",
    "AMMCreate", "AMMDeposit", "AMMWithdraw", "AMMVote", "AMMBid", "EscrowCreate", "Nonsense", 5, None,
)  # fmt: skip
_VALUES: st.SearchStrategy[Any] = st.one_of(
    st.sampled_from(
        [ANN, BOB, ISSUER, "1000000", "0", "-1", "", "XRP", _TOKEN, {**_TOKEN, "value": "-3"}, {}, [], None]
    ),
    st.sampled_from(
        [{"currency": "USD", "issuer": BOB, "value": "1"}, {"currency": "XRP"}, {**_TOKEN, "value": "1e99"}]
    ),
    st.integers(-5, 2**33),
    st.text(max_size=5),
)
_FIELDS = (
    "TakerPays", "TakerGets", "Amount", "Amount2", "DeliverMax", "SendMax", "DeliverMin", "Destination", "LimitAmount",
    "OfferSequence", "Expiration", "SetFlag", "ClearFlag", "TransferRate", "TickSize", "RegularKey", "TicketCount",
    "TradingFee", "Asset", "Asset2", "LPTokenOut", "LPTokenIn", "EPrice", "BidMin", "AuthAccounts", "QualityIn",
    "TicketSequence", "LastLedgerSequence", "NetworkID", "Paths",
)  # fmt: skip


def _ledger() -> SimulatedLedger:
    return world(pool=True)


@given(
    st.sampled_from(_KINDS),
    st.dictionaries(st.sampled_from(_FIELDS), _VALUES, max_size=6),
    st.sampled_from([0, 1 << 16, 1 << 17, 1 << 18, 1 << 19, 1 << 20, 1 << 21, 1 << 22, 1 << 31]),
)
def test_any_transaction_gets_a_result_and_never_an_error(kind: object, fields: dict[str, Any], flags: int) -> None:
    ledger = _ledger()
    tx_json = {"TransactionType": kind, "Account": ANN, "Sequence": 100, "Fee": "200000", "Flags": flags, **fields}

    try:
        result = ledger.submit(parse_transaction(ledger.state, tx_json))
    except WireRefusal as refusal:
        result = refusal.engine_result

    assert result.startswith(_RESULT)
    ledger.close(ledger.close_time_s + 1)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=20, min_value=-(10**15), max_value=10**15))
def test_a_value_is_spelled_so_that_it_is_read_back(value: Decimal) -> None:
    rounded = value_in(format(value, "f"))

    assert value_in(number_text(rounded)) == rounded


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0", "0"),
        ("1.5", "1.5"),
        ("-2500", "-2500"),
        ("1234567890123456", "1234567890123456"),
        ("12345678901234560", "1234567890123456e1"),
        ("0.0000000001", "0.0000000001"),
        ("0.00000000001", "1000000000000000e-26"),
    ],
)
def test_numbers_are_spelled_as_the_server_does(value: str, text: str) -> None:
    assert number_text(Decimal(value)) == text


@given(st.binary(min_size=20, max_size=20))
def test_an_address_is_twenty_bytes_and_back(raw: bytes) -> None:
    assert decode_address(encode_address(raw)) == raw


@pytest.mark.parametrize("text", ["", "r", "rrrrrrrrrrrrrrrrrrrrBZbvj", "rrrrrrrrrrrrrrrrrrrrBZbvjj", "x" * 400, "ann"])
def test_what_is_no_address_is_none(text: str) -> None:
    assert decode_address(text) is None
    assert decode_address(address_of(text)) == account_id(text)


def test_currency_codes_have_a_short_and_a_long_spelling() -> None:
    assert short_code(long_code("USD")) == "USD"
    assert short_code(long_code("XRP")) == "XRP"
    assert short_code(RLUSD) == long_code(RLUSD) == RLUSD
    for wrong in ("US", "USDX", "é€ß", 5, None, "0" * 39):
        with pytest.raises(WireRefusal):
            long_code(wrong)


def test_a_transaction_that_never_was_on_a_wire_gets_a_wire_form_that_is_read_back() -> None:
    ledger = _ledger()
    offer = sell(ledger, "ann", 10, "2.5", offer_sequence=99, expiration_s=5_000, last_ledger_sequence=20)

    again = parse_transaction(ledger.state, render_transaction(ledger.state, offer))

    assert (again.account, again.sequence, again.fee_drops) == ("ann", 100, 10)
    assert again == offer or again.wire is not None
    assert render_transaction(ledger.state, again) == render_transaction(ledger.state, offer)
