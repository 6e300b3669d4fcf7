"""StateWriter: groups what waits, confirms after the commit, refuses gaps, and stops for good when storage fails."""

from __future__ import annotations

from decimal import Decimal

import pytest

from neo.actors import names
from neo.actors.state_writer import StateWriter
from neo.domain.market.instrument import Side
from neo.domain.messages.journal import EngineStateSet, FillRecorded
from neo.domain.messages.storage import (
    Checkpoint,
    CheckpointMode,
    CheckpointReport,
    Journaled,
    LoadRecovery,
    Persist,
    Persisted,
    PersistRefused,
    RecordSnapshots,
    Recovery,
    StorageFailed,
)
from neo.harness import Sabotage
from tests.actors.stage import PaperStore, Stage
from tests.infra.sqlite.books import snapshot

FOLLOWER, OTHER = "follower", "other"


def note(number: int, text: str = "x") -> Persist:
    return Persist(number, (EngineStateSet("note", text),))


def fill() -> FillRecorded:
    return FillRecorded(
        "f", "xrpl", "o", "XRP/RLUSD", Side.BUY, Decimal(1), Decimal(1), 1, 0, "T", 1, True
    )  # fmt: skip


@pytest.fixture
def store() -> PaperStore:
    return PaperStore()


@pytest.fixture
def stage(store: PaperStore) -> Stage:
    stage = Stage(FOLLOWER, OTHER, names.SUPERVISOR, names.TELEMETRY)
    stage.play(names.STATE_WRITER, StateWriter, open_store=lambda: store, followers={FillRecorded: (FOLLOWER,)})
    return stage


def test_writes_that_wait_together_are_one_transaction(stage: Stage, store: PaperStore) -> None:
    stage.cue(OTHER, note(1), note(2), note(3))

    assert [len(group) for group in store.groups] == [3]
    assert stage.heard(OTHER, Persisted) == [Persisted(1, 1), Persisted(2, 2), Persisted(3, 3)]


def test_a_durable_fact_is_told_to_those_who_follow_its_kind_and_to_nobody_else(stage: Stage) -> None:
    stage.cue(OTHER, Persist(1, (EngineStateSet("note", "x"), fill())))

    (fact,) = stage.heard(FOLLOWER, Journaled)
    assert (fact.lsn, fact.event) == (2, fill())
    assert not stage.heard(OTHER, Journaled)


def test_a_gap_in_a_senders_numbers_is_refused_and_so_is_all_that_follows(stage: Stage, store: PaperStore) -> None:
    stage.cue(OTHER, note(1), note(3), note(4))

    assert len(stage.heard(OTHER, Persisted)) == 1
    assert [refused.reason for refused in stage.heard(OTHER, PersistRefused)] == [
        "write 3 of other came where 2 was due",
        "write 4 of other came where 2 was due",
    ]
    assert sum(len(group) for group in store.groups) == 1


def test_each_sender_counts_for_itself(stage: Stage) -> None:
    stage.cue(OTHER, note(1))
    stage.cue(FOLLOWER, note(1), note(2))

    assert not stage.heard(OTHER, PersistRefused)
    assert len(stage.heard(FOLLOWER, Persisted)) == 2


def test_a_poison_write_is_refused_alone(stage: Stage, store: PaperStore) -> None:
    store.refuses = OTHER
    stage.system.tell(OTHER, [(names.STATE_WRITER, note(1))])
    stage.cue(FOLLOWER, note(1))

    assert [refused.reason for refused in stage.heard(OTHER, PersistRefused)] == ["poison"]
    assert not stage.heard(OTHER, PersistRefused)[0].storage_failed
    assert len(stage.heard(FOLLOWER, Persisted)) == 1


def test_a_commit_that_raised_confirms_nothing_and_stops_the_writer_for_good(stage: Stage, store: PaperStore) -> None:
    store.breaks = True
    stage.cue(OTHER, note(1))
    store.breaks = False
    stage.cue(OTHER, note(2))

    assert not stage.heard(OTHER, Persisted)
    assert [failed.detail for failed in stage.heard(names.SUPERVISOR, StorageFailed)] == ["disk full"]
    assert [refused.storage_failed for refused in stage.heard(OTHER, PersistRefused)] == [True]
    assert store.groups == []


def test_a_question_is_answered_behind_the_askers_own_writes(stage: Stage) -> None:
    stage.cue(OTHER, note(1), LoadRecovery())

    assert [recovery.lsn for recovery in stage.heard(OTHER, Recovery)] == [1]


def test_a_checkpoint_comes_between_transactions(stage: Stage, store: PaperStore) -> None:
    stage.cue(OTHER, note(1), Checkpoint(CheckpointMode.PASSIVE))

    assert store.checkpoints == [CheckpointMode.PASSIVE]
    assert len(store.groups) == 1
    assert len(stage.heard(OTHER, CheckpointReport)) == 1


def test_snapshots_are_written_beside_the_journal(stage: Stage, store: PaperStore) -> None:
    stage.tell(names.STATE_WRITER, RecordSnapshots((snapshot(1), snapshot(2))))

    assert [row.at_ns for row in store.snapshots] == [snapshot(1).at_ns, snapshot(2).at_ns]
    assert store.groups == []


def test_a_write_with_nothing_behind_it_is_not_kept_waiting_for_others(stage: Stage, store: PaperStore) -> None:
    senders: list[str] = []
    stage.system.observe(
        lambda envelope: senders.append(envelope.sender) if envelope.receiver == names.STATE_WRITER else None
    )
    stage.cue(OTHER, note(1))

    assert [len(group) for group in store.groups] == [1]
    assert names.STATE_WRITER not in senders


def test_stopping_writes_what_waits_and_closes_the_store(stage: Stage, store: PaperStore) -> None:
    stage.tell(names.STATE_WRITER, RecordSnapshots((snapshot(1),)))
    stage.system.stop(names.STATE_WRITER)
    stage.pass_time(1)

    assert len(store.snapshots) == 1
    assert store.closed


def test_a_store_that_failed_is_not_closed_as_if_all_were_well(stage: Stage, store: PaperStore) -> None:
    store.breaks = True
    stage.cue(OTHER, note(1))

    stage.system.stop(names.STATE_WRITER)
    stage.pass_time(1)

    assert not store.closed


def test_a_rebuilt_writer_refuses_what_waited_behind_a_lost_write(stage: Stage, store: PaperStore) -> None:
    """Seed 2013 of the default campaign: two fees were lost, and the cursor behind them was written all the same."""
    sabotage = Sabotage()
    sabotage.install(stage.system)
    stage.cue(OTHER, note(1))
    sabotage.arm(names.STATE_WRITER, Persist)
    stage.cue(OTHER, note(2, "lost with the writer"), note(3, "cursor behind it"))

    stage.pass_time(1)
    stage.play(names.STATE_WRITER, StateWriter, open_store=lambda: store, followers={})
    stage.cue(OTHER, note(4, "sent to the new writer"))

    assert [refused.send_again for refused in stage.heard(OTHER, PersistRefused)] == [True]
    written = [event.value for group in store.groups for w in group for event in w.events if hasattr(event, "value")]
    assert written == ["x", "sent to the new writer"]
