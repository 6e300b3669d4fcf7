"""Ports: how actors reach what blocks. Threads in reality, seeded events in simulation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class Port(Protocol):
    """Something outside: a venue, a disk. Plugged into `system.ports` by the composition root."""

    def submit(self, caller: str, request: object, done: Callable[[object], None]) -> None:
        """Start `request` for the actor `caller` and return at once.

        `done(reply)` may be called from any thread, at any time, also never or twice: a reply that nobody waits for
        any more is a counted dead letter. Must not raise: failures are replies.
        """
