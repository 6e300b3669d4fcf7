"""One look at a node says what a person needs to know before trading, and what is wrong when something is."""

from __future__ import annotations

from decimal import Decimal

import attrs

from neo.infra.xrpl.endpoint import NodeEndpoint
from neo.infra.xrpl.node_probe import NodeProbed, probe_nodes
from tests.infra.xrpl.gateway_stage import QUICK, Stage, staged
from tests.infra.xrpl.scripted_ledger import PAIR
from tests.infra.xrpl.scripted_node import SILENCE


def look(stage: Stage, *, http: bool = True) -> NodeProbed:
    [node] = stage.nodes
    [probed] = probe_nodes([NodeEndpoint("node", node.ws_url, node.http_url if http else None)], PAIR, QUICK)
    return probed


def test_a_good_node_shows_server_account_offers_and_issuer() -> None:
    with staged() as stage:
        probed = look(stage)

    assert [way.failure for way in probed.ways] == ["", ""]
    assert all(way.latency_ms is not None for way in probed.ways)
    assert probed.server is not None and probed.server.synced
    assert probed.server.validated_index == stage.ledger.index
    assert probed.account is not None and probed.account.state.base == Decimal("9999.99999")
    assert probed.account.trust_line is not None and not probed.account.trust_line.frozen
    assert probed.account.regular_key is None and not probed.account.master_disabled
    assert probed.offers is not None and probed.issuer is not None
    assert not probed.complaints


def test_a_node_that_nobody_listens_at_has_a_reason_for_each_way() -> None:
    with staged() as stage:
        stage.nodes[0].close()
        probed = look(stage)

    assert len(probed.ways) == 2 and all(way.failure for way in probed.ways)
    assert probed.server is None


def test_a_websocket_that_does_not_work_leaves_the_other_way() -> None:
    with staged() as stage:
        stage.nodes[0].refuses_sockets = True
        probed = look(stage)

    assert probed.ways[0].failure and not probed.ways[1].failure
    assert probed.account is not None


def test_a_node_that_says_nothing_is_waited_for_only_so_long() -> None:
    with staged() as stage:
        stage.nodes[0].overrides["server_state"] = lambda params: SILENCE
        [probed] = probe_nodes([NodeEndpoint("node", stage.nodes[0].ws_url)], PAIR, attrs.evolve(QUICK, answer_s=0.05))

    assert "no answer" in probed.ways[0].failure


def test_a_node_that_is_not_synced_is_not_asked_for_the_account() -> None:
    with staged() as stage:
        stage.nodes[0].state = "connected"
        probed = look(stage)

    assert probed.server is not None and not probed.server.synced
    assert probed.account is None and not probed.account_missing


def test_an_account_that_does_not_exist_is_told_from_one_that_cannot_be_read() -> None:
    with staged() as stage:
        node = stage.nodes[0]
        node.overrides["account_info"] = lambda params: (
            {"error": "actNotFound", "error_code": 19, "error_message": "Account not found."}
            if params["account"] == PAIR.account
            else node.honest("account_info", params)
        )
        missing = look(stage)
        node.overrides["account_info"] = lambda params: {"account_data": []}
        broken = look(stage)

    assert missing.account_missing and not missing.complaints
    assert missing.issuer is not None and not missing.issuer_missing
    assert not broken.account_missing and broken.account is None and broken.complaints
