"""Facts that may end a session and that no trading actor reports: the session's timer and the runtime."""

from __future__ import annotations

from decimal import Decimal

from neo.records import frozen


@frozen
class DurationElapsed:
    """The session ran as long as it was asked to."""

    duration_s: Decimal


@frozen
class ActorFailed:
    """An actor keeps crashing: its restarts are used up, or its error is one that a restart cannot cure."""

    name: str
    error: str


@frozen
class ActorStuck:
    """An actor does not answer and could not be replaced."""

    name: str
    silent_s: int
