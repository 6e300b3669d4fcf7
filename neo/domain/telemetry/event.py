"""The one kind of thing that telemetry writes.

Every event is a frozen attrs class below TelemetryEvent; defining the class registers its name, so an event that the
writer does not know cannot exist. There is one way to write one: `emit(event)` on an actor.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from neo.quickly_built import OPEN_TWIN, quickly_built
from neo.records import frozen

SCHEMA_VERSION = 1
_REGISTRY: dict[str, type[TelemetryEvent]] = {}


class Severity(enum.Enum):
    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@frozen
class TelemetryEvent:
    """Base class. `NAME` is what users see in the JSONL line; `SEVERITY` decides how it is shown."""

    NAME: ClassVar[str] = ""
    SEVERITY: ClassVar[Severity] = Severity.INFO

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if OPEN_TWIN in cls.__dict__:
            return  # not an event, but one in the making
        name = cls.__dict__.get("NAME", "")
        if not name:
            raise TypeError(f"{cls.__name__} needs a NAME: it is what a reader of the log searches for")
        known = _REGISTRY.setdefault(name, cls)
        # attrs with slots builds the class twice: the same qualified name is the same event.
        if known.__qualname__ != cls.__qualname__ or known.__module__ != cls.__module__:
            raise TypeError(f"{name} is already the name of {known.__qualname__}")
        _REGISTRY[name] = cls


@quickly_built
@frozen
class Emit:
    """Carries an event to the Telemetry actor. `db_seq` is the newest journal number the emitter knows, 0 if none."""

    event: TelemetryEvent
    actor: str
    at_ns: int
    db_seq: int = 0


@quickly_built
@frozen
class EmitAll:
    """Events of one actor and one moment in one message, in this order, each behind its journal number.

    The journal tells half a dozen stories with each commit: they share what an Emit of each would repeat.
    """

    told: tuple[tuple[int, TelemetryEvent], ...]
    actor: str
    at_ns: int


def registered_events() -> Mapping[str, type[TelemetryEvent]]:
    """Every event that exists, by name."""
    return MappingProxyType(_REGISTRY)
