from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from neo.domain.messages.journal import EngineStateSet, HaltCleared, HaltRecorded
from neo.domain.safety.halt_latch import HaltLatch, clearing_written, halt_written, recovered, state_of
from neo.domain.safety.halts import Halt, HaltReason

EXPOSURE = Halt(HaltReason.RISK_XRP_EXPOSURE, "xrp exposure limit (115.20 > 100.0)")
STALE = Halt(HaltReason.RISK_STALE_LEDGER, "age of the last ledger in s (30.00 > 20)")
STOP = Halt(HaltReason.INTERRUPTED_SIGINT, "the process was asked to stop")
halts = st.lists(
    st.builds(Halt, st.sampled_from(list(HaltReason)), st.sampled_from(["a", "b"])), min_size=1, max_size=8
)


@given(halts)
def test_the_first_halt_wins_and_later_ones_are_kept_in_order(raised: list[Halt]) -> None:
    latch = HaltLatch()
    for halt in raised:
        latch = latch.with_halt(halt)

    assert latch.in_force == raised[0]
    assert latch.history == tuple(dict.fromkeys(raised))


def test_only_the_first_halt_is_written_as_the_state_of_the_session() -> None:
    after = HaltLatch().with_halt(EXPOSURE)

    assert halt_written(HaltLatch(), EXPOSURE, "s1") == (
        HaltRecorded("s1", "risk_xrp_exposure", EXPOSURE.detail, True),
        EngineStateSet("halt.reason", "risk_xrp_exposure"),
        EngineStateSet("halt.detail", EXPOSURE.detail),
    )
    assert halt_written(after, STALE, "s1") == (HaltRecorded("s1", "risk_stale_ledger", STALE.detail, False),)
    assert halt_written(after, EXPOSURE, "s1") == ()


def test_a_stale_halt_text_does_not_survive_into_a_clean_session() -> None:
    latch = recovered(None, "xrp exposure limit (115.20 > 100.0)")

    assert latch.in_force is None
    assert state_of(latch.in_force) == (EngineStateSet("halt.reason", None), EngineStateSet("halt.detail", None))


def test_a_recovery_session_keeps_its_parents_halt_until_it_has_reconciled() -> None:
    before = recovered("risk_xrp_exposure", EXPOSURE.detail)
    assert before.in_force == EXPOSURE
    assert before.first is None

    after = before.reconciled()

    assert after.in_force is None
    assert clearing_written(before, after, "s2", "reconciliation") == (
        HaltCleared("s2", "risk_xrp_exposure", "reconciliation"),
        *state_of(None),
    )


def test_a_halt_that_a_person_must_clear_outlives_the_reconciliation() -> None:
    latch = recovered("kill_switch", "ann")

    assert latch.reconciled().in_force == Halt(HaltReason.KILL_SWITCH, "ann")
    assert clearing_written(latch, latch.reconciled(), "s2", "reconciliation") == ()
    assert latch.cleared().in_force is None


def test_a_halt_of_this_session_survives_reconciliation_and_covers_an_inherited_one() -> None:
    latch = recovered("kill_switch", "ann").with_halt(EXPOSURE)

    assert latch.in_force == EXPOSURE
    assert latch.reconciled().in_force == EXPOSURE


def test_shutdown_writes_the_chosen_reason_whatever_stood_there() -> None:
    latch = HaltLatch().with_halt(EXPOSURE).with_halt(STOP)

    assert state_of(latch.first) == (
        EngineStateSet("halt.reason", "risk_xrp_exposure"),
        EngineStateSet("halt.detail", EXPOSURE.detail),
    )


def test_a_stop_during_a_held_halt_ends_the_session_although_the_first_halt_would_hold() -> None:
    latch = HaltLatch().with_halt(EXPOSURE)
    assert not latch.ends_session

    assert latch.with_halt(STOP).ends_session


def test_after_a_resume_the_next_halt_is_the_first_again() -> None:
    latch = HaltLatch().with_halt(EXPOSURE).cleared().with_halt(STALE)

    assert latch.first == STALE


def test_a_stored_reason_that_no_version_wrote_is_not_forgotten() -> None:
    latch = recovered("went_fishing", "gone")

    assert latch.in_force == Halt(HaltReason.UNEXPECTED_HALT, "stored reason 'went_fishing': gone")
