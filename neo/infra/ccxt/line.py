"""The one way out to the exchange: waits for its budget, and hears when the exchange wants quiet."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from neo.infra.ccxt.failure import asks_to_wait
from neo.infra.ccxt.limiter import RollingLimit

Answer = TypeVar("Answer")
#: When an exchange says "too many" and not for how long.
_QUIET_S, _QUIET_S_MAX = 2.0, 3_600.0


class Line:
    """Requests of one budget over the client. Data and orders have a line each, so that neither waits for the other."""

    def __init__(self, client: Any, limit: RollingLimit) -> None:
        self._client = client
        self.limit = limit

    async def ask(self, weight: int, request: Callable[[], Awaitable[Answer]]) -> Answer:
        """LimitReached when nothing was sent, otherwise whatever the request raises."""
        await self.limit.wait_for(weight)
        return await self.ask_at_once(request)

    async def ask_at_once(self, request: Callable[[], Awaitable[Answer]]) -> Answer:
        """For who has taken the weight already."""
        try:
            return await request()
        except BaseException as error:
            if asks_to_wait(error):
                self.limit.pause(self._quiet_s())
            raise

    def _quiet_s(self) -> float:
        """Read right after the answer, before anything else may run on the loop: the headers are still its own."""
        headers = self._client.last_response_headers or {}
        said = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
        return min(float(said), _QUIET_S_MAX) if said.isdigit() else _QUIET_S
