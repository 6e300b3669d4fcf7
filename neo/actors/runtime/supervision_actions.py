"""What a supervisor decides to do."""

from __future__ import annotations

from enum import Enum

import attrs


class Status(Enum):
    DOWN = "down"
    STARTING = "starting"
    READY = "ready"
    GIVEN_UP = "given_up"


@attrs.frozen
class Spawn:
    name: str


@attrs.frozen
class Fence:
    name: str


@attrs.frozen
class ArmReadyTimeout:
    """Not ready within this time counts as a death in phase "start"."""

    name: str
    delay_ns: int


@attrs.frozen
class ArmBackoff:
    name: str
    delay_ns: int


@attrs.frozen
class AllReady:
    """The first start is complete."""


@attrs.frozen
class ChildDown:
    name: str
    error: str


@attrs.frozen
class ChildBack:
    """The child and all that were restarted with it are ready again."""

    name: str


@attrs.frozen
class Escalate:
    """Restarting is no use: too often, or not that kind of error."""

    name: str
    error: str


Action = Spawn | Fence | ArmReadyTimeout | ArmBackoff | AllReady | ChildDown | ChildBack | Escalate
