"""What the runtime says to actors, and what actors say to it."""

from __future__ import annotations

from typing import Literal

from neo.quickly_built import quickly_built
from neo.records import frozen

#: Where in its life an actor died. `hung` is a verdict of its supervisor, not something the actor noticed.
Phase = Literal["init", "start", "receive", "stop", "hung"]


@quickly_built
@frozen
class Tick:
    """A timer fired. `due_ns` is the monotonic time it was due, `missed` how many periods passed unseen before it."""

    key: str
    due_ns: int
    missed: int = 0


@frozen
class ChildDied:
    """To the parent. `error` is type name and text, `poison` the type name of the message being handled."""

    name: str
    incarnation: int
    phase: Phase
    error: str
    poison: str


@frozen
class ChildStopped:
    """To the parent: the actor was asked to stop, has handled what was queued before that, and is gone."""

    name: str
    incarnation: int


@frozen
class ChildReady:
    """To the parent: this incarnation has rebuilt its state and does its work."""

    name: str
    incarnation: int


@quickly_built
@frozen
class RequestTimedOut:
    """In place of the reply. `to` is the actor or port that was asked, `request_type` the class name of the request."""

    correlation: int
    to: str
    request_type: str


@frozen
class DeadLetter:
    """A message that no handler will see, and why."""

    to: str
    sender: str
    reason: str
    message: object


@frozen
class Ping:
    """Answered by every actor, ahead of its queue: only a blocked or dead actor stays silent."""

    round: int


@quickly_built
@frozen
class Pong:
    """`queued` user messages are waiting, the oldest for `oldest_age_ns`; `handled` counts this incarnation's messages."""

    round: int
    name: str
    incarnation: int
    queued: int
    oldest_age_ns: int
    handled: int
