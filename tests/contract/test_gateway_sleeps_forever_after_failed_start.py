"""A known failure of connectors: the start fails once, and the loop that should follow the stream sleeps for ever."""

from __future__ import annotations

import asyncio

import attrs
import pytest

from neo.domain.telemetry.events import GatewayPartFailed, NodeDropped
from neo.infra.loop_thread import LoopThread
from neo.infra.xrpl import gateway as gateway_module
from neo.infra.xrpl.ledger_follower import LedgerFollower
from neo.infra.xrpl.synchronous import NotSynchronous
from tests.infra.xrpl.gateway_stage import QUICK, staged
from tests.infra.xrpl.scripted_ledger import Json
from tests.infra.xrpl.scripted_node import SILENCE
from tests.patience import PATIENCE_S


def test_nodes_that_are_not_there_at_the_start_are_followed_as_soon_as_one_is() -> None:
    with staged(2) as stage:
        for node in stage.nodes:
            node.close()
        stage.gateway.start()
        assert not stage.gateway.wait_for_ledger(0.2)
        assert "no connection" in stage.gateway.complaint()

        stage.nodes[1].listen()

        assert stage.gateway.wait_for_ledger(PATIENCE_S)
        assert stage.gateway.complaint() == ""
        stage.heard.ledger(stage.close_ledger(own=1))


@pytest.mark.parametrize("method", ["server_state", "subscribe", "ledger", "account_tx", "fee"])
def test_a_first_request_that_fails_is_made_again(method: str) -> None:
    with staged() as stage:
        [node] = stage.nodes
        failures = iter(range(3))

        def fail_at_first(params: Json) -> Json | str:
            if next(failures, None) is None:
                return node.honest(method, params)
            return {"error": "noNetwork", "error_code": 17, "error_message": "Not synced to the network."}

        node.overrides[method] = fail_at_first
        stage.start()
        stage.heard.ledger(stage.close_ledger(own=1))


def test_a_first_connection_that_says_nothing_is_given_up() -> None:
    with staged(timing=attrs.evolve(QUICK, answer_s=1.0)) as stage:
        [node] = stage.nodes
        silences = iter(range(1))
        node.overrides["server_state"] = lambda params: (
            node.honest("server_state", params) if next(silences, None) is None else SILENCE
        )

        stage.start()

        assert node.connections >= 2


def test_a_loop_that_cannot_start_says_so_to_whoever_starts_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_selector() -> asyncio.AbstractEventLoop:
        raise OSError("too many open files")

    monkeypatch.setattr(asyncio.events, "new_event_loop", no_selector)

    async def main() -> None:
        raise AssertionError("never begun")

    thread = LoopThread(main, "test-loop")
    with pytest.raises(OSError, match="too many open files"):
        thread.start(5.0)
    assert thread.stop(5.0)
    assert not thread.call(lambda: None)


def test_a_client_library_that_is_another_one_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise NotSynchronous("xrpl.core.binarycodec.encode would return a coroutine")

    with staged() as stage:
        monkeypatch.setattr(gateway_module, "require_known_client", refuse)
        with pytest.raises(NotSynchronous):
            stage.gateway.start()


def test_a_part_that_dies_of_a_fault_is_reported_and_runs_again(monkeypatch: pytest.MonkeyPatch) -> None:
    good = LedgerFollower._advance
    faults = iter(range(2))

    async def faulty(self: LedgerFollower, target: int) -> bool:
        if next(faults, None) is not None:
            raise ZeroDivisionError("planted")
        return await good(self, target)

    monkeypatch.setattr(LedgerFollower, "_advance", faulty)
    with staged() as stage:
        stage.start()

        failed = stage.heard.event(GatewayPartFailed)

        assert failed.part == "ledgers" and "planted" in failed.error
        assert not stage.heard.all(NodeDropped)
