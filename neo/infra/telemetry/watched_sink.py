"""A log that somebody reads while it grows: as long as they do, each line goes to the file at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from neo.domain.ports import TelemetrySink
from neo.domain.units import NS_PER_S

#: Who reads touches the mark every `MARK_EVERY_S`; a mark that is older than this was left behind.
WATCHED_S = 10.0
MARK_EVERY_S = 2.0
#: How often it is looked whether there is a mark: a line's share of it must not be felt.
LOOK_EVERY_S = 0.5


class WatchedSink:
    """A TelemetrySink around another one, which keeps lines in memory for seconds: cheaper, and nobody minds unless they watch.

    `mark` is a file whose time says when somebody last watched.
    """

    def __init__(
        self,
        sink: TelemetrySink,
        mark: Path,
        clock_s: Callable[[], float] = time.monotonic,
        now_ns: Callable[[], int] = time.time_ns,
    ) -> None:
        self._sink = sink
        self._mark = mark
        self._clock_s = clock_s
        self._now_ns = now_ns
        self._look_at_s = clock_s()
        self._watched = False

    def write(self, line: str) -> str | None:
        problem = self._sink.write(line)
        return (self._sink.flush() if self._is_watched() else None) or problem

    def flush(self) -> str | None:
        return self._sink.flush()

    def close(self) -> None:
        self._sink.close()

    def _is_watched(self) -> bool:
        now_s = self._clock_s()
        if now_s >= self._look_at_s:
            self._look_at_s = now_s + LOOK_EVERY_S
            self._watched = self._is_marked()
        return self._watched

    def _is_marked(self) -> bool:
        try:
            marked_ns = self._mark.stat().st_mtime_ns
        except OSError:
            return False
        return abs(self._now_ns() - marked_ns) <= WATCHED_S * NS_PER_S
