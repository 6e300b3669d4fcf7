"""What the library's socket does not survive: an answer that comes twice."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from neo.infra.xrpl.node_socket import NodeSocket
from neo.infra.xrpl.timing import GatewayTiming


def test_an_answer_that_comes_twice_is_taken_once() -> None:
    async def twice() -> dict[str, Any]:
        socket = NodeSocket("ws://127.0.0.1:9/", lambda message: None, GatewayTiming())
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        socket._open_requests["neo-1"] = answer
        for number in (1, 2):
            socket._take(json.dumps({"id": "neo-1", "type": "response", "result": {"number": number}}))
        return await answer

    assert asyncio.run(twice())["result"] == {"number": 1}
