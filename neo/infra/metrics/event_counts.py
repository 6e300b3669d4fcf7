"""How often each telemetry event was written, and the newest line of a few of them: what monitoring asks for."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from neo.domain.telemetry.event import registered_events

#: The encoder's own marks around an event's name. Quotes inside a text are escaped, so nothing else looks like them.
_MARK = ',"event":"'
#: No counting of what no event of neo can be called.
_NAME_LENGTH_MAX = 100


class EventCounts:
    """A TelemetrySink. Each write is a search and an addition; dictionaries are read from another thread as they are."""

    def __init__(self, kept: Iterable[str] = ()) -> None:
        """`kept`: events whose newest line stays."""
        self._kept = frozenset(kept)
        self._counts = {name: 0 for name, event in registered_events().items() if event.__module__.startswith("neo.")}
        self._newest: dict[str, str] = {}

    def write(self, line: str) -> str | None:
        begin = line.find(_MARK) + len(_MARK)
        end = line.find('"', begin, begin + _NAME_LENGTH_MAX)
        name = line[begin:end]
        if name in self._counts:
            self._counts[name] += 1
        if name in self._kept:
            self._newest[name] = line
        return None

    def flush(self) -> str | None:
        return None

    def close(self) -> None:
        """Nothing to give back."""

    def counts(self) -> dict[str, int]:
        """Every event of neo by name, also those that never came."""
        return dict(self._counts)

    def newest(self, name: str) -> dict[str, Any]:
        """Fields of the newest event of that name; empty when there was none."""
        line = self._newest.get(name)
        return dict(json.loads(line)["fields"]) if line is not None else {}
