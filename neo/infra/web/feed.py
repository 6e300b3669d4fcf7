"""What happens, for every page that listens: numbered frames in a bounded ring, and the newest status beside it.

Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html). Publishing costs the same for any number of
listeners and never waits for one: each reads at its own pace from the ring. Who falls behind its end is dropped; the page
then asks for everything anew.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable

from neo.records import frozen

RING_FRAMES = 2_000
RING_BYTES = 1_000_000
#: What a new page gets of the past: ticks go into the books a dozen at a time, these are the ones not there yet.
BACKLOG_FRAMES = 300
#: No server lives for more frames.
NUMBER_DIGITS_MAX = 15


class FellBehind(Exception):
    """The listener missed frames that are no longer kept."""


class TooManyListeners(Exception):
    """Nobody else is fed for now."""


@frozen
class Frame:
    """One server-sent event, as it goes over the wire."""

    number: int
    content: bytes


class Feed:
    """Lives on one loop. `boot` tells frames of this server from those of an earlier one with the same numbers."""

    def __init__(self, boot: str, listeners_max: int) -> None:
        self._boot = boot
        self._listeners_max = listeners_max
        self._ring: deque[Frame] = deque()
        self._ring_bytes = 0
        self._last = 0
        self._status: tuple[int, bytes] = (0, b"")
        self._listeners: set[Listener] = set()
        self._closed = False

    @property
    def listeners(self) -> int:
        return len(self._listeners)

    @property
    def last_number(self) -> int:
        return self._last

    def publish(self, kind: str, text: str) -> None:
        """Add a frame; `text` is one line."""
        self._last += 1
        content = f"id: {self._boot}-{self._last}\nevent: {kind}\ndata: {text}\n\n".encode()
        self._ring.append(Frame(self._last, content))
        self._ring_bytes += len(content)
        while len(self._ring) > RING_FRAMES or self._ring_bytes > RING_BYTES:
            self._ring_bytes -= len(self._ring.popleft().content)
        self._wake()

    def post_status(self, text: str) -> None:
        """Replace the status: a slow listener gets only the newest, never all of them."""
        self._status = (self._status[0] + 1, f"event: status\ndata: {text}\n\n".encode())
        self._wake()

    def listen(self, last_event_id: str) -> Listener:
        """A listener that goes on after `last_event_id`, or begins with the newest when that is gone or empty."""
        if len(self._listeners) >= self._listeners_max:
            raise TooManyListeners
        listener = Listener(self, self._after(last_event_id))
        self._listeners.add(listener)
        return listener

    def close(self) -> None:
        """Every listener hears that it is over."""
        self._closed = True
        self._wake()

    def _after(self, last_event_id: str) -> int | None:
        boot, _, number = last_event_id.partition("-")
        if boot != self._boot or not number.isdecimal() or len(number) > NUMBER_DIGITS_MAX:
            return None
        seen = int(number)
        return seen if self._oldest() <= seen + 1 and seen <= self._last else None

    def backlog_begin(self) -> int:
        """The frame after which a new listener begins."""
        return max(self._oldest() - 1, self._last - BACKLOG_FRAMES)

    def _oldest(self) -> int:
        return self._ring[0].number if self._ring else self._last + 1

    def _wake(self) -> None:
        for listener in self._listeners:
            listener.wake()

    def frames_after(self, number: int) -> list[bytes]:
        """What came after frame `number`. FellBehind when some of it is gone."""
        missing = self._last - number
        if not missing:
            return []
        if number + 1 < self._oldest():
            raise FellBehind
        return [self._ring[place].content for place in range(len(self._ring) - missing, len(self._ring))]

    @property
    def status(self) -> tuple[int, bytes]:
        """Version and frame of the newest status."""
        return self._status

    @property
    def closed(self) -> bool:
        return self._closed

    def forget(self, listener: Listener) -> None:
        self._listeners.discard(listener)


class Listener:
    """One page. `resumed` says whether it goes on where it was; otherwise it has to read the history first."""

    def __init__(self, feed: Feed, after: int | None) -> None:
        self.resumed = after is not None
        self._feed = feed
        self._seen = feed.backlog_begin() if after is None else after
        self._status_seen = 0
        self._something = asyncio.Event()
        self._something.set()

    def wake(self) -> None:
        self._something.set()

    async def next(self) -> bytes:
        """Everything new, in one piece; empty when the feed is closed. FellBehind when the listener was too slow."""
        while not self._feed.closed:
            found = b"".join(self._news())
            if found:
                return found
            self._something.clear()
            await self._something.wait()
        return b""

    def _news(self) -> Iterable[bytes]:
        yield from self._feed.frames_after(self._seen)
        self._seen = self._feed.last_number
        version, frame = self._feed.status
        if version != self._status_seen:
            self._status_seen = version
            yield frame

    def close(self) -> None:
        self._feed.forget(self)
