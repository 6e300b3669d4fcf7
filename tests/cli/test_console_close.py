"""What a closing console does to a session, decided without a console."""

from __future__ import annotations

import threading

import pytest

from neo.cli.console_close import CLOSE_EVENTS, ConsoleClose
from neo.cli.stop_signals import StopSignals
from neo.domain.messages.session import StopSignal
from neo.domain.safety.halt_reasons import HaltReason
from tests.patience import PATIENCE_S


@pytest.mark.parametrize("event", CLOSE_EVENTS)
def test_a_closing_console_is_held_up_until_the_session_has_ended(event: int) -> None:
    # Given a console that closes while a session runs
    noted = threading.Event()
    console = ConsoleClose(noted.set, wait_s=PATIENCE_S)
    answers: list[int] = []
    closing = threading.Thread(target=lambda: answers.append(console.on_event(event)))
    closing.start()
    # When the session has heard of it
    assert noted.wait(PATIENCE_S)
    # Then the console waits for the end, and for nothing more
    assert closing.is_alive() and not answers
    console.close()
    closing.join(PATIENCE_S)
    assert answers == [1]


@pytest.mark.parametrize("event", [0, 1, 3, 7])
def test_other_events_are_left_to_the_next_handler(event: int) -> None:
    noted: list[int] = []
    assert ConsoleClose(lambda: noted.append(1)).on_event(event) == 0 and not noted


def test_a_session_that_takes_too_long_does_not_hold_up_the_console_for_ever() -> None:
    assert ConsoleClose(lambda: None, wait_s=0).on_event(2) == 1


def test_a_closing_console_asks_for_the_end_as_a_reason_of_its_own() -> None:
    # Given a session that has already ended, so that nothing is waited for
    with StopSignals() as signals:
        signals.console.close()
        # When the console closes, on a thread of the system's own
        closing = threading.Thread(target=signals.console.on_event, args=(2,))
        closing.start()
        closing.join(PATIENCE_S)
        # Then the main loop finds a stop of that name, which is an ordinary end
        assert signals.take() == (StopSignal.CONSOLE_CLOSE, True)
    assert HaltReason.INTERRUPTED_CONSOLE_CLOSE.exit_code == 0
