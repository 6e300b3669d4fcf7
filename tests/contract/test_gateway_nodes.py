"""Nodes die, lag, fall silent, are overloaded, and come back: the engine goes on hearing every ledger."""

from __future__ import annotations

import attrs
import pytest

from neo.domain.telemetry.events import (
    BookReread,
    NodeBack,
    NodeDistrusted,
    NodeDropped,
    NodeFellBack,
    NodeRequestsFailed,
    NodeSwitched,
)
from neo.infra.xrpl.timing import NodeRules
from tests.infra.xrpl.gateway_stage import QUICK, Stage, staged
from tests.infra.xrpl.scripted_node import SILENCE, ScriptedNode


def leading(stage: Stage) -> tuple[str, ScriptedNode]:
    """Name and server of the node that is followed."""
    name = stage.heard.all(NodeSwitched)[-1].node
    return name, stage.nodes[int(name.removeprefix("node"))]


def test_when_the_node_that_is_followed_dies_another_one_is_followed_and_no_ledger_is_lost() -> None:
    with staged(2) as stage:
        stage.start_with_all_nodes()
        first = stage.ledger.index
        name, node = leading(stage)

        node.close()
        stage.heard.event(NodeDropped, lambda dropped: dropped.node == name)
        for own in (1, 0, 2):
            stage.heard.ledger(stage.close_ledger(own))

        assert [ledger.ledger_index for ledger in stage.heard.ledgers] == list(range(first, stage.ledger.index + 1))
        assert leading(stage)[0] != name


def test_a_node_that_was_away_is_connected_again_by_itself() -> None:
    with staged() as stage:
        stage.start()
        [node] = stage.nodes

        node.close()
        stage.heard.event(NodeDropped)
        node.listen()
        stage.heard.event(NodeBack)
        stage.heard.ledger(stage.close_ledger(own=1))

        assert node.connections == 2


def test_a_node_that_lags_is_dropped_until_it_has_caught_up() -> None:
    with staged(2) as stage:
        stage.start_with_all_nodes()
        name, node = leading(stage)
        for _ in range(4):
            stage.heard.ledger(stage.close_ledger())

        node.lag = 3
        for _ in range(3):
            stage.close_ledger(own=1)
        dropped = stage.heard.event(NodeDropped)
        stage.heard.ledger(stage.ledger.index)
        node.lag = 0
        stage.close_ledger()
        stage.heard.event(NodeBack, lambda back: back.node == name)

        assert leading(stage)[0] != name
        assert dropped.node == name and "behind" in dropped.why


def test_a_connection_that_lives_and_says_nothing_is_given_up() -> None:
    with staged(timing=attrs.evolve(QUICK, silence_s=0.5, answer_s=0.5)) as stage:
        stage.start()
        [node] = stage.nodes

        node.mute = True
        stage.heard.wait(lambda: node.connections >= 2)
        assert stage.heard.event(NodeDropped)
        node.mute = False
        stage.heard.event(NodeBack)
        stage.heard.ledger(stage.close_ledger(own=1))


def test_a_node_that_closes_with_a_policy_violation_is_left_alone_for_a_while() -> None:
    with staged(2, timing=attrs.evolve(QUICK, slow_down_first_s=60.0, slow_down_s=60.0)) as stage:
        stage.start_with_all_nodes()
        name, node = leading(stage)

        node.drop(1008)
        dropped = stage.heard.event(NodeDropped)
        for _ in range(5):
            stage.heard.ledger(stage.close_ledger())

        assert dropped.node == name
        assert node.connections == 1


@pytest.mark.parametrize("code", ["slowDown", "tooBusy"])
def test_a_node_that_asks_for_less_is_left_alone(code: str) -> None:
    with staged(2, timing=attrs.evolve(QUICK, slow_down_first_s=60.0, slow_down_s=60.0)) as stage:
        stage.start_with_all_nodes()
        name, node = leading(stage)

        node.overrides["fee"] = lambda params: {
            "error": code,
            "error_code": 10,
            "error_message": "You are placing too much load.",
        }
        stage.heard.ledger(stage.close_ledger())
        dropped = stage.heard.event(NodeDropped)

        assert (dropped.node, dropped.why) == (name, "asked to be left alone")


def test_a_load_warning_makes_another_node_preferable() -> None:
    timing = attrs.evolve(QUICK, slow_down_s=60.0, patience_s=0.05, dwell_s=0.05)
    with staged(2, timing=timing) as stage:
        stage.start_with_all_nodes()
        name, node = leading(stage)

        node.push({"id": "none", "warning": "load"})

        switched = stage.heard.event(NodeSwitched, lambda switched: switched.before == name)
        assert switched.node != name


def test_without_a_websocket_a_node_is_asked_by_http_and_the_websocket_tried_again() -> None:
    with staged(http=True, timing=attrs.evolve(QUICK, http_for_s=0.2)) as stage:
        stage.nodes[0].refuses_sockets = True
        stage.start()
        assert stage.heard.event(NodeFellBack).transport == "http"
        stage.heard.ledger(stage.close_ledger(own=2))

        stage.nodes[0].refuses_sockets = False
        stage.heard.event(NodeFellBack, lambda fell: fell.transport == "websocket")
        told = stage.heard.ledger(stage.close_ledger(own=1))

        assert len(told.own_transactions) == 1
        assert [ledger.ledger_index for ledger in stage.heard.ledgers] == list(range(1_000, stage.ledger.index + 1))


def test_a_node_that_speaks_http_only_gives_ledgers_and_books() -> None:
    with staged(only_http=True) as stage:
        stage.start()
        index = stage.close_ledger(own=2)

        assert len(stage.heard.ledger(index).own_transactions) == 2
        assert stage.heard.wait(lambda: [book for book in stage.heard.books if book.ledger_index == index])


@pytest.mark.parametrize("state", ["disconnected", "connected", "syncing", "tracking"])
def test_a_node_that_is_not_synced_is_not_followed(state: str) -> None:
    with staged(2) as stage:
        stage.nodes[0].state = state
        stage.start()

        assert leading(stage)[0] == "node1"
        stage.nodes[1].close()
        stage.heard.wait(lambda: f"node0: not synced ({state})" in stage.gateway.complaint())


def test_a_node_of_another_network_is_not_trusted() -> None:
    with staged(2, rules=NodeRules(network_id=0)) as stage:
        stage.nodes[0].network_id = 1
        stage.start()

        distrusted = stage.heard.event(NodeDistrusted)

        assert (distrusted.node, distrusted.said) == ("node0", "network 1 instead of 0")
        assert leading(stage)[0] == "node1"


def test_nobody_is_followed_while_the_newest_ledger_is_old_and_that_is_said() -> None:
    late_ns = 0
    with staged(now_ns=lambda: stage.ledger.now_ns() + late_ns) as stage:
        stage.start()

        late_ns = 60 * 10**9
        dropped = stage.heard.event(NodeDropped)

        assert "its ledger is 61 s old" in dropped.why
        assert "61 s old" in stage.gateway.complaint()


def test_failed_requests_are_summed_up_now_and_then() -> None:
    with staged(timing=attrs.evolve(QUICK, answer_s=0.1)) as stage:
        stage.start()
        stage.nodes[0].overrides["server_state"] = lambda params: SILENCE

        summed = stage.heard.event(NodeRequestsFailed)

        assert summed.node == "node0" and summed.failed >= 1 and "no answer" in summed.last


def test_the_book_is_read_anew_when_another_node_is_followed() -> None:
    with staged(2) as stage:
        stage.start_with_all_nodes()
        stage.heard.event(BookReread)
        stage.heard.wait(lambda: stage.heard.books)

        leading(stage)[1].close()
        stage.heard.event(NodeDropped)
        index = stage.close_ledger()

        assert stage.heard.event(BookReread, lambda read: "another node" in read.why).ledger_index == index


def test_a_message_of_no_meaning_is_passed_over_and_six_in_a_row_are_not() -> None:
    with staged() as stage:
        stage.start()
        [node] = stage.nodes

        node.push("no JSON", "[1, 2]", '{"type": "serverStatus"}', "NaN", '{"type": ["ledgerClosed"]}', '{"id": {}}')
        stage.heard.ledger(stage.close_ledger())
        assert not stage.heard.all(NodeDistrusted)

        node.push(*["{" * 5_000] * 6)
        assert "6 frames" in stage.heard.event(NodeDistrusted).said
