from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neo.domain.messages.session import Phase
from neo.domain.session.lifecycle import TABLE, NoSuchPhaseChange, PhaseEvent, next_phase


def walk(*events: PhaseEvent) -> Phase:
    phase = Phase.STARTING
    for event in events:
        phase = next_phase(phase, event)
    return phase


def test_the_way_in_leads_through_reconciliation() -> None:
    assert walk(PhaseEvent.ACTORS_READY) is Phase.RECONCILING
    assert walk(PhaseEvent.ACTORS_READY, PhaseEvent.RECONCILED) is Phase.TRADING


@given(st.lists(st.sampled_from(list(PhaseEvent)), max_size=12))
def test_trading_is_only_ever_entered_from_reconciling(events: list[PhaseEvent]) -> None:
    phase = Phase.STARTING
    for event in events:
        if (phase, event) not in TABLE:
            continue
        before, phase = phase, next_phase(phase, event)
        if phase is Phase.TRADING and before is not Phase.TRADING:
            assert before is Phase.RECONCILING


@pytest.mark.parametrize("phase", [Phase.STARTING, Phase.RECONCILING, Phase.TRADING, Phase.PAUSED])
def test_a_halt_is_possible_in_every_phase_before_the_way_out(phase: Phase) -> None:
    assert next_phase(phase, PhaseEvent.HALTED) is Phase.HALTING


@pytest.mark.parametrize("event", list(PhaseEvent))
def test_nothing_leads_out_of_stopping(event: PhaseEvent) -> None:
    with pytest.raises(NoSuchPhaseChange, match="a session that is stopping cannot take"):
        next_phase(Phase.STOPPING, event)


def test_a_held_session_reconciles_again_before_it_trades() -> None:
    assert next_phase(Phase.HELD, PhaseEvent.RESUMED) is Phase.RECONCILING
    assert next_phase(Phase.HELD, PhaseEvent.STOP) is Phase.STOPPING


def test_every_phase_can_be_reached_and_every_event_is_used() -> None:
    assert {Phase.STARTING, *TABLE.values()} == set(Phase)
    assert {event for _, event in TABLE} == set(PhaseEvent)
