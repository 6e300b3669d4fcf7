"""The database as `neo doctor` sees it. Nothing in it is changed."""

from __future__ import annotations

from pathlib import Path

from neo.domain.readiness.machine import MB, DatabaseFacts
from neo.infra.sqlite.errors import StorageError
from neo.infra.sqlite.examination import examine


def database_facts(path: Path) -> DatabaseFacts:
    """Pages, log, backups, and who uses it."""
    if not path.exists():
        return DatabaseFacts(path=str(path), exists=False)
    log = path.with_name(path.name + "-wal")
    wal_mb = log.stat().st_size // MB if log.exists() else 0
    try:
        found = examine(path)
    except StorageError as error:
        return DatabaseFacts(path=str(path), exists=True, fault=error.problem, wal_mb=wal_mb)
    return DatabaseFacts(
        path=str(path),
        exists=True,
        fault=found.faults or found.lost_commits,
        in_use_by=found.in_use_by,
        wal_mb=wal_mb,
        sessions_open=found.sessions_open,
        backups=len(found.backups),
    )
