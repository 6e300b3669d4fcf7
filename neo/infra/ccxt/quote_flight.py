"""One bulk request for everybody who wants quotes now: whoever comes while it is under way shares its answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from neo.domain.units import NS_PER_MS
from neo.records import frozen


@frozen
class BulkAnswer:
    rows: list[Mapping[str, Any]]
    started_ns: int
    ended_ns: int


class QuoteFlight:
    """`ask` is the whole request, limiter and hedge included. `coalesce_ms`: so old an answer is still shared."""

    def __init__(
        self, ask: Callable[[], Awaitable[list[Mapping[str, Any]]]], coalesce_ms: int, now_ns: Callable[[], int]
    ) -> None:
        self._ask = ask
        self._coalesce_ns = coalesce_ms * NS_PER_MS
        self._now_ns = now_ns
        self._under_way: asyncio.Task[BulkAnswer] | None = None
        self._newest: BulkAnswer | None = None
        self.flights = 0

    async def answer(self) -> BulkAnswer:
        """Of the request under way, the newest if it is new enough, or a new one. Raises what the request raised."""
        newest = self._newest
        if newest is not None and self._now_ns() - newest.ended_ns < self._coalesce_ns:
            return newest
        if self._under_way is None:
            self._under_way = asyncio.create_task(self._fly())
        # Shielded: one caller that gives up must not take the answer from the others.
        return await asyncio.shield(self._under_way)

    def forget(self) -> None:
        """The newest answer is of no use any more: the list of markets changed."""
        self._newest = None

    async def stop(self) -> None:
        if self._under_way is not None:
            self._under_way.cancel()
            await asyncio.gather(self._under_way, return_exceptions=True)

    async def _fly(self) -> BulkAnswer:
        self.flights += 1
        started_ns = self._now_ns()
        try:
            rows = await self._ask()
            self._newest = BulkAnswer(rows, started_ns, self._now_ns())
            return self._newest
        finally:
            self._under_way = None
