"""The list of an exchange's markets, read in a thread of its own.

ccxt makes a structure of fifty fields of each market: 0.2 s of work for 2,500 of them, without a pause. On the loop, orders and
requests for quotes would wait for it, once an hour and whenever a symbol vanishes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

Fetch = Callable[..., Awaitable[Any]]
#: Lets a request out, and hears on the loop what came of it.
Ask = Callable[[Callable[[], Awaitable[Any]]], Coroutine[Any, Any, Any]]


async def load_markets(client: Any, another: Callable[[], Any], ask: Ask) -> None:
    """`client` has its markets anew when this returns. Raises what the client raises; then it has what it had.

    `another` opens a client like it, which reads what this one fetches: there is one way out, with one set of headers. `ask`
    hears of each refusal before anything else runs on the loop.
    """
    loop = asyncio.get_running_loop()

    async def fetched(*request: Any, **more: Any) -> Any:
        asked = ask(lambda: client.fetch(*request, **more))
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(asked, loop))

    reader = await loop.run_in_executor(None, lambda: asyncio.run(_read(another, fetched, client.options)))
    client.set_markets_from_exchange(reader)


async def _read(another: Callable[[], Any], fetched: Fetch, options: dict[str, Any]) -> Any:
    """`options` are shared: they have the exchange's time for what is signed, and some clients note there, while they load,
    what kind of account they trade for (KuCoin's `hf`, Gate's `unifiedAccount`)."""
    reader = another()
    reader.fetch, reader.options = fetched, options
    await reader.load_markets(True)
    return reader
