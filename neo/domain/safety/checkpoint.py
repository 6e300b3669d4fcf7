"""When the write-ahead log is moved into the database, and which report of it is worth an alarm.

PASSIVE every `engine.wal_checkpoint_interval_seconds` (0 = off, and never with an external replication program);
TRUNCATE belongs to the clean shutdown. One busy answer is ordinary with readers about; three in a row mean that the log
grows, and an exception always means trouble.
"""

from __future__ import annotations

import attrs

from neo.domain.config.checkpoint import CheckpointConfig
from neo.domain.config.choices import CheckpointMode as CheckpointBy
from neo.domain.config.engine import EngineConfig
from neo.domain.messages.storage import CheckpointReport
from neo.domain.telemetry.event import TelemetryEvent
from neo.domain.telemetry.health_events import (
    WalCheckpoint,
    WalCheckpointFailed,
    WalCheckpointIncomplete,
    WalCheckpointStuck,
)
from neo.domain.units import seconds_ns
from neo.records import frozen

INCOMPLETE_IN_ROW_MAX = 3


@frozen
class CheckpointRecord:
    """How the last checkpoints went: `incomplete_in_row` since the last one that copied every frame."""

    incomplete_in_row: int = 0
    failed: int = 0
    done: int = 0


def interval_ns(engine: EngineConfig, checkpoint: CheckpointConfig) -> int:
    """Time between two checkpoints; 0 when they are switched off or somebody else does them."""
    if checkpoint.mode is CheckpointBy.EXTERNAL:
        return 0
    return seconds_ns(engine.wal_checkpoint_interval_seconds)


def judge(record: CheckpointRecord, report: CheckpointReport) -> tuple[CheckpointRecord, TelemetryEvent]:
    """The record after a report, and the event that tells of it with the right severity."""
    if report.error is not None:
        after = attrs.evolve(record, failed=record.failed + 1)
        return after, WalCheckpointFailed(report.mode.value, report.elapsed_ms, report.error)
    facts = (report.mode.value, report.busy, report.log_frames, report.checkpointed, report.elapsed_ms)
    if is_complete(report):
        return attrs.evolve(record, incomplete_in_row=0, done=record.done + 1), WalCheckpoint(*facts)
    in_row = record.incomplete_in_row + 1
    after = attrs.evolve(record, incomplete_in_row=in_row)
    if in_row >= INCOMPLETE_IN_ROW_MAX:
        return after, WalCheckpointStuck(*facts, in_row)
    return after, WalCheckpointIncomplete(*facts, in_row)


def is_complete(report: CheckpointReport) -> bool:
    """Whether every frame of the log is in the database."""
    return report.error is None and not report.busy and report.checkpointed >= report.log_frames
