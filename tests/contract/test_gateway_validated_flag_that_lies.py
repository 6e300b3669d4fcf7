"""A node says "validated" and it is not so: other nodes, the chain of hashes, the clock and its own words tell."""

from __future__ import annotations

from collections.abc import Callable

import attrs
import pytest

from neo.domain.messages.venue import AccountTransactions, FetchTransactions
from neo.domain.telemetry.events import LedgerDisputed, NodeDistrusted, NodeSwitched
from tests.infra.xrpl.gateway_stage import QUICK, Stage, staged
from tests.infra.xrpl.scripted_ledger import PAIR, Json, ScriptedLedger, hash_of
from tests.infra.xrpl.scripted_node import ScriptedNode


def leading(stage: Stage) -> ScriptedNode:
    """The node that is followed."""
    return stage.nodes[int(stage.heard.all(NodeSwitched)[-1].node.removeprefix("node"))]


def changing(node: ScriptedNode, method: str, change: Callable[[Json], object]) -> None:
    """Let the node's answers to `method` be changed in place before they are sent."""

    def respond(params: Json) -> Json | str:
        answer = node.honest(method, params)
        assert isinstance(answer, dict)
        change(answer)
        return answer

    node.overrides[method] = respond


def test_a_ledger_that_does_not_follow_its_parent_is_not_told() -> None:
    with staged() as stage:
        stage.start()
        [node] = stage.nodes
        changing(node, "ledger", lambda answer: answer["ledger"].update(parent_hash=hash_of("another chain")))

        lie = stage.close_ledger(own=1)

        assert "does not follow" in stage.heard.event(NodeDistrusted).said
        assert lie not in [ledger.ledger_index for ledger in stage.heard.ledgers]


def test_a_header_that_is_not_what_the_stream_announced_is_not_told() -> None:
    with staged() as stage:
        stage.start()
        other = hash_of("something else")
        changing(
            stage.nodes[0], "ledger", lambda a: (a.update(ledger_hash=other), a["ledger"].update(ledger_hash=other))
        )

        lie = stage.close_ledger(own=1)

        assert stage.heard.event(NodeDistrusted)
        assert lie not in [ledger.ledger_index for ledger in stage.heard.ledgers]


def test_a_ledger_that_most_nodes_tell_otherwise_is_told_as_they_tell_it() -> None:
    with staged(3) as stage:
        stage.start_with_all_nodes()
        liar = leading(stage)
        liar.ledger = _another_chain(stage.ledger)
        stage.ledger.close(own=1)
        liar.ledger.close()
        for node in stage.nodes:
            node.announce()

        told = stage.heard.ledger(stage.ledger.index)

        assert len(told.own_transactions) == 1
        assert stage.heard.event(NodeDistrusted).node == f"node{stage.nodes.index(liar)}"


def test_while_two_nodes_tell_different_ledgers_none_is_told_and_that_is_said() -> None:
    with staged(2) as stage:
        stage.start_with_all_nodes()
        other = stage.nodes[1 - stage.nodes.index(leading(stage))]
        other.ledger = _another_chain(stage.ledger)
        stage.ledger.close(own=1)
        other.ledger.close()
        other.announce()
        changing(
            other,
            "ledger",
            lambda answer: answer["ledger"].update(parent_hash=stage.ledger.hash(stage.ledger.index - 1)),
        )
        leading(stage).announce()

        disputed = stage.heard.event(LedgerDisputed)

        assert disputed.ledger_index == stage.ledger.index and disputed.nodes == ("node0", "node1")
        assert stage.ledger.index not in [ledger.ledger_index for ledger in stage.heard.ledgers]


def test_a_fill_that_one_node_makes_up_is_not_believed() -> None:
    with staged(3) as stage:
        stage.start_with_all_nodes()
        liar = leading(stage)
        invented = ScriptedLedger()
        invented.close(own=1)
        entry = invented.transactions(invented.index, invented.index)[0]
        assert stage.ledger.close_time_s(invented.index) == invented.close_time_s(invented.index)
        changing(liar, "account_tx", lambda answer: answer.update(transactions=[entry]))

        told = stage.heard.ledger(stage.close_ledger())

        assert told.own_transactions == ()
        assert "other transactions" in stage.heard.event(NodeDistrusted).said


def test_a_fill_that_one_node_leaves_out_is_told_all_the_same() -> None:
    with staged(3) as stage:
        stage.start_with_all_nodes()
        changing(leading(stage), "account_tx", lambda answer: answer.update(transactions=[]))

        told = stage.heard.ledger(stage.close_ledger(own=2, stream=False))

        assert len(told.own_transactions) == 2
        assert stage.heard.event(NodeDistrusted)


def test_a_history_with_a_fill_made_up_is_not_believed_when_the_best_node_cannot_answer() -> None:
    with staged(4) as stage:
        stage.start_with_all_nodes()
        index = stage.close_ledger()
        stage.heard.ledger(index)
        invented = ScriptedLedger()
        for _ in range(index - invented.index):
            invented.close(own=1)
        entry = invented.transactions(index, index)[0]
        silent, liar = stage.leading, next(node for node in stage.nodes if node is not stage.leading)
        silent.overrides["account_tx"] = lambda params: {"error": "noNetwork", "error_message": "Not synced."}
        changing(liar, "account_tx", lambda answer: answer.update(transactions=[entry]))
        stage.all_but_one_a_ledger_behind(liar)  # whoever is asked first, the one ahead is its witness

        answer = stage.ask(FetchTransactions(PAIR.account, index, index))

        assert isinstance(answer, AccountTransactions)
        assert answer.complete and answer.transactions == ()
        assert "other transactions" in stage.heard.event(NodeDistrusted).said


def test_a_transaction_of_the_stream_that_no_ledger_has_is_not_told() -> None:
    with staged(timing=attrs.evolve(QUICK, gap_patience_s=60.0)) as stage:
        stage.start()
        [node] = stage.nodes
        invented = ScriptedLedger()
        invented.close(own=1)
        entry = invented.transactions(invented.index, invented.index)[0]
        node.push(stage.ledger.streamed(entry))

        stage.close_ledger()

        assert "no history has" in stage.heard.event(NodeDistrusted).said
        assert not any(ledger.own_transactions for ledger in stage.heard.ledgers)


LIES: dict[str, Callable[[Stage, ScriptedNode], None]] = {
    "a ledger from the future": lambda stage, node: node.push(
        {
            **stage.ledger.announced(stage.ledger.index),
            "ledger_index": stage.ledger.index + 1,
            "ledger_time": 900_000_000,
        }
    ),
    "a transaction of a ledger that is not closed": lambda stage, node: node.push(
        {**stage.ledger.streamed(stage.ledger.transactions(1_001, 1_001)[0]), "ledger_index": stage.ledger.index + 50}
    ),
    "two hashes of one ledger": lambda stage, node: node.push(
        {**stage.ledger.announced(stage.ledger.index), "ledger_hash": hash_of("other")}
    ),
    "another network": lambda stage, node: node.push(
        {**stage.ledger.announced(stage.ledger.index), "network_id": 21_338}
    ),
    "a negative index": lambda stage, node: node.push(
        {**stage.ledger.announced(stage.ledger.index), "ledger_index": -1}
    ),
    "text for a number": lambda stage, node: node.push(
        {**stage.ledger.announced(stage.ledger.index), "ledger_time": "soon"}
    ),
    "an absurd fee": lambda stage, node: node.push({**stage.ledger.announced(stage.ledger.index), "fee_base": 10**30}),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_node_that_says_what_cannot_be_is_not_listened_to_and_another_one_is(lie: str) -> None:
    with staged(2) as stage:
        stage.start_with_all_nodes()
        stage.heard.ledger(stage.close_ledger(own=1))
        liar = leading(stage)
        name = f"node{stage.nodes.index(liar)}"

        LIES[lie](stage, liar)
        assert stage.heard.event(NodeDistrusted).node == name
        told = stage.heard.ledger(stage.close_ledger(own=1))

        assert len(told.own_transactions) == 1
        assert stage.heard.all(NodeSwitched)[-1].node != name
        assert liar.connections == 1


def test_a_ledger_far_ahead_of_all_other_nodes_is_made_up() -> None:
    with staged(2) as stage:
        stage.start_with_all_nodes()
        liar = leading(stage)

        liar.push({**stage.ledger.announced(stage.ledger.index), "ledger_index": stage.ledger.index + 1_000})

        assert "where others have" in stage.heard.event(NodeDistrusted).said
        assert len(stage.heard.ledger(stage.close_ledger(own=1)).own_transactions) == 1


def test_a_fresh_node_is_not_behind_because_another_one_claims_to_be_ahead() -> None:
    with staged(2) as stage:
        stage.start_with_all_nodes()
        leader = leading(stage)
        other = stage.nodes[1 - stage.nodes.index(leader)]

        other.push({**stage.ledger.announced(stage.ledger.index), "ledger_index": stage.ledger.index + 10})
        stage.heard.ledger(stage.close_ledger(own=1))

        assert leading(stage) is leader


def _another_chain(ledger: ScriptedLedger) -> ScriptedLedger:
    """As many ledgers with other hashes."""
    other = ScriptedLedger("other ")
    while other.index < ledger.index:
        other.close()
    return other
