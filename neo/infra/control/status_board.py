"""Where the engine posts its status, and how somebody else finds out whether that engine still lives."""

from __future__ import annotations

import enum
import json
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import cattrs

from neo.domain.units import NS_PER_S
from neo.infra.control.layout import ControlDirectory
from neo.infra.control.status import FORMAT, EngineStatus
from neo.infra.session.atomic_file import write_atomically
from neo.infra.session.process_alive import process_alive
from neo.infra.sqlite.engine_lock import read_holder
from neo.records import frozen

#: The engine posts every few seconds; much older than that and it hangs.
STALE_AFTER_S = 30


class EngineState(enum.Enum):
    """What can be said of the engine of a database."""

    RUNNING = "running"
    STALE = "stale"  # its process lives but has not posted for a while
    STARTING = "starting"  # its process holds the database but has not posted yet
    STOPPED = "stopped"  # ended in order
    CRASHED = "crashed"  # its process died without giving the database back
    ABSENT = "absent"  # no engine has ever posted here


@frozen
class Sighting:
    """`record` is the newest status as posted (None when there is none), `age_s` how long ago that was."""

    state: EngineState
    session: str
    pid: int
    age_s: Decimal | None
    record: dict[str, Any] | None

    @property
    def alive(self) -> bool:
        return self.state in (EngineState.RUNNING, EngineState.STALE, EngineState.STARTING)


class StatusBoard:
    """The engine's end. `write` never raises: returns why the status could not be posted, None when it was."""

    def __init__(self, control: ControlDirectory, clock_ns: Callable[[], int] = time.time_ns) -> None:
        self._path = control.status_file
        self._clock_ns = clock_ns

    def write(self, status: EngineStatus) -> str | None:
        record = {"format": FORMAT, "written_at_ns": self._clock_ns(), **status_record(status)}
        try:
            write_atomically(self._path, json.dumps(record))
        except OSError as error:
            return f"{error.strerror or error} ({self._path})"
        return None


def sight(database: Path, now_ns: int, alive: Callable[[int], bool] = process_alive) -> Sighting:
    """What is known of the engine of `database`, without touching the database or its lock."""
    holder = read_holder(database)
    record = _posted(ControlDirectory.beside(database).status_file)
    posted_pid = int(record["pid"]) if record else 0
    age_s = Decimal(max(0, now_ns - int(record["written_at_ns"]))) / NS_PER_S if record else None
    pid = holder.pid or posted_pid
    if not holder.pid:
        state = EngineState.STOPPED if record else EngineState.ABSENT
    elif not alive(holder.pid):
        state = EngineState.CRASHED
    elif record is None or posted_pid != holder.pid or record["session_id"] != holder.session:
        state = EngineState.STARTING
    else:
        state = EngineState.RUNNING if age_s is not None and age_s <= STALE_AFTER_S else EngineState.STALE
    session = holder.session or (str(record["session_id"]) if record else "")
    return Sighting(state, session, pid, age_s, record)


def status_record(status: EngineStatus) -> dict[str, Any]:
    """The status in terms of JSON: Decimals as strings, enums by value."""
    return attrs.asdict(status, value_serializer=_plain)


def status_from(record: dict[str, Any]) -> EngineStatus | None:
    """The status that a record holds; None when another version wrote it."""
    try:
        return _converter().structure(record, EngineStatus)
    except (cattrs.BaseValidationError, ValueError, TypeError, KeyError):
        return None


def _plain(_: object, __: object, value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    return value.value if isinstance(value, enum.Enum) else value


def _converter() -> cattrs.Converter:
    converter = cattrs.Converter()
    converter.register_structure_hook(Decimal, lambda value, _: Decimal(value))
    return converter


def _posted(path: Path) -> dict[str, Any] | None:
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    needed = ("format", "pid", "written_at_ns", "session_id")
    if not isinstance(record, dict) or any(key not in record for key in needed) or record["format"] != FORMAT:
        return None
    return record
