"""Gathers what the report of a session is built from, in one pass over its ticks. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

from neo.cli.paid_fees import dated_fees
from neo.cli.session_summary import summary_of
from neo.domain.report.books_section import books_section
from neo.domain.report.course import CourseRows, MarketCourse
from neo.domain.report.drop_course import WANTED, DropCourse
from neo.domain.report.drop_section import drop_section
from neo.domain.report.market_section import market_section
from neo.domain.report.report import Section, SessionReport
from neo.domain.report.times import lasted, utc
from neo.domain.session.summary import SessionSummary
from neo.domain.session.summary_rows import SummaryRows
from neo.infra.sqlite.books_reader import BooksReader
from neo.infra.sqlite.books_rows import SessionRow, SnapshotRow
from neo.infra.sqlite.desk_reader import DeskReader
from neo.infra.sqlite.snapshots_reader import SnapshotsReader
from neo.infra.telemetry.event_stream import stream_events


def report_of(database: Path, reader: BooksReader, session: SessionRow, *, is_running: bool) -> SessionReport:
    """The report of a session that is in the database; of a running one, as far as it is, of a crashed one, as far as it came.
    `is_running`: a living engine works on it."""
    config = reader.config_of(session.session_id) or {}
    ends_ns = ends_ns_of(database, session)
    courses: list[MarketCourse] = []

    def watch(rows: SummaryRows, ticks: Iterable[SnapshotRow]) -> Iterable[SnapshotRow]:
        course = MarketCourse(_course_rows(reader, session, rows, config, ends_ns))
        courses.append(course)
        return course.watched(ticks)

    summary = summary_of(database, reader, session, watch)
    return SessionReport(
        session_id=session.session_id,
        mode=session.mode,
        filled_by=summary.fill_model,
        starts_ns=session.started_at_ns,
        ends_ns=ends_ns,
        is_running=is_running,
        about=_about(summary, ends_ns, is_running=is_running),
        sections=(*_market(summary, courses[0]), *_drops(database, session, summary, ends_ns), books_section(summary)),
    )


def _market(summary: SessionSummary, course: MarketCourse) -> tuple[Section, ...]:
    return (market_section(summary, course, summary.halts),) if summary.makes_markets else ()


def _drops(database: Path, session: SessionRow, summary: SessionSummary, ends_ns: int) -> tuple[Section, ...]:
    """A session that bought no drops does not pay for a pass over its telemetry."""
    if not summary.drops:
        return ()
    course = DropCourse(session.started_at_ns, ends_ns)
    events = stream_events(Path(session.directory) / "logs" / "events.jsonl", lambda name, _: name in WANTED)
    for event in events:
        if event.name in WANTED:
            course.see(event.at_ns, event.name, event.fields)
    with DeskReader(database) as marks:
        for mark in marks.snapshots(session.session_id):
            course.mark(mark.venue, mark)
    return tuple(drop_section(report, course) for report in summary.drops)


def ends_ns_of(database: Path, session: SessionRow) -> int:
    """A session without an end is shown up to the newest that was noted of it."""
    if session.ended_at_ns is not None:
        return session.ended_at_ns
    with SnapshotsReader(database) as ticks, DeskReader(database) as marks:
        tick, marked_ns = ticks.last(session.session_id), marks.last_at_ns(session.session_id)
    return max(session.started_at_ns, tick.at_ns if tick is not None else 0, marked_ns or 0)


def _course_rows(
    reader: BooksReader, session: SessionRow, rows: SummaryRows, config: dict[str, Any], ends_ns: int
) -> CourseRows:
    return CourseRows(
        base=rows.instrument.base,
        quote=rows.instrument.quote,
        starts_ns=session.started_at_ns,
        ends_ns=ends_ns,
        fills=rows.fills,
        fees=dated_fees(reader, session.session_id, rows.instrument.venue),
        max_base_exposure=_decimal(config.get("risk.max_xrp_exposure")),
        max_quote_exposure=_decimal(config.get("risk.max_rlusd_exposure")),
    )


def _decimal(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _about(summary: SessionSummary, ends_ns: int, *, is_running: bool) -> tuple[tuple[str, str], ...]:
    detail = f": {summary.halt_detail}" if summary.halt_detail else ""
    open_end = "still running, seen up to" if is_running else "crashed after"
    ended = utc(ends_ns) if summary.ended_at_ns is not None else f"{open_end} {utc(ends_ns)}"
    nothing = "nothing yet" if is_running else "a crash"
    recovered = (("recovers", summary.parent_session),) if summary.parent_session is not None else ()
    return (
        ("run", summary.run_id),
        ("started", utc(summary.started_at_ns)),
        ("ended", ended),
        ("duration", lasted(ends_ns - summary.started_at_ns)),
        ("ended by", f"{summary.halt_reason or nothing}{detail}"),
        ("code", summary.code_version),
        ("configuration", summary.config_hash[:12]),
        ("seed", str(summary.seed)),
        ("directory", summary.directory),
        *recovered,
    )
