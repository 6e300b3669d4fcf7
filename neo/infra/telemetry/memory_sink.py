"""Telemetry lines in memory, for tests that embed the engine."""

from __future__ import annotations

import json
from collections import deque
from typing import Any

LINES_MAX = 1_000_000


class MemorySink:
    """Keeps the newest `lines_max` lines. A TelemetrySink."""

    def __init__(self, lines_max: int = LINES_MAX) -> None:
        self._lines: deque[str] = deque(maxlen=lines_max)
        self.closed = False

    def write(self, line: str) -> str | None:
        self._lines.append(line)
        return None

    def flush(self) -> str | None:
        return None

    def close(self) -> None:
        self.closed = True

    @property
    def lines(self) -> tuple[str, ...]:
        return tuple(self._lines)

    def events(self, name: str = "") -> tuple[dict[str, Any], ...]:
        """The lines as they parse, all of them or those of one event name."""
        parsed = (json.loads(line) for line in self._lines)
        return tuple(record for record in parsed if not name or record["event"] == name)
