"""A node that lies: each lie is told, and only by the node that has it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from neo.infra.sandbox.xrpl.faults.node_faults import Lie
from tests.infra.sandbox.xrpl.conftest import Sandboxes
from tests.infra.sandbox.xrpl.raw_client import ask, hear, next_sequence, post, rpc, signed_offer, socket_to


def told(sandboxes: Sandboxes, lie: Lie, method: str, **params: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """(what the lying node says, what the honest one says)."""
    sandbox = sandboxes(nodes=2)
    rpc(sandbox.urls_http[0], "submit", tx_blob=signed_offer(sandbox, next_sequence(sandbox)))
    sandbox.close_ledger()
    rpc(sandbox.urls_http[0], "submit", tx_blob=signed_offer(sandbox, next_sequence(sandbox)))
    sandbox.nodes[1].fault(lies={lie})
    asked = {"account": sandbox.wallet.account, **params}
    return rpc(sandbox.urls_http[1], method, **asked), rpc(sandbox.urls_http[0], method, **asked)


def test_what_is_only_in_the_open_ledger_is_called_validated(sandboxes: Sandboxes) -> None:
    lie, truth = told(sandboxes, Lie.VALIDATED_FLAG, "account_offers", ledger_index="current")

    assert truth["validated"] is False
    assert lie == {**truth, "validated": True}


def test_the_answer_is_about_another_account(sandboxes: Sandboxes) -> None:
    lie, truth = told(sandboxes, Lie.WRONG_ACCOUNT, "account_info")

    assert lie["account_data"]["Account"] != truth["account_data"]["Account"]
    assert lie["account_data"]["Balance"] == truth["account_data"]["Balance"]


def test_numbers_are_beyond_anything_possible(sandboxes: Sandboxes) -> None:
    lie, truth = told(sandboxes, Lie.ABSURD_NUMBERS, "account_info")

    assert lie["account_data"]["Balance"] != truth["account_data"]["Balance"]


def test_values_are_of_other_types(sandboxes: Sandboxes) -> None:
    lie, truth = told(sandboxes, Lie.WRONG_TYPES, "account_info")

    assert lie.keys() == truth.keys()
    assert {type(each) for each in lie["account_data"].values()} != {type(x) for x in truth["account_data"].values()}


def test_fields_are_missing(sandboxes: Sandboxes) -> None:
    lie, truth = told(sandboxes, Lie.MISSING_FIELDS, "account_tx")

    assert len(json.dumps(lie)) < len(json.dumps(truth))


def test_the_text_is_not_json(sandboxes: Sandboxes) -> None:
    sandbox = sandboxes()
    sandbox.nodes[0].fault(lies={Lie.MALFORMED_JSON})

    status, text = post(sandbox.urls_http[0], json.dumps({"method": "ping"}))

    assert status == 200
    with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
        json.loads(text)


def test_the_network_is_another_one_in_the_stream(sandboxes: Sandboxes) -> None:
    sandbox = sandboxes()
    sandbox.nodes[0].fault(lies={Lie.WRONG_NETWORK})
    with socket_to(sandbox) as socket:
        ask(socket, "subscribe", streams=["ledger"])
        sandbox.close_ledger()

        assert hear(socket)["network_id"] != sandbox.plan.network_id
