"""A start that what was seen does not allow."""

from __future__ import annotations

from collections.abc import Sequence

from neo.domain.errors import NeoError
from neo.domain.readiness.finding import Finding


class StartRefused(NeoError):
    """A session cannot start as things are; nothing was sent. The exit code is that of the cause."""

    def __init__(self, stops: Sequence[Finding]) -> None:
        seen = "; ".join(f"{stop.what}: {stop.seen}" for stop in stops)
        super().__init__(f"the session cannot start: {seen}", "\n  -> ".join(stop.fix for stop in stops))
        self.exit_code = stops[0].topic.exit_code
