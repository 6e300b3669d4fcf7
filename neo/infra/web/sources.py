"""Where the dashboard gets its live data from: the engine it runs in, or the files of an engine elsewhere on this machine."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Protocol

from neo.domain.units import NS_PER_S
from neo.infra.control.layout import ControlDirectory
from neo.infra.control.status import EngineStatus
from neo.infra.control.status_board import EngineState, Sighting, sight, status_record
from neo.infra.session.directory import SessionDirectory
from neo.infra.sqlite.books_reader import BooksReader
from neo.infra.sqlite.errors import StorageError
from neo.infra.telemetry.watched_sink import MARK_EVERY_S
from neo.infra.web.line_tail import LineTail

#: Telemetry lines that wait for the dashboard; older ones give way, the page reads those from the books anyway.
LINES_MAX = 2_000


class EngineSource(Protocol):
    """What the pages show."""

    @property
    def database(self) -> Path: ...

    def sighting(self) -> Sighting:
        """The engine's state and its newest status. Cheap enough for once a second."""
        ...

    def lines(self) -> list[str]:
        """Telemetry lines since the last call, oldest first."""
        ...

    def close(self) -> None: ...


class TelemetryTap:
    """A TelemetrySink that keeps the newest lines for `OwnEngine`. Appending is all it costs the engine."""

    def __init__(self) -> None:
        self._lines: deque[str] = deque(maxlen=LINES_MAX)

    def write(self, line: str) -> str | None:
        self._lines.append(line)
        return None

    def flush(self) -> str | None:
        return None

    def close(self) -> None:
        """Nothing to give back."""

    def take(self) -> list[str]:
        """Everything that waits. The one reader's side; deque operations are atomic."""
        taken = []
        while self._lines:
            taken.append(self._lines.popleft())
        return taken


class OwnEngine:
    """The session of this very process."""

    def __init__(self, database: Path, status: Callable[[], EngineStatus], tap: TelemetryTap) -> None:
        self._database = database
        self._status = status
        self._tap = tap

    @property
    def database(self) -> Path:
        return self._database

    def sighting(self) -> Sighting:
        status = self._status()
        return Sighting(EngineState.RUNNING, status.session_id, status.pid, Decimal(0), status_record(status))

    def lines(self) -> list[str]:
        return self._tap.take()

    def close(self) -> None:
        """Nothing to give back."""


class OtherEngine:
    """The engine of a database, running or not, seen through its control directory and its session's log."""

    def __init__(self, database: Path, clock_ns: Callable[[], int] = time.time_ns) -> None:
        self._database = database
        self._clock_ns = clock_ns
        self._tail: LineTail | None = None
        self._session = ""
        self._said_at_s = 0.0

    @property
    def database(self) -> Path:
        return self._database

    def sighting(self) -> Sighting:
        return sight(self._database, self._clock_ns())

    def lines(self) -> list[str]:
        """Somebody looks: the engine is told so, and writes its log at once for as long as they do."""
        sighting = self.sighting()
        if sighting.alive:
            self._say_that_somebody_looks()
        if sighting.session != self._session:
            self._follow(sighting)
        return self._tail.lines() if self._tail is not None else []

    def close(self) -> None:
        if self._tail is not None:
            self._tail.close()
        self._tail = None

    def _say_that_somebody_looks(self) -> None:
        """Where that cannot be said, on a read-only disk or as another user, lines come when the log is flushed."""
        now_s = self._clock_ns() / NS_PER_S
        if abs(now_s - self._said_at_s) >= MARK_EVERY_S:
            self._said_at_s = now_s
            with suppress(OSError):
                ControlDirectory.beside(self._database).watched_file.touch(mode=0o600)

    def _follow(self, sighting: Sighting) -> None:
        """Read the log of another session from now on: from its end, for the books have what was before."""
        self.close()
        self._session = sighting.session
        directory = str((sighting.record or {}).get("directory") or "") or self._directory_in_the_books(
            sighting.session
        )
        if sighting.alive and directory:
            self._tail = LineTail(SessionDirectory(Path(directory)).events_file)

    def _directory_in_the_books(self, session: str) -> str:
        try:
            with BooksReader(self._database) as books:
                row = books.session(session)
        except StorageError:
            return ""
        return row.directory if row is not None else ""
