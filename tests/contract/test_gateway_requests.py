"""Questions about our account: all of one validated ledger, all pages, complete only when nothing can be missing."""

from __future__ import annotations

from decimal import Decimal

import attrs
import pytest

from neo.domain.messages.venue import (
    AccountState,
    AccountTransactions,
    FetchAccount,
    FetchOffers,
    FetchTransactions,
    OpenOffers,
    PortError,
    PortFailed,
)
from neo.domain.telemetry.events import NodeDistrusted
from neo.infra.xrpl.gateway import REQUESTS_MAX
from tests.infra.xrpl.gateway_stage import QUICK, Stage, staged
from tests.infra.xrpl.scripted_ledger import FIRST_LEDGER, OTHER_ACCOUNT, PAIR, Json, hashes
from tests.infra.xrpl.scripted_node import SILENCE, ScriptedNode

ACCOUNT, OFFERS = FetchAccount(PAIR.account), FetchOffers(PAIR.account)


def history(first: int, last: int = 0) -> FetchTransactions:
    return FetchTransactions(PAIR.account, first, last)


def watched(node: ScriptedNode, method: str) -> list[Json]:
    """Collects what the node is asked, and answers honestly."""
    asked: list[Json] = []

    def note(params: Json) -> Json | str:
        asked.append(params)
        return node.honest(method, params)

    node.overrides[method] = note
    return asked


def in_pages_of(node: ScriptedNode, most: int) -> None:
    """However much is asked for, so many transactions come on a page."""
    node.overrides["account_tx"] = lambda params: node.honest("account_tx", {**params, "limit": most})


def test_account_and_offers_are_of_the_ledger_that_the_engine_was_told_last() -> None:
    with staged() as stage:
        stage.start()
        asked = watched(stage.nodes[0], "account_info") + watched(stage.nodes[0], "account_offers")
        index = stage.ledger.index
        stage.ledger.close()  # it exists, and nobody was told

        account, offers = stage.ask(ACCOUNT), stage.ask(OFFERS)

    assert isinstance(account, AccountState) and isinstance(offers, OpenOffers)
    assert account.ledger_index == offers.ledger_index == index
    assert all(params["ledger_index"] == index for params in asked)
    assert (account.base, account.quote, account.has_trust_line) == (Decimal("9999.99999"), Decimal(10_000), True)
    assert (account.base_fee_drops, account.open_ledger_fee_drops) == (10, 12)


def test_tickets_are_gathered_over_all_pages() -> None:
    with staged() as stage:
        stage.start()
        [node] = stage.nodes

        def tickets(params: Json) -> Json | str:
            first = int(params.get("marker", "5"))
            objects = [
                {
                    "LedgerEntryType": "Ticket",
                    "Account": PAIR.account,
                    "TicketSequence": number,
                    "index": f"{number:064X}",
                }
                for number in (first, first + 1)
            ]
            page = {"account": PAIR.account, "account_objects": objects}
            answer = stage.ledger.view(page, params["ledger_index"])
            return answer if first == 9 else {**answer, "marker": str(first + 2)}

        node.overrides["account_objects"] = tickets

        account = stage.ask(ACCOUNT)

    assert isinstance(account, AccountState) and account.tickets == (5, 6, 7, 8, 9, 10)


def test_pages_without_an_end_are_not_followed_for_ever() -> None:
    with staged() as stage:
        stage.start()
        [node] = stage.nodes
        node.overrides["account_lines"] = lambda params: {
            **_honest(node, "account_lines", params),
            "marker": "the same again",
        }

        answer = stage.ask(ACCOUNT)

    assert _failed(answer, PortError.UNAVAILABLE)
    assert stage.heard.event(NodeDistrusted)


def test_an_account_that_does_not_exist_is_a_final_answer() -> None:
    with staged() as stage:
        stage.start()
        error = {"error": "actNotFound", "error_code": 19, "error_message": "Account not found."}
        stage.nodes[0].overrides["account_info"] = lambda params: error

        answer = stage.ask(ACCOUNT)

    assert (failed := _failed(answer, PortError.REJECTED)) and "actNotFound" in failed.detail


def test_one_node_that_denies_our_account_is_not_believed_while_another_one_has_it() -> None:
    with staged(2) as stage:
        stage.start_with_all_nodes()
        stage.leading.overrides["account_info"] = lambda params: {
            "error": "actNotFound",
            "error_code": 19,
            "error_message": "Account not found.",
        }

        answer = stage.ask(ACCOUNT)

    assert isinstance(answer, AccountState) and answer.base == Decimal("9999.99999")


def test_what_the_port_does_not_know_is_refused_and_never_sent() -> None:
    with staged() as stage:
        stage.start()

        for request in (
            FetchAccount(OTHER_ACCOUNT),
            FetchOffers(OTHER_ACCOUNT),
            FetchTransactions(OTHER_ACCOUNT, 1, 0),
            7,
        ):
            assert _failed(stage.ask(request), PortError.REJECTED)
        assert not stage.nodes[0].asked["account_offers"]


def test_a_node_that_cannot_answer_is_followed_by_one_that_can() -> None:
    with staged(2) as stage:
        stage.start_with_all_nodes()
        gone = {"error": "lgrNotFound", "error_code": 21, "error_message": "ledgerNotFound"}
        stage.leading.overrides["account_info"] = lambda params: gone

        assert isinstance(stage.ask(ACCOUNT), AccountState)


def test_history_is_read_page_after_page_in_ledger_order() -> None:
    with staged() as stage:
        stage.start()
        for own in (3, 0, 4, 1):
            index = stage.close_ledger(own)
        stage.heard.ledger(index)
        in_pages_of(stage.nodes[0], 2)

        answer = stage.ask(history(FIRST_LEDGER))

    assert isinstance(answer, AccountTransactions) and answer.complete
    assert (answer.from_ledger, answer.to_ledger) == (FIRST_LEDGER, index)
    assert tuple(tx.hash for tx in answer.transactions) == hashes(stage.ledger.transactions(FIRST_LEDGER, index))
    assert len(answer.transactions) == 8


@pytest.mark.parametrize(("first", "last"), [(1_001, 1_002), (1_002, 1_002), (1_000, 0)])
def test_history_has_both_ends_and_zero_means_the_newest(first: int, last: int) -> None:
    with staged() as stage:
        stage.start()
        for _ in range(3):
            index = stage.close_ledger(own=1)
        stage.heard.ledger(index)

        answer = stage.ask(history(first, last))

    assert isinstance(answer, AccountTransactions) and answer.complete
    assert [tx.ledger_index for tx in answer.transactions] == list(range(max(first, 1_001), (last or index) + 1))


def test_history_that_begins_before_the_node_does_is_not_complete() -> None:
    with staged() as stage:
        stage.start()
        for _ in range(4):
            index = stage.close_ledger(own=1)
        stage.heard.ledger(index)
        _hole(stage, stage.nodes[0], FIRST_LEDGER + 2)

        answer = stage.ask(history(FIRST_LEDGER))

    assert isinstance(answer, AccountTransactions) and not answer.complete
    assert [tx.ledger_index for tx in answer.transactions] == [index - 2, index - 1, index]


def test_history_comes_from_the_node_that_has_it() -> None:
    with staged(2) as stage:
        stage.start_with_all_nodes()
        for _ in range(4):
            index = stage.close_ledger(own=1)
        stage.heard.ledger(index)
        _hole(stage, stage.leading, FIRST_LEDGER + 2)

        answer = stage.ask(history(FIRST_LEDGER))

    assert isinstance(answer, AccountTransactions) and answer.complete and len(answer.transactions) == 4


def test_history_of_ledgers_to_come_is_empty() -> None:
    with staged() as stage:
        stage.start()

        answer = stage.ask(history(stage.ledger.index + 1))

    assert answer == AccountTransactions(PAIR.account, stage.ledger.index + 1, stage.ledger.index, True, ())


def test_a_question_that_nobody_answers_ends_in_time() -> None:
    with staged(timing=attrs.evolve(QUICK, reading_s=0.1)) as stage:
        stage.start()
        stage.nodes[0].overrides["account_info"] = lambda params: SILENCE

        assert _failed(stage.ask(ACCOUNT), PortError.UNAVAILABLE)


def test_more_requests_than_anybody_makes_are_refused_at_once() -> None:
    with staged() as stage:
        stage.start()
        stage.nodes[0].overrides["account_info"] = lambda params: SILENCE
        waiting = [stage.ask_later(ACCOUNT) for _ in range(REQUESTS_MAX)]

        refused = _failed(stage.ask(ACCOUNT), PortError.UNAVAILABLE)
        stage.gateway.stop()

        assert refused and str(REQUESTS_MAX) in refused.detail
        assert all(_failed(wait(), PortError.UNAVAILABLE) for wait in waiting)


def test_before_the_start_and_after_the_end_every_question_is_answered() -> None:
    with staged() as stage:
        assert _failed(stage.ask(ACCOUNT), PortError.UNAVAILABLE)
        stage.start()
        stage.gateway.stop()
        assert _failed(stage.ask(ACCOUNT), PortError.UNAVAILABLE)


def _hole(stage: Stage, node: ScriptedNode, first_kept: int) -> None:
    """From the next ledger on the node says that it has nothing before `first_kept`."""
    node.ranges = f"{first_kept}-{stage.ledger.index}"
    known = node.asked["server_state"]
    stage.heard.wait(lambda: node.asked["server_state"] > known + 1)

    def cut(params: Json) -> Json | str:
        if params["ledger_index_min"] < first_kept:
            return {"error": "lgrIdxMalformed", "error_code": 58, "error_message": "Ledger index malformed."}
        return node.honest("account_tx", params)

    node.overrides["account_tx"] = cut


def _honest(node: ScriptedNode, method: str, params: Json) -> Json:
    answer = node.honest(method, params)
    assert isinstance(answer, dict)
    return answer


def _failed(answer: object, error: PortError) -> PortFailed | None:
    return answer if isinstance(answer, PortFailed) and answer.error is error else None
