"""[checkpoint]: who moves the write-ahead log into the database."""

from __future__ import annotations

import attrs

from neo.domain.config.about import about
from neo.domain.config.choices import CheckpointMode
from neo.records import frozen


@frozen(kw_only=True)
class CheckpointConfig:
    """`external` is for a replication program that checkpoints itself; ours would then fight it."""

    mode: CheckpointMode = attrs.field(
        default=CheckpointMode.INTERNAL,
        metadata=about("internal: neo checkpoints; external: a replication program does"),
    )
