"""Supervisor: phases, restarts, escalation, and the reason that a session ends with."""

from __future__ import annotations

import attrs
import pytest

from neo.actors import names
from neo.actors.market_data import MarketData
from neo.actors.runtime import Envelope, Faults, RestartPolicy, Tick
from neo.actors.session_plan import LEDGER_ROLES
from neo.domain.messages.journal import HaltRecorded, OrderIntended
from neo.domain.messages.session import Phase, PhaseChanged
from neo.domain.messages.storage import Persist, PersistRefused
from neo.domain.messages.venue import BookObserved
from neo.domain.safety.halts import HaltReason
from neo.harness import Record, World, broken_when_quiet

STRICT = RestartPolicy(intensity=2)


def phases(record: Record) -> list[Phase]:
    return [
        e.message.phase for e in record.envelopes if isinstance(e.message, PhaseChanged) and e.receiver == names.RISK
    ]


def test_a_session_goes_through_its_phases_in_order() -> None:
    with World(41) as world:
        record = world.record(PhaseChanged)
        world.boot().until_trading().run_for(30)
        world.finish()

    assert phases(record) == [Phase.RECONCILING, Phase.TRADING, Phase.HALTING, Phase.STOPPING]


@pytest.mark.parametrize("name", sorted(LEDGER_ROLES.order_path - {names.RECONCILER}))
def test_while_somebody_on_the_way_of_an_order_is_rebuilt_nothing_is_placed(name: str) -> None:
    """Trading goes on only after a new reconciliation."""
    with World(42) as world:
        world.boot().until_trading().run_for(60)
        record = world.record(PhaseChanged, Persist)

        world.system.faults = Faults(crash_before={name: 1.0})
        world.run_for(120, until=lambda: world.phase is Phase.PAUSED)
        world.heal()
        world.run_for(60, until=lambda: world.phase is Phase.TRADING)

        assert phases(record)[:1] == [Phase.PAUSED]
        assert phases(record)[-2:] == [Phase.RECONCILING, Phase.TRADING]
        assert _placed_between(record, Phase.PAUSED, Phase.TRADING) == 0
        assert broken_when_quiet(world) == ()


def _placed_between(record: Record, first: Phase, last: Phase) -> int:
    """Orders intended after the router heard of `first` and before it heard of `last`, which comes later."""
    heard = [
        (e.message.phase if isinstance(e.message, PhaseChanged) else e.message)
        for e in record.envelopes
        if e.receiver == names.ORDER_ROUTER or isinstance(e.message, Persist)
    ]
    inside = heard[heard.index(first) : len(heard) - heard[::-1].index(last)]
    return sum(isinstance(event, OrderIntended) for m in inside if isinstance(m, Persist) for event in m.events)


@pytest.mark.parametrize("name", [names.TELEMETRY, names.WAL_CHECKPOINTER, names.MARKET_DATA, names.HEARTBEAT])
def test_a_crash_beside_the_way_of_an_order_does_not_stop_trading(name: str) -> None:
    with World(43) as world:
        world.boot().until_trading()
        record = world.record(PhaseChanged)

        world.break_once(name, BookObserved if name == names.MARKET_DATA else Tick)
        world.run_for(120)

        assert world.sabotage.fired
        assert phases(record) == []
        assert world.phase is Phase.TRADING


class AlwaysDying(MarketData):
    """Cannot bear to see a book."""

    def on_book(self, book: BookObserved) -> None:
        raise RuntimeError(f"no more books after {book.ledger_index}")


def test_an_actor_that_keeps_crashing_ends_the_session_with_its_name_and_error() -> None:
    with World(44, policy=STRICT, replaced={names.MARKET_DATA: AlwaysDying}) as world:
        world.boot()
        world.run_for(300, until=lambda: world.ended is not None)
        ended = world.bury()

    assert ended.halt_reason == HaltReason.ACTOR_FAILURE.value
    assert ended.exit_code == HaltReason.ACTOR_FAILURE.exit_code
    assert ended.halt_detail.startswith("market_data: RuntimeError: no more books after")
    assert ended.unverified == ()


def test_a_state_writer_that_keeps_crashing_is_a_storage_failure() -> None:
    with World(45, policy=STRICT) as world:
        world.boot().until_trading().run_for(30)
        world.system.faults = Faults(crash_before={names.STATE_WRITER: 1.0})
        world.run_for(300, until=lambda: world.ended is not None)
        world.heal()
        ended = world.bury()

        assert ended.halt_reason == HaltReason.STORAGE_FAILURE.value
        assert ended.halt_detail.startswith("state_writer: InjectedCrash")
        with world.reader() as reader:
            row = reader.session(ended.session_id)
        assert row is not None
        assert row.halt_reason == "storage_failure", "written by whoever closes the books after the last actor"


def test_a_hung_actor_is_replaced_and_trading_goes_on() -> None:
    with World(46) as world:
        world.boot().until_trading()
        before = world.system.incarnation(names.RISK)

        world.system.faults = Faults(hang={names.RISK: 1.0}, hang_ns=10**15)
        world.run_for(5)
        world.heal()
        world.run_for(600)

        assert world.system.incarnation(names.RISK) > before
        assert world.phase is Phase.TRADING
        assert broken_when_quiet(world) == ()


def test_an_actor_that_hangs_whenever_it_is_replaced_is_a_heartbeat_timeout() -> None:
    with World(47, policy=RestartPolicy(intensity=0)) as world:
        world.boot().until_trading()

        world.system.faults = Faults(hang={names.WAL_CHECKPOINTER: 1.0}, hang_ns=10**15)
        world.run_for(70)
        world.heal()
        world.run_for(600, until=lambda: world.ended is not None)
        ended = world.bury()

    assert (ended.halt_reason, ended.exit_code) == ("heartbeat_timeout", HaltReason.HEARTBEAT_TIMEOUT.exit_code)
    assert ended.halt_detail.startswith("wal_checkpointer is stuck, silent for ")


def test_a_halt_whose_write_was_refused_is_written_again() -> None:
    """The writer was being rebuilt when the halt came: the history must not miss it."""
    refused: list[Persist] = []

    def refuse_the_first_halt(envelope: Envelope) -> Envelope:
        message = envelope.message
        if isinstance(message, Persist) and not refused and any(isinstance(e, HaltRecorded) for e in message.events):
            refused.append(message)
            return attrs.evolve(envelope, message=attrs.evolve(message, number=message.number + 1_000))
        if isinstance(message, PersistRefused) and envelope.receiver == names.SUPERVISOR:
            return attrs.evolve(envelope, message=attrs.evolve(message, send_again=True))
        return envelope

    with World(48) as world:
        world.boot().until_trading().run_for(30)
        world.break_once(names.STATE_WRITER, Tick)
        world.intercept(refuse_the_first_halt)
        world.halt("just now")
        world.run_for(120, until=lambda: world.ended is not None)
        ended = world.bury()

        with world.reader() as reader:
            history = [row.reason for row in reader.halts(ended.session_id)]
    assert refused
    assert history == ["kill_switch"]


class Unready(MarketData):
    """Never says that it is ready."""

    def ready(self) -> None:
        pass


def test_an_actor_that_never_gets_ready_is_no_reason_to_wait_for_ever() -> None:
    with World(49, policy=STRICT, replaced={names.MARKET_DATA: Unready}) as world:
        world.boot()
        world.run_for(900, until=lambda: world.ended is not None)
        ended = world.bury()

    assert ended.halt_reason == HaltReason.ACTOR_FAILURE.value
