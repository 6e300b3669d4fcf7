"""An asyncio loop in a thread of its own. Whatever happens at its start, somebody hears of it, and nothing sleeps for ever."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any

Main = Callable[[], Coroutine[Any, Any, None]]


class LoopThread:
    """Runs `main` until it ends or `stop` cancels it. One start, one stop."""

    def __init__(self, main: Main, name: str) -> None:
        self._main = main
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._error: BaseException | None = None
        # A daemon: a library that hangs in a socket must not keep the process alive.
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self, wait_s: float) -> None:
        """Return when the loop runs; raise what kept it from running. TimeoutError when nothing happens in time."""
        self._thread.start()
        if not self._ready.wait(wait_s):
            raise TimeoutError(f"the loop of {self._thread.name} did not start in {wait_s} s")
        if self._error is not None:
            self._thread.join(wait_s)
            raise self._error

    def stop(self, wait_s: float) -> bool:
        """Cancel `main` and wait for its end; whether it ended in time. Harmless when it never started."""
        if self._thread.ident is None:
            return True
        self.call(self._cancel)
        self._thread.join(wait_s)
        return not self._thread.is_alive()

    def join(self, wait_s: float) -> bool:
        """Wait for `main` to end by itself; whether it did in time."""
        if self._thread.ident is not None:
            self._thread.join(wait_s)
        return not self._thread.is_alive()

    def call(self, function: Callable[[], object]) -> bool:
        """Run `function` on the loop soon, from any thread; False when there is no loop (any more)."""
        loop = self._loop
        if loop is None:
            return False
        try:
            loop.call_soon_threadsafe(function)
        except RuntimeError:  # closed in this very moment
            return False
        return True

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _run(self) -> None:
        try:
            with asyncio.Runner() as runner:
                runner.get_loop()
                runner.run(self._live())
        except (OSError, RuntimeError) as error:  # no selector, no descriptors: the start must hear of it
            self._error = error
        finally:
            self._loop = None
            self._ready.set()

    async def _live(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.ensure_future(self._main())
        self._ready.set()
        await asyncio.wait({self._task})
        if not self._task.cancelled() and self._task.exception() is not None:
            self._error = self._task.exception()
