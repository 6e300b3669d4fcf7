"""Tables ``sessions`` and ``experiments``."""

from __future__ import annotations

from neo.domain.messages.journal import ExperimentRecorded, SessionClosed, SessionCrashed, SessionOpened
from neo.infra.sqlite.projection.sheet import BooksContradiction, Projections, Sheet

TABLES = ("experiments", "sessions")

_OPEN = (
    "INSERT INTO sessions(session_id, run_id, mode, started_at_ns, config_hash, config_json, code_version, seed, "
    "directory, parent_session) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_CLOSE = "UPDATE sessions SET ended_at_ns = ?, halt_reason = ?, halt_detail = ? WHERE session_id = ?"
# A crashed session keeps the halt that it had latched.
_CRASH = "UPDATE sessions SET ended_at_ns = ?, crash_noticed_by = ? WHERE session_id = ?"
_EXPERIMENT = (
    "INSERT INTO experiments(lsn, session_id, parent_session, at_ns, config_difference, results, note) "
    "VALUES(?, ?, ?, ?, ?, ?, ?)"
)


def opened(sheet: Sheet, event: SessionOpened) -> None:
    """A session begins."""
    sheet.execute(
        _OPEN,
        (
            event.session_id,
            event.run_id,
            event.mode,
            event.started_at_ns,
            event.config_hash,
            event.config_json,
            event.code_version,
            event.seed,
            event.directory,
            event.parent_session,
        ),
    )


def closed(sheet: Sheet, event: SessionClosed) -> None:
    """The chosen reason is written whatever stood there before."""
    values = (event.ended_at_ns, event.halt_reason, event.halt_detail, event.session_id)
    sheet.execute(_CLOSE, values)
    if not sheet.changes():
        raise BooksContradiction(f"session {event.session_id} is not in the books")


def crashed(sheet: Sheet, event: SessionCrashed) -> None:
    """A session found open by its successor."""
    sheet.execute(_CRASH, (event.ended_at_ns, event.noticed_by, event.session_id))
    if not sheet.changes():
        raise BooksContradiction(f"session {event.session_id} is not in the books")


def experiment(sheet: Sheet, event: ExperimentRecorded) -> None:
    """One line of the experiment log."""
    sheet.execute(
        _EXPERIMENT,
        (
            sheet.lsn,
            event.session_id,
            event.parent_session,
            sheet.at_ns,
            event.config_difference,
            event.results,
            event.note,
        ),
    )


PROJECTIONS: Projections = {
    SessionOpened: opened,
    SessionClosed: closed,
    SessionCrashed: crashed,
    ExperimentRecorded: experiment,
}
