"""The event loop of a sandbox, whose worker threads bear its name and end with it."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

#: What the names of all threads of all sandboxes begin with: an engine in the same process has none of them.
SANDBOX_THREADS = "sandbox"


def sandbox_loop(name: str) -> asyncio.AbstractEventLoop:
    """A loop that does not run yet. Its workers (a web server compresses long messages in them) are called `name`_0, _1 …"""
    loop = asyncio.new_event_loop()
    loop.set_default_executor(ThreadPoolExecutor(thread_name_prefix=name))
    return loop
