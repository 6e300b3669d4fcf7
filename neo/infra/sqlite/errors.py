"""What can go wrong with the database, each with what happened, why, and what the operator should do.

Every error that leaves this package is a ``StorageError``. apsw's own exceptions never escape: ``storage_error`` is
the one place that translates them.
"""

from __future__ import annotations

from typing import ClassVar

import apsw

from neo.domain.errors import NeoError
from neo.domain.ports import StorageBroken, StorageUnknown
from neo.domain.session.exit_codes import DATABASE, DATABASE_IN_USE


class StorageError(NeoError, StorageBroken):
    """Base of all storage errors; ``str()`` is the complete text for the operator."""

    exit_code = DATABASE
    default_advice: ClassVar[str] = "Run `neo db check` on the file and look at the system log."

    def __init__(self, what: str, why: str, advice: str = "") -> None:
        self.what = what
        self.why = why
        super().__init__(f"{what}: {why}", advice or self.default_advice)


class DatabaseInUse(StorageError):
    """Another engine (or a restore) holds the lock file of this database."""

    exit_code = DATABASE_IN_USE
    default_advice = (
        "Stop the other one (`neo halt`) and wait until it has ended, or give this engine its own database."
    )


class SqliteTooOld(StorageError):
    """The SQLite library linked into apsw can corrupt a database."""

    default_advice = "Install a newer apsw: `pip install --upgrade 'apsw>=3.54.1'`."


class DatabaseUnreadable(StorageError):
    """The file cannot be opened: missing directory, permissions, not a neo database."""

    default_advice = "Check the path, its owner and permissions, and that the file belongs to neo."


class DatabaseMissing(StorageError):
    """The database is not there, although it was: files set aside, or a write-ahead log without its database."""

    default_advice = (
        "Put a backup in its place with `neo db restore`, or move the remains away to begin with empty books."
    )


class DatabaseDamaged(StorageError):
    """SQLite found the file damaged; it was set aside and nothing was replaced."""

    default_advice = (
        "Put a backup in its place with `neo db restore`, then start: "
        "reconciliation with the venue brings it up to date."
    )


class DatabaseLostCommits(StorageError):
    """The write-ahead log is damaged: SQLite would silently drop acknowledged transactions."""

    default_advice = (
        "The files are untouched. `neo db restore --recovered` accepts what is readable and sets the originals aside; "
        "`neo db restore --from BACKUP` goes back to a backup. Then start: reconciliation asks the venue for the rest."
    )


class SchemaTooNew(StorageError):
    """The database was written by a newer neo."""

    default_advice = "Use the newer neo, or go back to a backup of this version with `neo db restore`."


class SchemaTooOld(StorageError):
    """The database was written by an older neo, and reading does not change it."""

    default_advice = (
        "Bring it up to date with `neo db migrate`, which takes a backup first; a session that starts does the same."
    )


class MigrationFailed(StorageError):
    """A schema migration raised; its transaction was rolled back and the database is as before."""

    default_advice = "The database is unchanged: the version of neo that wrote it still runs. Report the message."


class BackupFailed(StorageError):
    """A backup could not be written or did not pass its own check; no half-written backup was left."""

    default_advice = "Free space in the backup directory or choose another one; the database itself is untouched."


class DiskFull(StorageError):
    """No space left on the device; the transaction was rolled back."""

    default_advice = "Free disk space, then start again: nothing that was acknowledged is lost."


class StorageReadOnly(StorageError):
    """The file or its file system is read-only."""

    default_advice = (
        "Make the file and its directory writable; a file system remounted read-only hints at a failing disk."
    )


class StorageBusy(StorageError):
    """Another program holds a lock on the database file for longer than the busy timeout."""

    default_advice = "Close the program that has the database open for writing (a shell, a backup program)."


class StorageFailed(StorageError):
    """Reading or writing failed for another reason (I/O error, out of memory)."""


class CommitUnknown(StorageError, StorageUnknown):
    """A commit raised. The connection is closed; what is there after reopening is the truth."""

    default_advice = (
        "Start again: what the database holds after reopening is the truth, the venue is asked for the rest."
    )


class CheckpointIncomplete(StorageError):
    """The last checkpoint before closing could not empty the write-ahead log. Nothing is lost: the next start reads it."""

    default_advice = "Close other programs that read the database. Nothing is lost: the next start reads the log."


class StoreClosed(StorageError):
    """The store was used after it had been closed, abandoned or had failed."""

    default_advice = "Open the store again through the start-up path."


_BY_APSW_CLASS: tuple[tuple[type[apsw.Error], type[StorageError]], ...] = (
    (apsw.FullError, DiskFull),
    (apsw.ReadOnlyError, StorageReadOnly),
    (apsw.CorruptError, DatabaseDamaged),
    (apsw.NotADBError, DatabaseDamaged),
    (apsw.BusyError, StorageBusy),
    (apsw.LockedError, StorageBusy),
    (apsw.CantOpenError, DatabaseUnreadable),
    (apsw.PermissionsError, DatabaseUnreadable),
    (apsw.AuthError, DatabaseUnreadable),
)


def storage_error(what: str, error: apsw.Error) -> StorageError:
    """The error of this package for an apsw exception raised while doing ``what``."""
    for apsw_class, storage_class in _BY_APSW_CLASS:
        if isinstance(error, apsw_class):
            return storage_class(what, reason_of(error))
    return StorageFailed(what, reason_of(error))


def reason_of(error: apsw.Error) -> str:
    """SQLite's text and extended result code, e.g. ``database or disk is full (SQLITE_FULL)``."""
    code = getattr(error, "extendedresult", 0)
    name = apsw.mapping_extended_result_codes.get(code) or apsw.mapping_result_codes.get(code & 0xFF)
    return f"{error} ({name or type(error).__name__})"
