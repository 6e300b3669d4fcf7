"""Servers, fees, ledgers, submissions and errors: what is believed, what is not, and what it means."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from neo.domain.messages.venue import PortError, SubmissionAnswered
from neo.infra.xrpl.wire.errors import WireError
from neo.infra.xrpl.wire.fees import LedgerFees, parse_fee
from neo.infra.xrpl.wire.ledger import parse_ledger, parse_ledger_closed
from neo.infra.xrpl.wire.refusals import Refusal, is_overload, port_error, read_refusal
from neo.infra.xrpl.wire.server import parse_server
from neo.infra.xrpl.wire.submission import parse_submit
from tests.infra.xrpl.wire.made import DATE, OURS, changed, entry, root

Json = dict[str, Any]
LEDGER: Json = {"ledger_index": 9, "ledger_hash": "A" * 64, "validated": True}

# ------------------------------------------------------------------------------------------------ server and ledger

INFO: Json = {
    "info": {
        "build_version": "3.2.0", "complete_ledgers": "2-18", "server_state": "full", "load_factor": 1, "network_id": 0,
        "validated_ledger": {"age": 3, "base_fee_xrp": 1e-05, "hash": "A" * 64, "reserve_base_xrp": 1, "reserve_inc_xrp": 0.2,
                             "seq": 18},
    }
}  # fmt: skip
STATE: Json = {
    "state": {
        "build_version": "3.2.0", "complete_ledgers": "2-18", "server_state": "full", "load_base": 256, "load_factor": 512,
        "validated_ledger": {"base_fee": 10, "close_time": DATE, "hash": "A" * 64, "reserve_base": 1000000,
                             "reserve_inc": 200000, "seq": 18},
    }
}  # fmt: skip


def test_both_ways_to_ask_a_server_how_it_is_agree() -> None:
    info, state = parse_server(INFO), parse_server(STATE)
    assert info.fees == state.fees == LedgerFees(10, 1_000_000, 200_000)
    assert info.synced and state.synced and info.validated_index == state.validated_index == 18
    assert (info.load_factor, state.load_factor) == (Decimal(1), Decimal(2))
    assert (info.network_id, state.network_id, info.validated_age_s) == (0, None, 3)


@pytest.mark.parametrize(
    ("path", "value"),
    (("info.server_state", "connected"), ("info.server_state", "tracking"), ("info.amendment_blocked", True),
     ("info.validated_ledger", ...)),
)  # fmt: skip
def test_a_server_that_does_not_follow_the_network_is_not_synced(path: str, value: Any) -> None:
    assert not parse_server(changed(INFO, path, value)).synced


@pytest.mark.parametrize(
    ("path", "value"),
    (("info.validated_ledger.reserve_base_xrp", float("nan")), ("info.validated_ledger.reserve_base_xrp", float("inf")),
     ("info.validated_ledger.reserve_base_xrp", -1), ("info.validated_ledger.reserve_base_xrp", 1e9),
     ("info.validated_ledger.base_fee_xrp", 1e-07), ("info.validated_ledger.base_fee_xrp", "0.00001"),
     ("info.validated_ledger.base_fee_xrp", True), ("info.validated_ledger.seq", 0), ("info.validated_ledger.hash", ""),
     ("info.load_factor", -1), ("info.load_factor", 1e300), ("info.load_factor", 10**400), ("info.complete_ledgers", 5),
     ("info.network_id", -1), ("info.amendment_blocked", "no"), ("info.build_version", "\x1b[2J"), ("info", ...)),
)  # fmt: skip
def test_a_server_that_says_absurd_things_is_not_believed(path: str, value: Any) -> None:
    with pytest.raises(WireError):
        parse_server(changed(INFO, path, value))


FEE: Json = {
    "current_queue_size": "3", "max_queue_size": "2000", "ledger_current_index": 19,
    "drops": {"base_fee": "10", "median_fee": "5000", "minimum_fee": "10", "open_ledger_fee": "2653937"},
}  # fmt: skip


def test_the_open_ledgers_fee_is_told_as_it_is() -> None:
    fee = parse_fee(FEE)
    assert (fee.base_fee_drops, fee.open_ledger_fee_drops, fee.queue_size, fee.queue_size_max) == (
        10,
        2_653_937,
        3,
        2_000,
    )


@pytest.mark.parametrize(
    ("path", "value"),
    (("drops.open_ledger_fee", "9"), ("drops.base_fee", "-10"), ("drops.base_fee", 10), ("drops.base_fee", "10.5"),
     ("drops", ...), ("ledger_current_index", "x"), ("error", "tooBusy")),
)  # fmt: skip
def test_a_fee_that_cannot_be_is_not_believed(path: str, value: Any) -> None:
    with pytest.raises(WireError):
        parse_fee(changed(FEE, path, value))


CLOSED: Json = {
    "type": "ledgerClosed", "ledger_index": 18, "ledger_hash": "A" * 64, "ledger_time": DATE, "fee_base": 10,
    "reserve_base": 1000000, "reserve_inc": 200000, "txn_count": 3, "network_id": 0, "validated_ledgers": "2-18",
}  # fmt: skip


def test_a_closed_ledger_is_announced_with_its_fees() -> None:
    closed = parse_ledger_closed(CLOSED)
    assert (closed.ledger_index, closed.transaction_count, closed.network_id) == (18, 3, 0)
    assert closed.fees == LedgerFees(10, 1_000_000, 200_000)
    assert closed.ranges is not None and closed.ranges.covers(2, 18)
    silent = parse_ledger_closed(
        {name: CLOSED[name] for name in CLOSED if name not in ("network_id", "validated_ledgers")}
    )
    assert (silent.network_id, silent.ranges) == (None, None)


HEADER: Json = {
    **LEDGER,
    "ledger": {"ledger_index": 9, "ledger_hash": "A" * 64, "parent_hash": "B" * 64, "close_time": DATE,
               "parent_close_time": DATE - 4, "closed": True},
}  # fmt: skip


def test_a_ledgers_transactions_are_told_in_order_and_completely() -> None:
    entries = [entry(root(OURS, 1000, 988), ledger_index=9, position=position) for position in (1, 0)]
    read = parse_ledger(changed(HEADER, "ledger.transactions", entries))
    assert read.transactions is not None and [each.position for each in read.transactions] == [0, 1]
    assert parse_ledger(HEADER).transactions is None
    assert parse_ledger(changed(HEADER, "ledger.transactions", ["A" * 64])).transactions is None
    assert parse_ledger(changed(HEADER, "ledger.transactions", [])).transactions == ()


@pytest.mark.parametrize(
    ("path", "value"),
    (("ledger.ledger_index", 10), ("ledger.ledger_hash", "C" * 64), ("ledger.parent_hash", ""), ("ledger.closed", False),
     ("ledger.close_time", -1), ("validated", False),
     ("ledger.transactions", [entry(root(OURS, 1000, 988), ledger_index=9, position=1)]),
     ("ledger.transactions", [entry(root(OURS, 1000, 988), ledger_index=8)]),
     ("ledger.transactions", [entry(root(OURS, 1000, 988), ledger_index=9, date=DATE + 1)])),
)  # fmt: skip
def test_a_ledger_that_contradicts_itself_is_not_believed(path: str, value: Any) -> None:
    with pytest.raises(WireError):
        parse_ledger(changed(HEADER, path, value))


# ------------------------------------------------------------------------------------------- submissions and errors

HASH = "D" * 64
SUBMITTED: Json = {
    "engine_result": "terQUEUED", "applied": False, "queued": True, "kept": True, "broadcast": True, "open_ledger_cost": "12",
    "account_sequence_available": 9, "validated_ledger_index": 18, "tx_json": {"hash": HASH},
}  # fmt: skip


def test_a_submissions_first_word_is_told() -> None:
    read = parse_submit(SUBMITTED, HASH)
    assert read.answered == SubmissionAnswered(HASH, "terQUEUED", 18)
    assert (read.applied, read.queued, read.sequence_available, read.open_ledger_cost_drops) == (False, True, 9, 12)


@pytest.mark.parametrize(
    ("path", "value"),
    (("tx_json.hash", "E" * 64), ("tx_json.hash", ...), ("tx_json", ...), ("engine_result", "OK"), ("engine_result", ...),
     ("engine_result", "tesSUCCESS\n"), ("applied", 1), ("validated_ledger_index", -1), ("error", "invalidTransaction")),
)  # fmt: skip
def test_a_first_word_about_something_else_is_not_believed(path: str, value: Any) -> None:
    with pytest.raises(WireError):
        parse_submit(changed(SUBMITTED, path, value), HASH)


@pytest.mark.parametrize(
    "code", ("noNetwork", "tooBusy", "noCurrent", "noClosed", "slowDown", "notSynced", "amendmentBlocked")
)
def test_a_server_that_cannot_answer_has_done_nothing(code: str) -> None:
    for submitting in (True, False):
        assert port_error(Refusal(code, ""), submitting=submitting) is PortError.UNAVAILABLE


@pytest.mark.parametrize("code", ("invalidTransaction", "invalidParams", "notSupported"))
def test_a_transaction_that_is_none_is_rejected_for_good(code: str) -> None:
    assert port_error(Refusal(code, ""), submitting=True) is PortError.REJECTED


@pytest.mark.parametrize("code", ("internal", "internalSubmit", "internalTransaction", "internalJson", "neverHeardOf"))
def test_an_error_that_leaves_it_open_is_never_a_reason_to_send_again(code: str) -> None:
    assert port_error(Refusal(code, ""), submitting=True) is PortError.OUTCOME_UNKNOWN
    assert port_error(Refusal(code, ""), submitting=False) is PortError.UNAVAILABLE


def test_what_a_server_does_not_have_another_may_have() -> None:
    for code in ("lgrNotFound", "lgrIdxMalformed", "lgrIdxsInvalid"):
        assert port_error(Refusal(code, ""), submitting=False) is PortError.UNAVAILABLE
    assert port_error(Refusal("actNotFound", ""), submitting=False) is PortError.REJECTED


def test_an_overloaded_server_is_known_by_what_it_says() -> None:
    assert [is_overload(Refusal(code, "")) for code in ("slowDown", "tooBusy", "noNetwork")] == [True, True, False]


def test_an_error_is_told_short_and_printable() -> None:
    refusal = read_refusal({"error": "txnNotFound", "error_message": "a\nb\x1b" + "x" * 10_000, "searched_all": False})
    assert refusal is not None and (refusal.code, refusal.searched_all) == ("txnNotFound", False)
    assert refusal.message.isprintable() and len(refusal.message) < 300
    assert read_refusal({"status": "success"}) is None


@pytest.mark.parametrize("answer", ({"status": "error"}, {"error": 5}, {"error": ""}, {"error": "x\n"}, [], None))
def test_an_error_without_a_code_is_not_believed(answer: Any) -> None:
    with pytest.raises(WireError):
        read_refusal(answer)
