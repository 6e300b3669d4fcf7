"""The list of an exchange's markets, read in a thread of its own.

ccxt makes a structure of fifty fields of each market: 0.2 s of work for 2,500 of them, without a pause. On the loop, orders and
requests for quotes would wait for it, once an hour and whenever a symbol vanishes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

Fetch = Callable[..., Awaitable[Any]]


async def load_markets(client: Any, another: Callable[[], Any]) -> None:
    """`client` has its markets anew when this returns. Raises what the client raises; then it has what it had.

    `another` opens a client like it, which reads what this one fetches: there is one way out, with one set of headers.
    """
    loop = asyncio.get_running_loop()

    async def fetched(*request: Any, **more: Any) -> Any:
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(client.fetch(*request, **more), loop))

    reader = await loop.run_in_executor(None, lambda: asyncio.run(_read(another, fetched)))
    client.set_markets_from_exchange(reader)


async def _read(another: Callable[[], Any], fetched: Fetch) -> Any:
    reader = another()
    reader.fetch = fetched
    await reader.load_markets(True)
    return reader
