"""How a node behaves towards its clients beside what it answers: slow, overloaded, silent, lying."""

from __future__ import annotations

import asyncio
from typing import Any

from neo.domain.units import NS_PER_S
from neo.infra.sandbox.xrpl.faults.lying import lie
from neo.infra.sandbox.xrpl.serving.load_meter import LoadMeter
from neo.infra.sandbox.xrpl.serving.node import Node

_CLIENTS_MAX = 1_000


class Behaviour:
    """One node's faults as its doors apply them. Belongs to the event loop that serves the node."""

    def __init__(self, node: Node, lied_about: str) -> None:
        self.node = node
        self.stopped = asyncio.Event()
        self._lied_about = lied_about
        self._meters: dict[str, LoadMeter] = {}

    async def delay(self) -> None:
        slow_ms = self.node.faults.slow_ms
        if slow_ms:
            await asyncio.sleep(slow_ms * (1 + self.node.rng.random()) / 1_000)

    async def until_stopped(self) -> None:
        """Say nothing for as long as the node is up."""
        await self.stopped.wait()

    def loses_reply(self, method: str) -> bool:
        faults = self.node.faults
        chance = max(faults.lost_replies, faults.lost_submit_replies if method == "submit" else 0.0)
        return chance > 0.0 and self.node.rng.random() < chance

    def lied(self, content: dict[str, Any]) -> dict[str, Any]:
        return lie(content, self.node.faults.lies, self.node.rng, self._lied_about)

    # --------------------------------------------------------------------------------------------------------- load

    def charge(self, client: str) -> None:
        if self.node.faults.rate_limited:
            self._meter(client).charge(self._now_s())

    def warns(self, client: str) -> bool:
        return self.node.faults.rate_limited and self._meter(client).warns()

    def is_overloaded(self, client: str) -> bool:
        return self.node.faults.rate_limited and self._meter(client).drops(self._now_s())

    def lets_go(self, client: str) -> bool:
        """Whether the connection that asked last is to be closed; the client is then kept out for a while."""
        if not self.is_overloaded(client):
            return False
        self._meter(client).dropped(self._now_s())
        return True

    def _meter(self, client: str) -> LoadMeter:
        if client not in self._meters and len(self._meters) >= _CLIENTS_MAX:
            self._meters.clear()
        return self._meters.setdefault(client, LoadMeter(at_s=self._now_s()))

    def _now_s(self) -> float:
        return self.node.chain.clock() / NS_PER_S
