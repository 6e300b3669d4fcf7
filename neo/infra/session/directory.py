"""The directory of one session: it exists, with all its parts, before anything logs."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import attrs

from neo.domain.errors import NeoError
from neo.domain.session.exit_codes import UNAVAILABLE
from neo.domain.units import NS_PER_S
from neo.infra.session.atomic_file import write_atomically
from neo.infra.session.process_alive import process_alive
from neo.records import frozen

PREFIX = "session_"
OWNER_FILE = "owner.json"
_PARTS = ("logs", "state", "reports", "journal")
_COLLISIONS_MAX = 10_000
_THIS_PROCESS = os.urandom(8).hex()


class SessionDirectoryError(NeoError):
    """The session directory cannot be made or written."""

    exit_code = UNAVAILABLE


@frozen
class SessionDirectory:
    """An existing session directory. Its name is the id of the session."""

    path: Path = attrs.field(validator=attrs.validators.instance_of(Path))

    @classmethod
    def create(cls, base: Path, started_at_ns: int) -> SessionDirectory:
        """`base/session_YYYYMMDD_HHMMSS/` (UTC) with its parts; a second session of that second is called `..._2`.

        SessionDirectoryError when `base` cannot be written.
        """
        if not isinstance(base, Path):
            raise TypeError(f"the sessions directory must be a Path, not {base!r}")
        try:
            base.mkdir(parents=True, exist_ok=True)
            made = cls(_make_unique(base, _stamp(started_at_ns)))
            for part in _PARTS:
                (made.path / part).mkdir()
            made._claim(started_at_ns)
        except OSError as error:
            reason = error.strerror or str(error)
            raise SessionDirectoryError(
                f"cannot make a session directory in {base}: {reason}",
                "Give neo a directory that it may write: key session.directory of the configuration, or fix its owner, "
                "permissions or free space.",
            ) from error
        return made

    @property
    def session_id(self) -> str:
        return self.path.name

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def state(self) -> Path:
        return self.path / "state"

    @property
    def reports(self) -> Path:
        return self.path / "reports"

    @property
    def journal(self) -> Path:
        return self.path / "journal"

    @property
    def events_file(self) -> Path:
        """Where telemetry goes."""
        return self.logs / "events.jsonl"

    def is_running(self) -> bool:
        """Whether a living process runs this session."""
        try:
            note = json.loads((self.state / OWNER_FILE).read_text(encoding="utf-8"))
            pid, process = int(note["pid"]), str(note["process"])
        except (OSError, ValueError, KeyError, TypeError):
            return False
        # In a container every engine has the same pid: our own number with another mark is a predecessor, and dead.
        return process == _THIS_PROCESS if pid == os.getpid() else process_alive(pid)

    def release(self) -> None:
        """The session has ended: retention may have its logs from now on. Never fails; a leftover note names a dead process."""
        try:
            (self.state / OWNER_FILE).unlink(missing_ok=True)
        except OSError:
            return

    def _claim(self, started_at_ns: int) -> None:
        note = {"pid": os.getpid(), "process": _THIS_PROCESS, "started_at_ns": started_at_ns}
        write_atomically(self.state / OWNER_FILE, json.dumps(note))


def session_directories(base: Path) -> tuple[SessionDirectory, ...]:
    """All sessions below `base`, oldest first. Links are not followed; what is not a session is left out."""
    if not base.is_dir():
        return ()
    found = [entry for entry in base.iterdir() if entry.name.startswith(PREFIX) and entry.is_dir()]
    return tuple(SessionDirectory(path) for path in sorted(found, key=_age_key) if not path.is_symlink())


def _age_key(path: Path) -> tuple[str, int]:
    """`session_20260101_000000_10` comes after `..._2`."""
    stamp, number = path.name[: len(PREFIX) + 15], path.name[len(PREFIX) + 16 :]
    return stamp, int(number) if number.isdecimal() else 0


def _stamp(started_at_ns: int) -> str:
    return datetime.fromtimestamp(started_at_ns // NS_PER_S, UTC).strftime("%Y%m%d_%H%M%S")


def _make_unique(base: Path, stamp: str) -> Path:
    for number in range(1, _COLLISIONS_MAX):
        path = base / (f"{PREFIX}{stamp}" if number == 1 else f"{PREFIX}{stamp}_{number}")
        try:
            path.mkdir()  # mkdir is atomic: of two engines in one second each gets its own
        except FileExistsError:
            continue
        return path
    raise FileExistsError(f"{_COLLISIONS_MAX} sessions started at {stamp}")
