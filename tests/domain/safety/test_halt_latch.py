from __future__ import annotations

import attrs
from hypothesis import given
from hypothesis import strategies as st

from neo.domain.messages.journal import EngineStateSet, HaltCleared, HaltRecorded
from neo.domain.safety.halt_latch import HaltLatch, clearing_written, halt_written, recovered, state_of
from neo.domain.safety.halts import Halt, HaltReason

EXPOSURE = Halt(HaltReason.RISK_XRP_EXPOSURE, "xrp exposure limit (115.20 > 100.0)")
STALE = Halt(HaltReason.RISK_STALE_LEDGER, "age of the last ledger in s (30.00 > 20)")
STOP = Halt(HaltReason.INTERRUPTED_SIGINT, "the process was asked to stop")
KILLED = Halt(HaltReason.KILL_SWITCH, "ann")
VENUES = ("", "xrpl", "mexc")
halts = st.lists(
    st.builds(Halt, st.sampled_from(list(HaltReason)), st.sampled_from(["a", "b"]), st.sampled_from(VENUES)),
    min_size=1,
    max_size=8,
)


def on(venue: str, halt: Halt) -> Halt:
    return attrs.evolve(halt, venue=venue)


def latched(raised: list[Halt]) -> HaltLatch:
    latch = HaltLatch()
    for halt in raised:
        latch = latch.with_halt(halt)
    return latch


def stored(latch: HaltLatch) -> dict[str, str | None]:
    return {row.key: row.value for row in state_of(latch)}


@given(halts)
def test_the_first_halt_wins_and_later_ones_are_kept_in_order(raised: list[Halt]) -> None:
    latch = latched(raised)

    assert latch.in_force == raised[0]
    assert latch.history == tuple(dict.fromkeys(raised))


def test_only_the_first_halt_is_written_as_the_state_of_the_session() -> None:
    after = HaltLatch().with_halt(EXPOSURE)

    assert halt_written(HaltLatch(), EXPOSURE, "s1") == (
        HaltRecorded("s1", "risk_xrp_exposure", EXPOSURE.detail, True),
        EngineStateSet("halt.reason", "risk_xrp_exposure"),
        EngineStateSet("halt.detail", EXPOSURE.detail),
        EngineStateSet("halt.venues", None),
    )
    assert halt_written(after, STALE, "s1") == (HaltRecorded("s1", "risk_stale_ledger", STALE.detail, False),)
    assert halt_written(after, EXPOSURE, "s1") == ()


def test_a_stale_halt_text_does_not_survive_into_a_clean_session() -> None:
    latch = recovered(None, "xrp exposure limit (115.20 > 100.0)")

    assert latch.in_force is None
    assert stored(latch) == {"halt.reason": None, "halt.detail": None, "halt.venues": None}


def test_a_recovery_session_keeps_its_parents_halt_until_it_has_reconciled() -> None:
    before = recovered("risk_xrp_exposure", EXPOSURE.detail)
    assert before.in_force == EXPOSURE
    assert before.first is None

    after = before.reconciled(["xrpl"])

    assert after.in_force is None
    assert clearing_written(before, after, "s2", "reconciliation") == (
        HaltCleared("s2", "risk_xrp_exposure", "reconciliation"),
        *state_of(HaltLatch()),
    )


def test_a_halt_that_a_person_must_clear_outlives_the_reconciliation() -> None:
    latch = recovered("kill_switch", "ann")

    assert latch.reconciled(["xrpl"]).in_force == KILLED
    assert clearing_written(latch, latch.reconciled(["xrpl"]), "s2", "reconciliation") == ()
    assert latch.cleared().in_force is None


def test_a_halt_of_this_session_survives_reconciliation_and_covers_an_inherited_one() -> None:
    latch = recovered("kill_switch", "ann").with_halt(EXPOSURE)

    assert latch.in_force == EXPOSURE
    assert latch.reconciled(["xrpl"]).in_force == EXPOSURE


def test_shutdown_writes_the_chosen_reason_whatever_stood_there() -> None:
    latch = HaltLatch().with_halt(EXPOSURE).with_halt(STOP)

    expected = {"halt.reason": "risk_xrp_exposure", "halt.detail": EXPOSURE.detail, "halt.venues": None}
    assert stored(latch) == expected


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


# ------------------------------------------------------------------------------------------------- halts of one venue


@given(halts)
def test_in_force_is_the_first_halt_of_each_venue_up_to_the_first_of_the_engine(raised: list[Halt]) -> None:
    latch = latched(raised)

    before_the_engine = raised[: next((n for n, halt in enumerate(raised) if not halt.venue), len(raised)) + 1]
    firsts = {halt.venue: halt for halt in reversed(before_the_engine)}
    assert set(latch.all_in_force) == set(firsts.values())
    assert latch.all_in_force[0] == latch.first == raised[0]


@given(halts)
def test_what_is_in_force_is_what_a_recovery_session_inherits(raised: list[Halt]) -> None:
    latch = latched(raised)

    rows = stored(latch)
    after = recovered(rows["halt.reason"], rows["halt.detail"], rows["halt.venues"])

    assert after.inherited == latch.all_in_force
    assert after.first is None


def test_a_venues_halt_is_written_with_its_venue() -> None:
    halt = on("mexc", EXPOSURE)

    record, *rows = halt_written(HaltLatch(), halt, "s1")

    assert record == HaltRecorded("s1", "risk_xrp_exposure", EXPOSURE.detail, True, "mexc")
    assert rows == list(state_of(HaltLatch((halt,))))


def test_the_second_venues_halt_is_no_first_one_but_changes_the_state() -> None:
    before = HaltLatch((on("mexc", EXPOSURE),))

    record, *rows = halt_written(before, on("xrpl", STALE), "s1")

    assert record == HaltRecorded("s1", "risk_stale_ledger", STALE.detail, False, "xrpl")
    assert {row.key: row.value for row in rows if isinstance(row, EngineStateSet)} == {
        "halt.reason": "risk_xrp_exposure",
        "halt.detail": EXPOSURE.detail,
        "halt.venues": '{"mexc": {"reason": "risk_xrp_exposure", "detail": "xrp exposure limit (115.20 > 100.0)"}, '
        '"xrpl": {"reason": "risk_stale_ledger", "detail": "age of the last ledger in s (30.00 > 20)"}}',
    }


def test_what_a_venue_inherited_ends_with_the_reconciliation_of_that_venue_only() -> None:
    latch = HaltLatch(inherited=(on("mexc", EXPOSURE), on("xrpl", STALE)))

    after = latch.reconciled(["mexc"])

    assert after.inherited == (on("xrpl", STALE),)
    assert clearing_written(latch, after, "s2", "reconciliation") == (
        HaltCleared("s2", "risk_xrp_exposure", "reconciliation", "mexc"),
        *state_of(after),
    )


def test_clearing_names_every_halt_of_the_session_once_those_that_another_one_covered_as_well() -> None:
    before = HaltLatch((on("mexc", EXPOSURE), on("mexc", STALE), KILLED, on("xrpl", STALE)))

    cleared = [each for each in clearing_written(before, before.cleared(), "s", "ann") if isinstance(each, HaltCleared)]

    assert cleared == [
        HaltCleared("s", "risk_xrp_exposure", "ann", "mexc"),
        HaltCleared("s", "kill_switch", "ann", ""),
        HaltCleared("s", "risk_stale_ledger", "ann", "mexc"),
        HaltCleared("s", "risk_stale_ledger", "ann", "xrpl"),
    ]


def test_a_reconciliation_ends_no_halt_of_this_session_however_alike_it_is() -> None:
    before = HaltLatch((on("xrpl", STALE),), inherited=(on("xrpl", STALE), on("mexc", EXPOSURE)))

    written = clearing_written(before, before.reconciled(["xrpl", "mexc"]), "s", "reconciliation")

    cleared = [each for each in written if isinstance(each, HaltCleared)]
    assert cleared == [HaltCleared("s", "risk_xrp_exposure", "reconciliation", "mexc")]
