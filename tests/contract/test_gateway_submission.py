"""A transaction is sent as it is, to one node after the other until one has a word for it, and what is unknown is called so."""

from __future__ import annotations

import threading

import attrs
import pytest

from neo.domain.messages.venue import PortError, PortFailed, SubmissionAnswered, SubmitTransaction
from neo.domain.telemetry.events import NodeDistrusted, NodeDropped
from tests.infra.xrpl.gateway_stage import QUICK, Stage, signed, staged
from tests.infra.xrpl.scripted_ledger import Json, hash_of
from tests.infra.xrpl.scripted_node import SILENCE, ScriptedNode
from tests.patience import PATIENCE_S

ASKED = SubmitTransaction(signed())
HASH = ASKED.signed.hash


def answers(node: ScriptedNode, **changes: object) -> list[Json]:
    """Let the node answer a submission with these fields changed; collects what it was asked."""
    asked: list[Json] = []

    def respond(params: Json) -> Json | str:
        asked.append(params)
        answer = node.honest("submit", params)
        assert isinstance(answer, dict)
        return {**answer, **changes}

    node.overrides["submit"] = respond
    return asked


def refuses(node: ScriptedNode, code: str) -> None:
    node.overrides["submit"] = lambda params: {"error": code, "error_code": 1, "error_message": code}


def silent(node: ScriptedNode) -> list[Json]:
    """Let the node take submissions and say nothing."""
    asked: list[Json] = []

    def swallow(params: Json) -> Json | str:
        asked.append(params)
        return SILENCE

    node.overrides["submit"] = swallow
    return asked


def leader_first(stage: Stage) -> tuple[ScriptedNode, ScriptedNode]:
    """Both nodes, the one that is followed first."""
    one, two = stage.nodes
    return (one, two) if stage.leading is one else (two, one)


def test_the_answer_of_the_node_is_passed_on_and_the_blob_is_what_was_signed() -> None:
    with staged() as stage:
        stage.start()
        asked = answers(stage.nodes[0])

        answer = stage.ask(ASKED)

    assert answer == SubmissionAnswered(HASH, "tesSUCCESS", stage.ledger.index)
    [params] = asked
    assert params["tx_blob"] == ASKED.signed.blob and params["fail_hard"] is False
    assert "tx_json" not in params and "secret" not in params and "seed" not in params


@pytest.mark.parametrize("result", ["temBAD_OFFER", "tecUNFUNDED_OFFER", "terQUEUED", "tefPAST_SEQ", "telINSUF_FEE_P"])
def test_whatever_a_server_thinks_of_it_is_an_answer(result: str) -> None:
    with staged() as stage:
        stage.start()
        answers(stage.nodes[0], engine_result=result, applied=False, accepted=result == "terQUEUED")

        answer = stage.ask(ASKED)

    assert isinstance(answer, SubmissionAnswered) and answer.result == result


def test_a_node_that_says_nothing_is_followed_by_another_with_the_same_blob() -> None:
    with staged(2, timing=attrs.evolve(QUICK, submit_s=3.0)) as stage:
        stage.start_with_all_nodes()
        first, second = leader_first(stage)
        swallowed, asked = silent(first), answers(second)

        answer = stage.ask(ASKED)

    assert isinstance(answer, SubmissionAnswered)
    assert [params["tx_blob"] for params in (*swallowed, *asked)] == [ASKED.signed.blob] * 2


def test_when_no_node_says_anything_the_outcome_is_unknown_and_nothing_is_sent_again() -> None:
    with staged(2, timing=attrs.evolve(QUICK, submit_s=0.4)) as stage:
        stage.start_with_all_nodes()
        swallowed = [silent(node) for node in stage.nodes]

        answer = stage.ask(ASKED)

        assert isinstance(answer, PortFailed) and answer.error is PortError.OUTCOME_UNKNOWN
        stage.heard.ledger(stage.close_ledger())
        assert [len(asked) for asked in swallowed] == [1, 1]


def test_a_lost_reply_does_not_matter_when_the_stream_shows_the_transaction() -> None:
    with staged() as stage:
        stage.start()
        [node] = stage.nodes

        arrived = threading.Event()

        def arrive(params: Json) -> Json | str:
            arrived.set()
            return SILENCE

        node.overrides["submit"] = arrive
        wait = stage.ask_later(ASKED)
        assert arrived.wait(PATIENCE_S)
        node.push(
            {
                "type": "transaction",
                "status": "proposed",
                "validated": False,
                "hash": HASH,
                "engine_result": "tesSUCCESS",
                "ledger_current_index": stage.ledger.index + 1,
            }
        )

        assert wait() == SubmissionAnswered(HASH, "tesSUCCESS", stage.ledger.index + 1)


def test_without_a_node_nothing_was_sent() -> None:
    with staged() as stage:
        stage.start()
        stage.nodes[0].close()

        stage.heard.event(NodeDropped)

        assert _failed(stage.ask(ASKED), PortError.UNAVAILABLE)


def test_a_refusal_before_the_transaction_was_looked_at_is_unavailable() -> None:
    with staged() as stage:
        stage.start()
        refuses(stage.nodes[0], "notSynced")

        assert _failed(stage.ask(ASKED), PortError.UNAVAILABLE)


def test_a_refusal_of_this_very_transaction_is_final() -> None:
    with staged() as stage:
        stage.start()
        refuses(stage.nodes[0], "invalidTransaction")

        assert _failed(stage.ask(ASKED), PortError.REJECTED)


def test_a_refusal_after_another_node_may_have_taken_it_is_not_final() -> None:
    with staged(2, timing=attrs.evolve(QUICK, submit_s=1.0)) as stage:
        stage.start_with_all_nodes()
        first, second = leader_first(stage)
        silent(first)
        refuses(second, "invalidTransaction")

        assert _failed(stage.ask(ASKED), PortError.OUTCOME_UNKNOWN)


def test_an_error_that_nobody_knows_leaves_the_outcome_unknown() -> None:
    with staged() as stage:
        stage.start()
        refuses(stage.nodes[0], "somethingNew")

        assert _failed(stage.ask(ASKED), PortError.OUTCOME_UNKNOWN)


def test_a_connection_that_breaks_under_the_request_leaves_the_outcome_unknown_at_once() -> None:
    with staged() as stage:
        stage.start()
        [node] = stage.nodes
        node.overrides["submit"] = lambda params: "x" * (9 * 1024 * 1024)  # more than a frame may have

        assert _failed(stage.ask(ASKED), PortError.OUTCOME_UNKNOWN)


def test_an_answer_about_another_transaction_is_not_believed_and_its_node_not_trusted() -> None:
    with staged() as stage:
        stage.start()
        answers(stage.nodes[0], tx_json={"hash": hash_of("another")})

        assert _failed(stage.ask(ASKED), PortError.OUTCOME_UNKNOWN)
        assert "hash" in stage.heard.event(NodeDistrusted).said


def test_a_busy_node_was_not_given_the_transaction() -> None:
    with staged(only_http=True) as stage:
        stage.start()
        stage.nodes[0].overrides["submit"] = lambda params: "overloaded"

        assert _failed(stage.ask(ASKED), PortError.UNAVAILABLE)


def test_a_transaction_of_another_ledger_is_not_sent() -> None:
    with staged() as stage:
        stage.start()
        unsigned = attrs.evolve(ASKED.signed, blob="")

        assert _failed(stage.ask(SubmitTransaction(unsigned)), PortError.REJECTED)
        assert stage.nodes[0].asked["submit"] == 0


def test_a_gateway_that_is_stopped_leaves_no_request_without_an_answer() -> None:
    with staged() as stage:
        stage.start()
        silent(stage.nodes[0])
        wait = stage.ask_later(ASKED)

        stage.gateway.stop()

        assert _failed(wait(), PortError.OUTCOME_UNKNOWN)
        assert _failed(stage.ask(ASKED), PortError.UNAVAILABLE)


def _failed(answer: object, error: PortError) -> PortFailed | None:
    return answer if isinstance(answer, PortFailed) and answer.error is error else None
