"""A port that runs blocking calls in a few threads."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable

from neo.records import frozen


class PortSaturated(Exception):
    """More requests were waiting than the pool accepts."""


class PortClosed(Exception):
    """The pool no longer takes requests."""


@frozen
class _Work:
    request: object
    done: Callable[[object], None]


class ThreadPoolPort:
    """`handler(request)` runs in one of `pool_size` threads; what it returns is the reply.

    What it raises becomes the reply that `failed(request, error)` makes of it. At most `queued_max` requests wait; more
    fail at once with PortSaturated. The threads are daemons: a call that never returns cannot keep the process alive.
    """

    def __init__(
        self,
        pool_size: int,
        handler: Callable[[object], object],
        failed: Callable[[object, Exception], object],
        *,
        name: str = "port",
        queued_max: int = 1_000,
    ) -> None:
        self._handler = handler
        self._failed = failed
        self._queue: queue.SimpleQueue[_Work | None] = queue.SimpleQueue()
        self._queued_max = queued_max
        self._closed = False
        self._threads = tuple(
            threading.Thread(target=self._serve, name=f"{name}-{number}", daemon=True) for number in range(pool_size)
        )
        for thread in self._threads:
            thread.start()

    def submit(self, caller: str, request: object, done: Callable[[object], None]) -> None:
        """See Port. `caller` is not told to the handler: requests carry what they need."""
        if self._closed:
            done(self._failed(request, PortClosed("the port is closed")))
        elif self._queue.qsize() >= self._queued_max:
            done(self._failed(request, PortSaturated(f"{self._queued_max} requests are waiting already")))
        else:
            self._queue.put(_Work(request, done))

    def close(self, timeout_s: float = 0.0) -> bool:
        """Refuse new requests and let the threads end after the waiting ones. True when all ended within the timeout."""
        if not self._closed:
            self._closed = True
            for _ in self._threads:
                self._queue.put(None)
        for thread in self._threads:
            thread.join(timeout_s / len(self._threads))
        return not any(thread.is_alive() for thread in self._threads)

    def _serve(self) -> None:
        while (work := self._queue.get()) is not None:
            try:
                reply = self._handler(work.request)
            except Exception as error:  # whatever a client library raises is a reply, never a lost request
                reply = self._failed(work.request, error)
            work.done(reply)
