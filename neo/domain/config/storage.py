"""[storage]: where the state of the engine lives."""

from __future__ import annotations

import attrs

from neo.domain.config.about import about
from neo.domain.config.bounds import FILE_PATH, at_least
from neo.records import frozen


@frozen(kw_only=True)
class StorageConfig:
    """One database, one engine. Durability is not a key: acknowledged writes are always synced."""

    path: str = attrs.field(
        default="state/neo.db",
        validator=FILE_PATH,
        metadata=about("database file; relative paths start where neo was started"),
    )
    backups_keep: int = attrs.field(
        default=5,
        validator=at_least(1, at_most=1000),
        metadata=about("copies made before a run that are kept", "files"),
    )
