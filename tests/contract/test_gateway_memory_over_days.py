"""A known failure of connectors: memory grows with every message until the machine gives up. Here it has a bound."""

from __future__ import annotations

import asyncio
import gc
import random
import sys
from typing import Any

import attrs
import pytest
from xrpl.models.requests.request import Request

from neo.domain.messages.venue import BookObserved, FetchAccount, LedgerClosed
from neo.infra.xrpl.endpoint import NodeEndpoint
from neo.infra.xrpl.ledger_desk import DeskSurroundings, GatewayPlan, LedgerDesk
from neo.infra.xrpl.node import Node
from neo.infra.xrpl.node_life import NodeLife
from neo.infra.xrpl.node_standing import Transport
from neo.infra.xrpl.wire.ledger import parse_ledger_closed
from neo.infra.xrpl.wire.server import parse_server
from tests.infra.xrpl.gateway_stage import QUICK, staged
from tests.infra.xrpl.scripted_ledger import FIRST_LEDGER, PAIR, Json, ScriptedLedger
from tests.infra.xrpl.scripted_node import ScriptedNode
from tests.patience import PATIENCE_S

#: Hours of ledgers; what is not bounded grows with each of them.
LEDGERS = 2_000
#: The bounds are reached after so many.
SETTLED = 800
#: Blocks of memory that may be more at the end than when the bounds were reached; one kept for each ledger would be 1,200.
GROWTH_MAX = 400


_NOTHING: list[Json] = []


class EndlessLedger(ScriptedLedger):
    """Forgets its contents: the test looks at the gateway's memory, not at the script's."""

    def close(self, own: int = 0) -> tuple[Json, ...]:
        assert own == 0
        self._contents.append(_NOTHING)
        return ()


class Canned:
    """Answers as a scripted node would, without a socket: hours in seconds."""

    load_warning = False

    def __init__(self, ledger: ScriptedLedger) -> None:
        self._script = ScriptedNode.__new__(ScriptedNode)
        self._script.ledger, self._script.lag, self._script.ranges = ledger, 0, None
        self._script.state, self._script.network_id = "full", 0

    async def ask(self, request: Request, timeout_s: float) -> dict[str, Any]:
        params = request.to_dict()
        answer = self._script.honest(params.pop("method"), params)
        assert isinstance(answer, dict)
        return {**answer, "status": "error" if "error" in answer else "success"}


async def hours_of_ledgers() -> tuple[int, int, int]:
    """Ledgers told, and blocks of memory in use when the bounds are reached and at the end."""
    ledger, told, books = EndlessLedger(), 0, 0
    changed = asyncio.Event()

    def closed(message: LedgerClosed) -> None:
        nonlocal told
        told += 1
        changed.set()

    def observed(book: BookObserved) -> None:
        nonlocal books
        books += 1

    plan = GatewayPlan(
        endpoints=(NodeEndpoint("node", "ws://127.0.0.1:9"),),
        pair=PAIR,
        timing=attrs.evolve(QUICK, backoff_first_s=600.0, backoff_max_s=600.0, book_refresh_s=3600.0),
    )
    around = DeskSurroundings(
        now_ns=ledger.now_ns, rng=random.Random(1), report=lambda event: None, closed=closed, observed=observed
    )
    desk = LedgerDesk(plan, around)
    [node] = desk.fleet.nodes
    middle = 0
    running = asyncio.ensure_future(desk.run())
    try:
        await asyncio.sleep(0)
        _connect(node, ledger)
        for number in range(LEDGERS):
            if number == SETTLED:
                gc.collect()
                middle = sys.getallocatedblocks()
            ledger.close()
            changed.clear()
            node.heard(ledger.announced(ledger.index))
            await asyncio.wait_for(changed.wait(), PATIENCE_S)
            if number % 50 == 0:
                desk.arrived(FetchAccount(PAIR.account), lambda reply: None)
        gc.collect()
        end = sys.getallocatedblocks()
    finally:
        running.cancel()
        await asyncio.wait({running})
    return told, middle, end


def _connect(node: Node, ledger: ScriptedLedger) -> None:
    """As if the node had been reached: it stands, and answers from the script."""
    script = Canned(ledger)
    node._client = script  # type: ignore[assignment]
    node.standing.transport = Transport.WEBSOCKET
    node.server_told(parse_server(script._script.honest("server_state", {})))
    node.ledger_told(parse_ledger_closed(ledger.announced(FIRST_LEDGER)))


async def _stay(life: NodeLife) -> None:
    """In place of connecting: the test has connected it."""
    await asyncio.Event().wait()


def test_hours_of_ledgers_leave_no_more_in_memory_than_the_first_one_did(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(NodeLife, "run", _stay)

    told, middle, end = asyncio.run(hours_of_ledgers())

    assert told >= LEDGERS
    assert end - middle < GROWTH_MAX


def test_a_flood_of_stream_messages_is_kept_only_up_to_a_bound() -> None:
    with staged() as stage:
        stage.start()
        index = stage.close_ledger(own=1)
        stage.heard.ledger(index)
        [entry] = stage.ledger.transactions(index, index)
        [node] = stage.nodes

        for number in range(300):
            node.push(
                {
                    "type": "transaction",
                    "validated": False,
                    "status": "proposed",
                    "hash": f"{number:064X}",
                    "engine_result": "tesSUCCESS",
                    "ledger_current_index": index + 1,
                },
                stage.ledger.streamed(entry),
            )
        told = stage.heard.ledger(stage.close_ledger(own=1))

        assert len(told.own_transactions) == 1
        desk = stage.gateway._desk
        assert desk is not None
        assert not desk._submissions._seen and sum(map(len, desk._book._pending.values())) <= 2
