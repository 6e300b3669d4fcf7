"""A node tells a balance, a sequence or offers that are not so: nothing in the answer shows it, another node does."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from neo.domain.messages.venue import AccountState, FetchAccount, FetchOffers, OpenOffers, PortError, PortFailed
from neo.domain.telemetry.events import NodeDistrusted
from tests.infra.xrpl.gateway_stage import Stage, staged
from tests.infra.xrpl.scripted_ledger import PAIR, Json
from tests.infra.xrpl.scripted_node import ScriptedNode

ACCOUNT = FetchAccount(PAIR.account)


def richer(answer: Json) -> None:
    answer["account_data"]["Balance"] = "77000000000"


def changing(node: ScriptedNode, method: str, change: Callable[[Json], object]) -> None:
    """Let the node's answers to `method` be changed in place before they are sent."""

    def respond(params: Json) -> Json | str:
        answer = node.honest(method, params)
        assert isinstance(answer, dict)
        change(answer)
        return answer

    node.overrides[method] = respond


def follower(stage: Stage) -> ScriptedNode:
    """A node that is not followed."""
    return next(node for node in stage.nodes if node is not stage.leading)


@pytest.mark.parametrize("pick", [lambda stage: stage.leading, follower], ids=["the leader", "another node"])
def test_of_three_nodes_the_one_that_makes_a_balance_up_is_not_believed(pick: Callable[[Stage], ScriptedNode]) -> None:
    with staged(3) as stage:
        stage.start_with_all_nodes()
        changing(pick(stage), "account_info", richer)

        answer = stage.ask(ACCOUNT)

    assert isinstance(answer, AccountState) and answer.base == Decimal("9999.99999")


def test_whoever_made_the_balance_up_is_named() -> None:
    with staged(3) as stage:
        stage.start_with_all_nodes()
        changing(stage.leading, "account_info", richer)

        stage.ask(ACCOUNT)

        assert "something else of our account" in stage.heard.event(NodeDistrusted).said


def test_while_two_nodes_tell_different_balances_neither_is_believed() -> None:
    with staged(2) as stage:
        stage.start_with_all_nodes()
        changing(stage.leading, "account_info", richer)

        answer = stage.ask(ACCOUNT)

    assert isinstance(answer, PortFailed) and answer.error is PortError.UNAVAILABLE
    assert "different things of our account" in answer.detail


def test_a_witness_that_says_nothing_hinders_nobody() -> None:
    with staged(2) as stage:
        stage.start_with_all_nodes()
        follower(stage).overrides["account_offers"] = lambda params: {
            "error": "noNetwork",
            "error_message": "Not synced.",
        }

        answer = stage.ask(FetchOffers(PAIR.account))

    assert isinstance(answer, OpenOffers)
