"""A known failure of connectors: an answer about somebody else is taken for one's own. Here its node loses all trust."""

from __future__ import annotations

import json
from typing import Any

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
from tests.infra.xrpl.gateway_stage import staged
from tests.infra.xrpl.scripted_ledger import FIRST_LEDGER, OTHER_ACCOUNT, PAIR, Json
from tests.infra.xrpl.scripted_node import ScriptedNode

REQUESTS = {
    "account_info": FetchAccount(PAIR.account),
    "account_lines": FetchAccount(PAIR.account),
    "account_objects": FetchAccount(PAIR.account),
    "account_offers": FetchOffers(PAIR.account),
    "account_tx": FetchTransactions(PAIR.account, FIRST_LEDGER, 0),
}


def about_somebody_else(node: ScriptedNode, method: str) -> None:
    """The node's answers to `method` name another account wherever they named ours."""

    def respond(params: Json) -> Json | str:
        text = json.dumps(node.honest(method, params)).replace(PAIR.account, OTHER_ACCOUNT)
        answer: Json = json.loads(text)
        return answer

    node.overrides[method] = respond


@pytest.mark.parametrize("method", REQUESTS)
def test_an_answer_about_another_account_is_refused_and_its_node_not_trusted(method: str) -> None:
    with staged() as stage:
        stage.start()
        about_somebody_else(stage.nodes[0], method)

        answer = stage.ask(REQUESTS[method])

        assert isinstance(answer, PortFailed) and answer.error is PortError.UNAVAILABLE
        assert "account" in stage.heard.event(NodeDistrusted).said


@pytest.mark.parametrize("method", REQUESTS)
def test_another_node_answers_instead(method: str) -> None:
    with staged(2) as stage:
        stage.start_with_all_nodes()
        about_somebody_else(stage.leading, method)

        answer: Any = stage.ask(REQUESTS[method])

        assert isinstance(answer, AccountState | OpenOffers | AccountTransactions)
        assert answer.account == PAIR.account


def test_a_transaction_of_somebody_else_is_none_of_ours() -> None:
    with staged() as stage:
        stage.start()
        about_somebody_else(stage.nodes[0], "account_tx")

        index = stage.close_ledger(own=1, stream=False)

        assert stage.heard.event(NodeDistrusted)
        assert index not in [ledger.ledger_index for ledger in stage.heard.ledgers]
