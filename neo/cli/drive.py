"""The main loop around a running session: wait, show, pass signals on, close, say how it ended."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from neo.cli.context import CliContext
    from neo.cli.engine_seam import RunningSession
    from neo.cli.session_view import SessionView
    from neo.cli.stop_signals import StopSignals
    from neo.domain.messages.session import SessionEnded, StopSignal

SLICE_S = 0.1


def drive(
    start: Callable[[], RunningSession], open_view: Callable[[], SessionView], context: CliContext
) -> tuple[RunningSession, int]:
    """Start a session and stay with it until it has ended. The closed session, and the exit code of its halt reason.

    Signals are noted from before the start, so that Ctrl-C in the middle of it ends a session in order, too. Nor does a
    terminal that goes away stop the orderly end: from then on nothing is shown.
    """
    from neo.cli.session_view import UntilLost
    from neo.cli.stop_signals import StopSignals

    with StopSignals() as signals:
        session = start()
        context.crash.report_into(session.directory / "logs")
        ended: SessionEnded | None = None
        try:
            view = UntilLost(open_view())
            view.say(f"Session {session.session_id}, directory {session.directory}")
            try:
                while ended is None:
                    _pass_on(signals, session, view)
                    ended = session.wait(SLICE_S)
                    view.show(session.status())
            finally:
                view.close(session.status() if ended is not None else None)
        finally:
            # Also when something above went wrong: threads, files and the lock are given back.
            stuck = session.close()
    with contextlib.suppress(OSError):
        _tell_end(ended, (*ended.stuck, *stuck))
    return session, ended.exit_code


def _pass_on(signals: StopSignals, session: RunningSession, view: SessionView) -> None:
    """First signal: stop. Later ones, while the session is ending: what it still waits for."""
    while (taken := signals.take()) is not None:
        stop, first = taken
        if first:
            session.stop(stop)
            view.say(f"{_name(stop)}: cancelling orders and ending in order; once more shows what is still to do")
            continue
        pending = ", ".join(session.status().pending) or "the actors to stop"
        view.say(f"{_name(stop)}: still waiting for {pending}; once more ends at once without verifying cancels")


def _tell_end(ended: SessionEnded, stuck: tuple[str, ...]) -> None:
    detail = f": {ended.halt_detail}" if ended.halt_detail else ""
    click.echo(f"Ended with {ended.halt_reason}{detail} (exit code {ended.exit_code})")
    if ended.unverified:
        click.echo(
            f"NOT VERIFIED as cancelled: {', '.join(ended.unverified)}; the next start reconciles them", err=True
        )
    if stuck:
        click.echo(f"Did not stop in time: {', '.join(dict.fromkeys(stuck))}", err=True)


def _name(stop: StopSignal) -> str:
    return stop.value.removeprefix("interrupted_").replace("console_close", "terminal closed").upper()
