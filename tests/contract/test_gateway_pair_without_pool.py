"""A known failure of connectors: a pair (or an account) without an AMM pool crashes whatever reads the rules of the market."""

from __future__ import annotations

from neo.domain.telemetry.events import GatewayPartFailed, NodeDistrusted
from tests.infra.xrpl.gateway_stage import staged
from tests.infra.xrpl.scripted_ledger import Json


def test_a_pair_without_a_pool_has_a_book_and_no_pool() -> None:
    with staged() as stage:
        stage.start()
        index = stage.close_ledger()

        book = stage.heard.wait(lambda: next((b for b in stage.heard.books if b.ledger_index == index), None))

        assert book.pool is None
        assert not stage.heard.all(GatewayPartFailed) and not stage.heard.all(NodeDistrusted)


def test_a_node_that_does_not_know_pools_at_all_costs_the_book_only_and_says_why() -> None:
    with staged(2) as stage:
        for node in stage.nodes:
            node.overrides["amm_info"] = lambda params: _unknown()
        stage.start()

        told = stage.heard.ledger(stage.close_ledger(own=1))

        assert len(told.own_transactions) == 1
        assert not stage.heard.books
        assert not stage.heard.all(GatewayPartFailed) and not stage.heard.all(NodeDistrusted)


def _unknown() -> Json:
    return {"error": "unknownCmd", "error_code": 32, "error_message": "Unknown method."}
