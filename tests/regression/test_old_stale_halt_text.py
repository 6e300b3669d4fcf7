"""What went wrong: the halt text of one session was still there in the next, and a clean session looked like a halted one."""

from __future__ import annotations

from decimal import Decimal

import attrs

from neo.actors import names
from neo.domain.config.choices import OnHalt
from neo.domain.config.configuration import Config
from neo.domain.messages.journal import EngineStateSet
from neo.domain.messages.session import Phase, Reconciled, RiskBreach, RiskBreached, SessionEnded
from neo.domain.messages.storage import Persist
from neo.domain.ports import JournalWrite
from neo.domain.safety.halt_latch import DETAIL_KEY, REASON_KEY
from neo.harness import World, sim_config
from neo.infra.sqlite.connection import Synchronous
from neo.infra.sqlite.startup import StoreSettings
from neo.infra.sqlite.state_store import open_state_store

STALE = "xrp exposure limit (115.20 > 100.0)"
#: Short enough that nothing of a start-up falls between two looks.
STEP_NS = 5_000_000
Halt = tuple[str | None, str | None]


def lasting(seconds: int) -> Config:
    config = sim_config()
    return attrs.evolve(config, session=attrs.evolve(config.session, duration_s=Decimal(seconds)))


def halt_in_force(world: World) -> Halt:
    """halt.reason and halt.detail as a dashboard reads them."""
    state = dict(world.books().engine_state)
    return state.get(REASON_KEY), state.get(DETAIL_KEY)


def halt_of_session(world: World, session_id: str) -> Halt:
    with world.reader() as reader:
        row = reader.session(session_id)
    assert row is not None
    return row.halt_reason, row.halt_detail


def leave_behind(world: World, reason: str, detail: str) -> None:
    """Texts in engine_state that no session of this engine can account for."""
    store = open_state_store(StoreSettings(world.database, 0, Synchronous.OFF))
    store.commit([JournalWrite("old", 0, (EngineStateSet(REASON_KEY, reason), EngineStateSet(DETAIL_KEY, detail)))])
    store.close()


def end_with_risk_halt(world: World) -> SessionEnded:
    world.boot().until_trading()
    world.system.tell(names.SUPERVISOR, RiskBreached(RiskBreach.XRP_EXPOSURE, STALE))
    world.run_for(120, until=lambda: world.ended is not None)
    return world.bury()


def test_a_clean_session_after_a_risk_halt_starts_without_its_text() -> None:
    with World() as world:
        assert end_with_risk_halt(world).halt_reason == "risk_xrp_exposure"
        assert halt_in_force(world) == ("risk_xrp_exposure", STALE)

        world.boot()

        assert halt_in_force(world) == (None, None)
        world.until_trading()
        assert halt_in_force(world) == (None, None)


def test_a_text_that_nobody_accounts_for_is_cleared_as_well() -> None:
    with World() as world:
        world.boot().until_trading().finish()
        leave_behind(world, "risk_drawdown", STALE)

        world.boot().until_trading()

        assert halt_in_force(world) == (None, None)


def test_the_end_of_the_duration_is_written_whatever_stood_there() -> None:
    with World(config=lasting(120)) as world:
        world.boot().until_trading()
        stale = (EngineStateSet(REASON_KEY, "kill_switch"), EngineStateSet(DETAIL_KEY, STALE))
        world.run_for(150, until=lambda: world.phase is Phase.HALTING)
        world.system.tell(names.STATE_WRITER, Persist(1, stale))
        world.run_for(1)
        assert world.phase is Phase.HALTING
        assert halt_in_force(world) == ("kill_switch", STALE)

        world.run_for(60, until=lambda: world.ended is not None)

        ended = world.bury()
        assert ended.halt_reason == "duration_elapsed"
        assert ended.exit_code == 0
        assert halt_in_force(world) == ("duration_elapsed", ended.halt_detail)
        assert halt_of_session(world, ended.session_id) == ("duration_elapsed", ended.halt_detail)


def test_a_risk_halt_in_mid_session_survives_to_its_end() -> None:
    with World(config=lasting(120)) as world:
        world.boot().until_trading().run_for(60)
        world.system.tell(names.SUPERVISOR, RiskBreached(RiskBreach.XRP_EXPOSURE, STALE))
        world.stop()

        world.run_for(300, until=lambda: world.ended is not None)

        ended = world.bury()
        assert ended.halt_reason == "risk_xrp_exposure"
        assert halt_in_force(world) == ("risk_xrp_exposure", STALE)
        assert halt_of_session(world, ended.session_id) == ("risk_xrp_exposure", STALE)
        with world.reader() as reader:
            history = [(halt.reason, halt.first) for halt in reader.halts(ended.session_id)]
        assert history == [("risk_xrp_exposure", True), ("interrupted_sigterm", False)]


def test_a_held_risk_halt_survives_the_duration_that_ends_the_session() -> None:
    config = lasting(120)
    held = attrs.evolve(config, session=attrs.evolve(config.session, on_halt=OnHalt.HOLD))
    with World(config=held) as world:
        world.boot().until_trading().run_for(60)
        world.system.tell(names.SUPERVISOR, RiskBreached(RiskBreach.XRP_EXPOSURE, STALE))
        world.run_for(60, until=lambda: world.phase is Phase.HELD)
        assert world.phase is Phase.HELD

        world.run_for(300, until=lambda: world.ended is not None)

        ended = world.bury()
        assert halt_in_force(world) == ("risk_xrp_exposure", STALE)
        assert halt_of_session(world, ended.session_id) == ("risk_xrp_exposure", STALE)
        with world.reader() as reader:
            assert [halt.reason for halt in reader.halts(ended.session_id)] == ["risk_xrp_exposure", "duration_elapsed"]


def test_a_recovery_session_keeps_its_parents_halt_until_it_has_reconciled() -> None:
    with World() as world:
        world.boot().until_trading().run_for(60)
        world.system.tell(names.SUPERVISOR, RiskBreached(RiskBreach.XRP_EXPOSURE, STALE))
        world.run_for(2)
        assert world.phase is Phase.HALTING
        world.kill9()

        reconciled = world.record(Reconciled)
        world.boot()

        before = []
        while not reconciled.of(Reconciled):
            before.append(halt_in_force(world))
            world.run_to(world.kernel.now_ns() + STEP_NS)
        world.until_trading()
        world.run_for(2)
        assert len(before) > 1
        assert set(before) == {("risk_xrp_exposure", STALE)}
        assert halt_in_force(world) == (None, None)
        with world.reader() as reader:
            assert [row.parent_session for row in reader.sessions()] == [world.session_ids[0], None]
