"""Forward migrations: each step changes the schema and ``user_version`` in one transaction, or nothing at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import apsw

from neo.infra.sqlite import schema_v1, schema_v2, schema_v3, schema_v4, schema_v5, schema_v6, schema_v7, schema_v8
from neo.infra.sqlite.connection import APPLICATION_ID
from neo.infra.sqlite.errors import MigrationFailed, reason_of
from neo.records import frozen


@frozen
class Migration:
    """The statements that bring a database from ``version - 1`` to ``version``."""

    version: int
    statements: tuple[str, ...]


MIGRATIONS: tuple[Migration, ...] = (
    Migration(1, schema_v1.STATEMENTS),
    Migration(2, schema_v2.STATEMENTS),
    Migration(3, schema_v3.STATEMENTS),
    Migration(4, schema_v4.STATEMENTS),
    Migration(5, schema_v5.STATEMENTS),
    Migration(6, schema_v6.STATEMENTS),
    Migration(7, schema_v7.STATEMENTS),
    Migration(8, schema_v8.STATEMENTS),
)
SCHEMA_VERSION = MIGRATIONS[-1].version


def migrate(
    connection: apsw.Connection,
    database: Path,
    *,
    found_version: int,
    before_change: Callable[[int], object],
    migrations: Sequence[Migration] = MIGRATIONS,
) -> int:
    """Apply what is missing and return the new version.

    ``before_change(found_version)`` runs once, before the first step on a database that has something to lose (the
    backup). ``MigrationFailed`` leaves the database at the last complete step.
    """
    missing = [migration for migration in migrations if migration.version > found_version]
    if missing and found_version:
        before_change(found_version)
    for migration in missing:
        _apply(connection, database, migration)
    return missing[-1].version if missing else found_version


def _apply(connection: apsw.Connection, database: Path, migration: Migration) -> None:
    try:
        connection.execute("BEGIN EXCLUSIVE")
        for statement in migration.statements:
            connection.execute(statement)
        connection.pragma("application_id", APPLICATION_ID)
        connection.pragma("user_version", migration.version)
        connection.execute("COMMIT")
    except apsw.Error as error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise MigrationFailed(
            f"cannot bring {database} to schema version {migration.version}", reason_of(error)
        ) from error
