"""Carries what the source has to the feed, a few times a second, and only while somebody looks."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any

from neo.infra.control.status_board import Sighting
from neo.infra.web.feed import Feed
from neo.infra.web.sources import EngineSource

PULSE_S = 0.25
STATUS_EVERY_S = 1.0
#: So long the ring goes on being filled for a page that lost its connection.
LINGER_S = 30.0
#: Events whose every occurrence only matters to somebody who reads the log: the page never shows them.
_UNSHOWN = frozenset({"HEARTBEAT", "WAL_CHECKPOINT", "TRANSACTION_PREPARED", "TRANSACTION_RESOLVED", "MD_TIER_MOVED"})


class Pulse:
    """One task on the server's loop."""

    def __init__(self, source: EngineSource, feed: Feed, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._source = source
        self._feed = feed
        self._clock_s = clock_s
        self._looked_at_s = -LINGER_S
        self._status_at_s = -STATUS_EVERY_S

    async def beat(self) -> None:
        """For ever; cancelled at the end."""
        while True:
            self.once()
            await asyncio.sleep(PULSE_S)

    def once(self) -> None:
        """Publish what there is, if anybody has looked lately."""
        now_s = self._clock_s()
        if self._feed.listeners:
            self._looked_at_s = now_s
        elif now_s - self._looked_at_s > LINGER_S:
            return
        for line in self._source.lines():
            shown = event_text(line)
            if shown is not None:
                self._feed.publish("event", shown)
        if now_s - self._status_at_s >= STATUS_EVERY_S:
            self._status_at_s = now_s
            self._feed.post_status(json.dumps(sighting_record(self._source.sighting()), separators=(",", ":")))


def sighting_record(sighting: Sighting) -> dict[str, Any]:
    """A sighting in terms of JSON."""
    return {
        "state": sighting.state.value,
        "alive": sighting.alive,
        "session": sighting.session,
        "age_s": None if sighting.age_s is None else float(sighting.age_s),
        "status": sighting.record,
    }


def event_text(line: str) -> str | None:
    """A telemetry line as a page gets it; None for what it does not show, and for a line that is none."""
    try:
        record = json.loads(line)
        name = record["event"]
        if name in _UNSHOWN:
            return None
        shown = {
            "seq": record["seq"],
            "session": record["session"],
            "at_ms": record["at_ns"] / 1e6,
            "actor": record["actor"],
            "event": name,
            "severity": record["severity"],
            "fields": record["fields"],
        }
    except (ValueError, KeyError, TypeError):
        return None
    return json.dumps(shown, separators=(",", ":"))
