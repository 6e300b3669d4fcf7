"""One engine per database: an operating-system lock on ``<db>.lock``.

The lock file is separate because closing any descriptor of the database file would drop SQLite's own POSIX locks.
The kernel releases the lock when the process dies, so a leftover file never blocks a start. The file is never
deleted: deleting it would let two engines lock two different files of the same name.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from neo.infra.sqlite.errors import DatabaseInUse, DatabaseUnreadable
from neo.records import frozen

# Windows locks are mandatory for the locked bytes; a byte far behind the text leaves the text readable for others.
_WINDOWS_LOCK_OFFSET = 1 << 30

if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> bool:
        os.lseek(descriptor, _WINDOWS_LOCK_OFFSET, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


@frozen
class LockHolder:
    """Who wrote the lock file last. ``pid`` 0 means that the text is absent or unreadable."""

    pid: int = 0
    session: str = ""
    started: str = ""

    def text(self) -> str:
        if not self.pid:
            return "an unknown process"
        return f"pid {self.pid}" + (f", session {self.session}" if self.session else "") + f", since {self.started}"


class EngineLock:
    """A held lock; ``release`` gives it back. Obtained with ``acquire``."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self._descriptor = descriptor

    @classmethod
    def acquire(cls, database: Path, *, session: str, started: str) -> EngineLock:
        """Lock ``database`` for this process, or raise ``DatabaseInUse`` naming the process that has it."""
        path = lock_path(database)
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise DatabaseUnreadable(f"cannot create the lock file {path}", str(error)) from error
        if not _try_lock(descriptor):
            os.close(descriptor)
            raise DatabaseInUse(f"{database} is in use by {read_holder(database).text()}", f"{path} is locked")
        with contextlib.suppress(OSError):  # the lock is what counts; a full disk only leaves it without a name
            _write_holder(descriptor, {"pid": os.getpid(), "session": session, "started": started})
        return cls(path, descriptor)

    def release(self) -> None:
        """Give the lock back; a second call does nothing."""
        if self._descriptor < 0:
            return
        os.ftruncate(self._descriptor, 0)
        os.close(self._descriptor)
        self._descriptor = -1


def lock_path(database: Path) -> Path:
    """``<db>.lock`` beside the database."""
    return database.with_name(database.name + ".lock")


def read_holder(database: Path) -> LockHolder:
    """The holder written in the lock file (also readable while it is locked)."""
    try:
        record = json.loads(lock_path(database).read_text(encoding="utf-8"))
        return LockHolder(int(record["pid"]), str(record["session"]), str(record["started"]))
    except (OSError, ValueError, KeyError, TypeError):
        return LockHolder()


def _write_holder(descriptor: int, record: Mapping[str, object]) -> None:
    os.ftruncate(descriptor, 0)
    os.lseek(descriptor, 0, os.SEEK_SET)
    os.write(descriptor, json.dumps(record).encode())
