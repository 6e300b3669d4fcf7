"""The rules for preliminary results, held against what a real server said first and what its ledger said in the end."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import Any

import pytest

from neo.domain.orders.preliminary import CLASSES, CODES, Outlook, outlook, rule_of
from tests.recordings.recording import load

RECORDINGS = ("03_quoting", "05_failures", "09_fee_queue", "16_tickets", "17_same_ledger")


@cache
def endings() -> dict[str, tuple[str | None, ...]]:
    """Preliminary result to the final ones that were seen for it; None: never in a ledger as far as the recording goes."""
    found: dict[str, list[str | None]] = defaultdict(list)
    for name in RECORDINGS:
        entries = load(name)["entries"]
        final = _final_results(entries)
        for entry in entries:
            result = _result_of(entry)
            if "engine_result" in result:
                found[result["engine_result"]].append(final.get(result.get("tx_json", {}).get("hash", "")))
    return {code: tuple(results) for code, results in found.items()}


def _final_results(entries: list[dict[str, Any]]) -> dict[str, str]:
    final: dict[str, str] = {}
    for entry in entries:
        result = _result_of(entry)
        if result.get("validated") is True and isinstance(result.get("meta"), dict):
            final[result["hash"]] = result["meta"]["TransactionResult"]
        listed = result.get("ledger", {}).get("transactions", []) if isinstance(result.get("ledger"), dict) else []
        for transaction in listed:
            if isinstance(transaction, dict) and isinstance(transaction.get("meta"), dict):
                final[transaction["hash"]] = transaction["meta"]["TransactionResult"]
    return final


def _result_of(entry: dict[str, Any]) -> dict[str, Any]:
    response = entry.get("response")
    result = response.get("result") if isinstance(response, dict) else None
    return result if isinstance(result, dict) else {}


def test_every_result_that_was_recorded_has_a_rule() -> None:
    recorded = endings()

    assert len(recorded) > 15
    assert {code[:3] for code in recorded} == set(CLASSES)
    for code in recorded:
        assert rule_of(code).meaning != rule_of("xyzNEW").meaning


@pytest.mark.parametrize("code", ["temBAD_OFFER", "temREDUNDANT", "telINSUF_FEE_P", "tefMAX_LEDGER", "tefBAD_AUTH"])
def test_what_was_refused_did_not_get_into_a_ledger_and_is_doubt_all_the_same(code: str) -> None:
    assert set(endings()[code]) == {None}
    assert outlook(code) is Outlook.IN_DOUBT


@pytest.mark.parametrize("code", ["tefPAST_SEQ", "terPRE_SEQ"])
def test_a_refusal_that_was_sometimes_followed_by_success_is_doubt_and_never_failure(code: str) -> None:
    assert {"tesSUCCESS", None} <= set(endings()[code])
    assert outlook(code) is Outlook.IN_DOUBT


def test_a_claimed_fee_is_no_verdict_because_the_ledger_may_have_another_order() -> None:
    assert {"tesSUCCESS", "tecKILLED"} <= set(endings()["tecKILLED"])
    assert outlook("tecKILLED") is Outlook.ON_ITS_WAY


def test_a_first_success_is_no_verdict_either() -> None:
    assert "tecKILLED" in endings()["tesSUCCESS"]
    assert outlook("tesSUCCESS") is Outlook.ON_ITS_WAY


def test_a_queued_transaction_is_on_its_way() -> None:
    assert "tesSUCCESS" in endings()["terQUEUED"]
    assert outlook("terQUEUED") is Outlook.ON_ITS_WAY


def test_a_code_with_a_rule_of_its_own_differs_from_its_class_or_says_more() -> None:
    for code, rule in CODES.items():
        assert rule != CLASSES[code[:3]]
