"""The machine: disk, database and the libraries that money depends on."""

from __future__ import annotations

from neo.domain.readiness.finding import Finding, Topic, fail, ok, warn
from neo.records import frozen

MB = 1_000_000
#: A day of quoting writes some 100 MB of journal, snapshots and logs.
FREE_MB_WARN = 2_000
FREE_MB_FAIL = 200
#: A checkpoint keeps the log below this; more is left from a crash, or from a checkpointer that does not get through.
WAL_MB_WARN = 64
FSYNC_MS_WARN = 50


@frozen(kw_only=True)
class DiskFacts:
    """The folder of the database. `write_problem` is empty when a file could be written and synced there."""

    folder: str
    free_mb: int
    write_problem: str = ""
    fsync_ms: int = 0


@frozen(kw_only=True)
class DatabaseFacts:
    """`exists` False for a first start. `fault` is what the check of the pages or of the log found, empty for nothing."""

    path: str
    exists: bool
    fault: str = ""
    in_use_by: str = ""
    wal_mb: int = 0
    sessions_open: int = 0
    backups: int = 0


@frozen(kw_only=True)
class SoftwareFacts:
    """`pinned` and `installed` are versions of the ledger's client library; `guard` is what its check objected to."""

    python: str
    library: str
    pinned: str
    installed: str
    guard: str = ""


def judge_disk(disk: DiskFacts) -> tuple[Finding, ...]:
    """Room, and durable writes that come back soon."""
    if disk.write_problem:
        fix = "give neo a folder that it may write (storage.path), or mend the file system"
        return (fail(Topic.DISK, "disk", f"{disk.folder} cannot be written: {disk.write_problem}", fix),)
    seen = f"{disk.folder}: {disk.free_mb} MB free, a synced write takes {disk.fsync_ms} ms"
    if disk.free_mb < FREE_MB_FAIL:
        return (fail(Topic.DISK, "disk", seen, f"make room: below {FREE_MB_FAIL} MB a session soon halts"),)
    if disk.free_mb < FREE_MB_WARN:
        return (warn(Topic.DISK, "disk", seen, "make room, or lower telemetry.retention_mb"),)
    if disk.fsync_ms > FSYNC_MS_WARN:
        return (warn(Topic.DISK, "disk", seen, "every order waits for this: use a local, faster disk"),)
    return (ok(Topic.DISK, "disk", seen),)


def judge_database(database: DatabaseFacts) -> tuple[Finding, ...]:
    """Sound pages, and a log that is taken in."""
    what = "database"
    if not database.exists:
        return (ok(Topic.DISK, what, f"{database.path} will be made by the first start"),)
    if database.fault:
        fix = f"keep the file and run: neo db check --database {database.path}; neo db restore --newest brings back a backup"
        return (fail(Topic.DISK, what, f"{database.path}: {database.fault}", fix),)
    if database.in_use_by:
        return (ok(Topic.DISK, what, f"{database.path} is sound and in use by {database.in_use_by}"),)
    if database.wal_mb > WAL_MB_WARN:
        fix = "the next start takes it in; set engine.wal_checkpoint_interval_seconds if it is 0"
        return (warn(Topic.DISK, what, f"{database.path}: its log has {database.wal_mb} MB", fix),)
    crashed = f", {database.sessions_open} session(s) to be recovered" if database.sessions_open else ""
    return (ok(Topic.DISK, what, f"{database.path} is sound, {database.backups} backup(s){crashed}"),)


def judge_software(software: SoftwareFacts) -> tuple[Finding, ...]:
    """Exactly the release that neo was written for, and none of its functions turned asynchronous."""
    what = software.library
    python = ok(Topic.SOFTWARE, "python", software.python)
    if software.installed != software.pinned:
        seen = f"{software.installed} is installed, neo was written for {software.pinned}"
        fix = f"install the pinned release: pip install {what}=={software.pinned}"
        return (python, fail(Topic.SOFTWARE, what, seen, fix))
    if software.guard:
        fix = f"install it again: pip install --force-reinstall {what}=={software.pinned}"
        return (python, fail(Topic.SOFTWARE, what, software.guard, fix))
    return (python, ok(Topic.SOFTWARE, what, f"{software.installed}, every entry point in use is synchronous"))
