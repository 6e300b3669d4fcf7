"""What a supervisor decides to do."""

from __future__ import annotations

from enum import Enum

from neo.records import frozen


class Status(Enum):
    DOWN = "down"
    STARTING = "starting"
    READY = "ready"
    GIVEN_UP = "given_up"


@frozen
class Spawn:
    name: str


@frozen
class Fence:
    name: str


@frozen
class ArmReadyTimeout:
    """Not ready within this time counts as a death in phase "start"."""

    name: str
    delay_ns: int


@frozen
class ArmBackoff:
    name: str
    delay_ns: int


@frozen
class AllReady:
    """The first start is complete."""


@frozen
class ChildDown:
    name: str
    error: str


@frozen
class ChildBack:
    """The child and all that were restarted with it are ready again."""

    name: str


@frozen
class Escalate:
    """Restarting is no use: too often, or not that kind of error."""

    name: str
    error: str


Action = Spawn | Fence | ArmReadyTimeout | ArmBackoff | AllReady | ChildDown | ChildBack | Escalate
