from __future__ import annotations

import pytest

from neo.domain.config.checkpoint import CheckpointConfig
from neo.domain.config.choices import CheckpointMode as CheckpointBy
from neo.domain.config.engine import EngineConfig
from neo.domain.messages.storage import CheckpointMode, CheckpointReport
from neo.domain.safety.checkpoint import CheckpointRecord, interval_ns, judge
from neo.domain.telemetry.event import Severity
from neo.domain.telemetry.events import (
    WalCheckpoint,
    WalCheckpointFailed,
    WalCheckpointIncomplete,
    WalCheckpointStuck,
)
from neo.domain.units import NS_PER_S
from tests.domain.samples import D


def report(busy: bool = False, frames: int = 100, copied: int = 100, error: str | None = None) -> CheckpointReport:
    return CheckpointReport(CheckpointMode.PASSIVE, busy, frames, copied, D("3.5"), error)


def test_a_complete_checkpoint_is_told_with_every_field_of_the_report() -> None:
    record, event = judge(CheckpointRecord(2), report())

    assert event == WalCheckpoint("PASSIVE", False, 100, 100, D("3.5"))
    assert (record.incomplete_in_row, record.done) == (0, 1)


@pytest.mark.parametrize("incomplete", [report(busy=True), report(copied=99)])
def test_incomplete_checkpoints_warn_twice_and_are_an_error_from_the_third_on(incomplete: CheckpointReport) -> None:
    record, events = CheckpointRecord(), []
    for _ in range(4):
        record, event = judge(record, incomplete)
        events.append(event)

    assert [type(event) for event in events] == [
        WalCheckpointIncomplete,
        WalCheckpointIncomplete,
        WalCheckpointStuck,
        WalCheckpointStuck,
    ]
    assert [event.SEVERITY for event in events[1:3]] == [Severity.WARNING, Severity.ERROR]


def test_a_complete_one_in_between_ends_the_row() -> None:
    record = CheckpointRecord()
    for current in (report(busy=True), report(busy=True), report(), report(busy=True)):
        record, event = judge(record, current)

    assert isinstance(event, WalCheckpointIncomplete)


def test_a_checkpoint_that_raised_is_an_error_at_once() -> None:
    record, event = judge(CheckpointRecord(), report(error="disk I/O error"))

    assert event == WalCheckpointFailed("PASSIVE", D("3.5"), "disk I/O error")
    assert event.SEVERITY is Severity.ERROR
    assert record.failed == 1


def test_the_interval_is_the_configured_one_and_none_for_an_external_checkpointer() -> None:
    engine, internal = EngineConfig(wal_checkpoint_interval_seconds=D(60)), CheckpointConfig()

    assert interval_ns(engine, internal) == 60 * NS_PER_S
    assert interval_ns(EngineConfig(wal_checkpoint_interval_seconds=D(0)), internal) == 0
    assert interval_ns(engine, CheckpointConfig(mode=CheckpointBy.EXTERNAL)) == 0
