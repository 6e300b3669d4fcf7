"""MarketData, WALCheckpointer, Inventory and Telemetry, each alone with real messages."""

from __future__ import annotations

from decimal import Decimal

import attrs
import pytest

from neo.actors import names
from neo.actors.inventory import RECOVERY_TIMEOUT_NS, Inventory
from neo.actors.market_data import MarketData
from neo.actors.state_writer import StateWriter
from neo.actors.telemetry import Telemetry
from neo.actors.wal_checkpointer import WALCheckpointer
from neo.domain.messages.journal import CapitalKind, CapitalRecorded
from neo.domain.messages.quoting import BalancesChanged, InventoryChanged, MarketUpdated
from neo.domain.messages.storage import CheckpointMode, Journaled, Persist
from neo.domain.telemetry.event import Emit, EmitAll, Severity, TelemetryEvent
from neo.domain.telemetry.events import ActorBack
from neo.domain.telemetry.market_events import RiskBreachedEvent
from neo.domain.telemetry.session_events import HaltRaised
from neo.domain.units import NS_PER_S
from neo.infra.telemetry.line_encoder import LineEncoder
from neo.infra.telemetry.memory_sink import MemorySink
from tests.actors.stage import PaperStore, Stage
from tests.domain.samples import INSTRUMENT, book

STRATEGY = names.STRATEGY


# ----------------------------------------------------------------------------------------------------------- MarketData


def test_a_book_of_an_older_ledger_is_not_passed_on() -> None:
    stage = Stage(STRATEGY)
    stage.play(names.MARKET_DATA, MarketData, subscribers=(STRATEGY,))

    for index in (10, 9, 10, 11):
        stage.tell(names.MARKET_DATA, attrs.evolve(book(), ledger_index=index))

    assert [update.book.ledger_index for update in stage.heard(STRATEGY, MarketUpdated)] == [10, 10, 11]


def test_each_symbol_of_each_venue_has_its_own_newest_book() -> None:
    stage = Stage(STRATEGY)
    stage.play(names.MARKET_DATA, MarketData, subscribers=(STRATEGY,))

    stage.tell(names.MARKET_DATA, attrs.evolve(book(), ledger_index=10))
    stage.tell(names.MARKET_DATA, attrs.evolve(book(), ledger_index=5, symbol="BTC/USDT"))
    stage.tell(names.MARKET_DATA, attrs.evolve(book(), ledger_index=4, venue="mexc"))

    assert len(stage.heard(STRATEGY, MarketUpdated)) == 3


def test_only_the_newest_of_the_books_that_wait_is_passed_on() -> None:
    stage = Stage(STRATEGY)
    stage.play(names.MARKET_DATA, MarketData, subscribers=(STRATEGY,))

    for index in (10, 11, 12):
        stage.system.tell(names.MARKET_DATA, attrs.evolve(book(), ledger_index=index))
    stage.pass_time(0)

    assert [update.book.ledger_index for update in stage.heard(STRATEGY, MarketUpdated)] == [12]


# -------------------------------------------------------------------------------------------------------- WALCheckpointer


def checkpoints(interval_s: int, run_s: int) -> list[CheckpointMode]:
    stage, store = Stage(names.TELEMETRY, names.SUPERVISOR), PaperStore()
    stage.play(names.STATE_WRITER, StateWriter, open_store=lambda: store, followers={})
    stage.play(names.WAL_CHECKPOINTER, WALCheckpointer, interval_ns=interval_s * NS_PER_S)
    stage.pass_time(run_s)
    assert len(stage.heard(names.TELEMETRY, Emit)) == len(store.checkpoints), "every checkpoint is reported"
    return store.checkpoints


def test_a_passive_checkpoint_is_asked_for_every_interval_and_reported() -> None:
    assert checkpoints(60, 301) == [CheckpointMode.PASSIVE] * 5


def test_interval_zero_switches_checkpoints_off() -> None:
    assert checkpoints(0, 301) == []


# -------------------------------------------------------------------------------------------------------------- Inventory


def capital(number: int, amount: str) -> CapitalRecorded:
    return CapitalRecorded(f"c{number}", "s1", "xrpl", "XRP", Decimal(amount), CapitalKind.DEPOSIT)


def test_inventory_counts_each_durable_fact_once_and_tells_whoever_decides() -> None:
    stage, store = Stage(names.RISK, STRATEGY, names.SUPERVISOR, names.TELEMETRY), PaperStore()
    stage.play(
        names.STATE_WRITER, StateWriter, open_store=lambda: store, followers={CapitalRecorded: (names.INVENTORY,)}
    )
    stage.play(names.INVENTORY, Inventory, instrument=INSTRUMENT)

    stage.cue(STRATEGY, Persist(1, (capital(1, "10"),)))
    stage.cue(STRATEGY, Persist(2, (capital(2, "5"),)))
    stage.tell(names.INVENTORY, Journaled(1, 0, capital(1, "10")))

    for listener in (names.RISK, STRATEGY):
        assert [change.base for change in stage.heard(listener, InventoryChanged)] == [0, 10, 15]
    told = [balance.total for change in stage.heard(names.SUPERVISOR, BalancesChanged) for balance in change.balances]
    assert told == [10, 15]


def test_facts_that_come_together_are_told_as_one_change() -> None:
    stage, store = Stage(names.RISK, STRATEGY, names.SUPERVISOR, names.TELEMETRY), PaperStore()
    stage.play(
        names.STATE_WRITER, StateWriter, open_store=lambda: store, followers={CapitalRecorded: (names.INVENTORY,)}
    )
    stage.play(names.INVENTORY, Inventory, instrument=INSTRUMENT)

    stage.cue(STRATEGY, Persist(1, (capital(1, "10"), capital(2, "5"))))

    for listener in (names.RISK, STRATEGY):
        assert [change.base for change in stage.heard(listener, InventoryChanged)] == [0, 15]
    told = [balance.total for change in stage.heard(names.SUPERVISOR, BalancesChanged) for balance in change.balances]
    assert told == [15]


def test_inventory_counts_what_nobody_makes_a_market_in_and_tells_the_supervisor_alone() -> None:
    stage, store = Stage(names.RISK, STRATEGY, names.SUPERVISOR, names.TELEMETRY), PaperStore()
    stage.play(
        names.STATE_WRITER, StateWriter, open_store=lambda: store, followers={CapitalRecorded: (names.INVENTORY,)}
    )
    stage.play(names.INVENTORY, Inventory, instrument=None)

    stage.cue(STRATEGY, Persist(1, (attrs.evolve(capital(1, "10"), venue="mexc"),)))

    assert not stage.heard(names.RISK, InventoryChanged) + stage.heard(STRATEGY, InventoryChanged)
    (told,) = [balance for change in stage.heard(names.SUPERVISOR, BalancesChanged) for balance in change.balances]
    assert (told.venue, f"{told.total}") == ("mexc", "10")


def test_what_comes_before_the_books_is_counted_after_them() -> None:
    stage = Stage(names.RISK, STRATEGY, names.SUPERVISOR)
    stage.play(names.INVENTORY, Inventory, instrument=INSTRUMENT)
    stage.tell(names.INVENTORY, Journaled(1, 0, capital(1, "10")))
    assert not stage.heard(names.RISK, InventoryChanged)

    store = PaperStore()
    stage.play(names.STATE_WRITER, StateWriter, open_store=lambda: store, followers={})
    stage.pass_time(2 * RECOVERY_TIMEOUT_NS // NS_PER_S)

    assert [change.base for change in stage.heard(names.RISK, InventoryChanged)] == [0, 10]


# -------------------------------------------------------------------------------------------------------------- Telemetry


class BrokenSink(MemorySink):
    """A disk that is full, until it is not."""

    problem: str | None = None

    def write(self, line: str) -> str | None:
        if self.problem is not None and "TELEMETRY_PROBLEM" not in line:
            return self.problem
        return super().write(line)


def test_a_broken_sink_is_reported_once_for_each_cause_and_felt_by_nobody() -> None:
    stage, sink = Stage(STRATEGY), BrokenSink()
    stage.play(names.TELEMETRY, Telemetry, sink=sink, serialise=LineEncoder("s", "r").line)
    event = Emit(ActorBack("risk"), "test", 1)

    sink.problem = "disk full"
    for _ in range(3):
        stage.tell(names.TELEMETRY, event)
    sink.problem = None
    stage.tell(names.TELEMETRY, event)

    assert [line["event"] for line in sink.events()] == ["TELEMETRY_PROBLEM", "ACTOR_BACK"]
    assert stage.system.is_up(names.TELEMETRY)
    assert not stage.system.crashes


class CountingSink(MemorySink):
    """Knows when it was flushed, and may fail to."""

    def __init__(self) -> None:
        super().__init__()
        self.flushes = 0
        self.problem: str | None = None

    def flush(self) -> str | None:
        self.flushes += 1
        return self.problem


class Flushing:
    """Telemetry that has flushed what an earlier actor may have left, and a minute later says something at times."""

    def __init__(self) -> None:
        self.stage, self.sink = Stage(STRATEGY), CountingSink()
        self.stage.play(names.TELEMETRY, Telemetry, sink=self.sink, serialise=LineEncoder("s", "r").line)
        self.stage.pass_time(60)
        self.before = self.sink.flushes

    def says(self, *events: TelemetryEvent, together: bool = True) -> int:
        """How often it has flushed by then."""
        now_ns = self.stage.system.now_ns()
        if together:
            self.stage.tell(names.TELEMETRY, EmitAll(tuple((0, event) for event in events), "test", now_ns))
        else:
            for event in events:
                self.stage.tell(names.TELEMETRY, Emit(event, "test", now_ns))
        return self.flushes

    @property
    def flushes(self) -> int:
        return self.sink.flushes - self.before


@pytest.mark.parametrize("together", [True, False])
def test_lines_that_have_waited_five_seconds_are_flushed_with_the_next(together: bool) -> None:
    telling = Flushing()
    telling.says(ActorBack("risk"), together=together)
    telling.stage.pass_time(4)
    assert telling.says(ActorBack("risk"), together=together) == 0
    telling.stage.pass_time(4)
    assert telling.says(ActorBack("risk"), together=together) == 1
    telling.stage.pass_time(4)
    assert telling.says(ActorBack("risk"), together=together) == 1


def test_a_line_behind_which_nothing_comes_is_flushed_within_twenty_seconds_and_a_quiet_engine_flushes_nothing() -> (
    None
):
    telling = Flushing()
    assert telling.before == 1
    telling.says(ActorBack("risk"))
    telling.stage.pass_time(19)
    assert telling.flushes == 0
    telling.stage.pass_time(1)
    assert telling.flushes == 1
    telling.stage.pass_time(600)
    assert telling.flushes == 1
    telling.says(ActorBack("risk"))
    telling.stage.pass_time(20)
    assert telling.flushes == 2


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("urgent", [HaltRaised("kill_switch", "enough", True), RiskBreachedEvent("stale", "book")])
def test_a_warning_or_an_error_is_flushed_at_once_with_all_that_was_said_before_it(
    urgent: TelemetryEvent, together: bool
) -> None:
    assert urgent.SEVERITY in {Severity.WARNING, Severity.ERROR}
    telling = Flushing()
    assert telling.says(ActorBack("risk"), together=together) == 0
    assert telling.says(ActorBack("risk"), urgent, together=together) == 1


def test_a_flush_that_failed_is_tried_again_without_another_line() -> None:
    stage, sink = Stage(STRATEGY), CountingSink()
    stage.play(names.TELEMETRY, Telemetry, sink=sink, serialise=LineEncoder("s", "r").line)

    sink.problem = "disk full"
    stage.pass_time(12)
    sink.problem = None
    stage.pass_time(60)

    assert sink.flushes == 3
    assert [line["event"] for line in sink.events()] == ["TELEMETRY_PROBLEM"]
