"""A second, identical question when the first one is late: the first good answer counts, the other is given up."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

Answer = TypeVar("Answer")


async def hedged(ask: Callable[[], Awaitable[Answer]], after_s: float, may_ask_again: Callable[[], bool]) -> Answer:
    """Only for questions that change nothing. The second one is asked after `after_s`, or when the first failed before.

    `may_ask_again` is asked right before the second. Raises the last error when no answer was good.
    """
    first = asyncio.ensure_future(ask())
    under_way = {first}
    try:
        await asyncio.wait(under_way, timeout=after_s)
        if _is_good(first) or not may_ask_again():
            return await first
        second = asyncio.ensure_future(ask())
        under_way.add(second)
        while True:
            done, under_way = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
            good = next((each for each in done if _is_good(each)), None)
            if good is not None:
                return good.result()
            for each in done:
                each.exception()  # heard, so that nobody complains of it later
            if not under_way:
                return second.result()
    finally:
        for each in under_way:
            each.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)


def _is_good(task: asyncio.Future[Answer]) -> bool:
    return task.done() and not task.cancelled() and task.exception() is None
