"""Refuse to run on a SQLite that can corrupt a database.

SQLite 3.7.0 to 3.51.2 can corrupt a database when a reset of the write-ahead log races with checkpoints from several
connections; fixed in 3.51.3. Source: https://sqlite.org/wal.html#walresetbug
"""

from __future__ import annotations

import apsw

from neo.infra.sqlite.errors import SqliteTooOld

OLDEST_SAFE_SQLITE = (3, 51, 3)


def require_safe_sqlite(version: str | None = None) -> None:
    """Raise ``SqliteTooOld`` unless the SQLite inside apsw (or ``version``) is at least 3.51.3."""
    found = version or apsw.sqlite_lib_version()
    if tuple(int(part) for part in found.split(".")[:3]) < OLDEST_SAFE_SQLITE:
        wanted = ".".join(map(str, OLDEST_SAFE_SQLITE))
        raise SqliteTooOld(
            f"SQLite {found} is too old", f"below {wanted} a reset of the write-ahead log can corrupt the database"
        )
