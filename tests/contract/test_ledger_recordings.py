"""Every entry of the recordings is what the simulated ledger says, or stands in docs/ledger-model.md with the reason why not."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from neo.infra.simulated.records import Issue, LedgerRules
from tests.architecture.source_tree import REPO
from tests.contract.conversation import Conversation, empty_setup, setup_from_views, standard_setup
from tests.recordings.recording import load

#: The server of that recording was set to take five transactions at the base fee.
_SMALL = LedgerRules(open_limit=5, queue_size_min=100)
_RLUSD = "524C555344000000000000000000000000000000"


def _with_tidying(name: str) -> Conversation:
    conversation = standard_setup(name)
    conversation.tidies_up = True
    return conversation


def _second_issuer(name: str) -> Conversation:
    issue = Issue(_RLUSD, load(name)["accounts"]["issuer2"])
    return setup_from_views(name, ("issuer.account_info", "initial"), issue)


#: How each recording begins, and how many of its entries are compared.
RECORDINGS: dict[str, tuple[Callable[[str], Conversation], int]] = {
    "02_setup": (empty_setup, 98),
    "03_quoting": (standard_setup, 165),
    "04_crossing": (_with_tidying, 649),
    "05_failures": (standard_setup, 145),
    "06_reserve": (standard_setup, 106),
    "07_amm": (standard_setup, 131),
    "09_fee_queue": (lambda name: standard_setup(name, _SMALL), 94),
    "11_transfer_fee_tick": (_second_issuer, 61),
    "12_freeze_clawback": (standard_setup, 132),
    "13_payments": (standard_setup, 60),
    "16_tickets": (standard_setup, 46),
    "17_same_ledger": (standard_setup, 203),
    "18_trust_line_by_offer": (standard_setup, 37),
}


def documented_exceptions(name: str) -> set[tuple[int, str]]:
    """(entry, step) of the rows of the table in docs/ledger-model.md; every row has a reason."""
    text = (REPO / "docs" / "ledger-model.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\w+) \| (\d+) \| `([^`]+)` \| (.+?) \|$", text, re.MULTILINE)
    assert rows and all(len(reason.split()) > 3 for *_, reason in rows)
    return {(int(number), step) for recording, number, step, _ in rows if recording == name}


@pytest.mark.parametrize("name", RECORDINGS)
def test_every_entry_is_reproduced_or_listed_with_the_reason(name: str) -> None:
    begin, compared = RECORDINGS[name]
    conversation = begin(name)

    found = conversation.replay()

    listed = documented_exceptions(name)
    unlisted = [f"{each.entry} {each.step}: {each.text}" for each in found if (each.entry, each.step) not in listed]
    assert unlisted == []
    assert {(each.entry, each.step) for each in found} | set(conversation.passed_over) == listed
    assert conversation.compared == compared


def _first(conversation: Conversation, method: str, key: str) -> dict[str, Any]:
    """The first answer of a method that has this key."""
    for entry in conversation.content["entries"]:
        if entry.get("request", {}).get("method") == method and key in entry["response"]["result"]:
            result: dict[str, Any] = entry["response"]["result"]
            return result
    raise AssertionError(method)


def _other_word(conversation: Conversation) -> None:
    _first(conversation, "submit", "engine_result")["engine_result"] = "tecKILLED"


def _other_thread(conversation: Conversation) -> None:
    for node in _first(conversation, "tx", "meta")["meta"]["AffectedNodes"]:
        for body in node.values():
            body["PreviousTxnLgrSeq"] = body["LedgerIndex"] = "0" * 64


def _other_balance(conversation: Conversation) -> None:
    _first(conversation, "account_info", "account_data")["account_data"]["Balance"] = "1"


def _other_line(conversation: Conversation) -> None:
    _first(conversation, "account_lines", "lines")["lines"][0]["quality_in"] = 5


def _other_pool(conversation: Conversation) -> None:
    _first(conversation, "amm_info", "amm")["amm"]["auction_slot"]["discounted_fee"] = 1


def _other_funds(conversation: Conversation) -> None:
    for entry in conversation.content["entries"]:
        for offer in entry.get("response", {}).get("result", {}).get("offers", []):
            offer["owner_funds"] = "1"


def _forgotten_transaction(conversation: Conversation) -> None:
    del _first(conversation, "tx", "meta")["meta"]


@pytest.mark.parametrize(
    "plant",
    [_other_word, _other_thread, _other_balance, _other_line, _other_pool, _other_funds, _forgotten_transaction],
)
def test_a_planted_difference_is_found(plant: Callable[[Conversation], None]) -> None:
    conversation = standard_setup("07_amm")
    plant(conversation)

    assert conversation.replay()
