"""The experiment log: each session with its configuration difference, its results and its notes; what is missing is written."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path

from neo.cli.paid_fees import dated_fees
from neo.cli.session_report import ends_ns_of
from neo.cli.session_summary import summary_of
from neo.domain.experiments.experiment import (
    Experiment,
    config_difference,
    difference_text,
    results_from,
    results_of,
    results_text,
)
from neo.domain.experiments.hourly import HourlyProfit, hour_ends, hourly_results, with_profits
from neo.domain.messages.journal import ExperimentRecorded
from neo.domain.ports import JournalWrite, WriteRefused
from neo.domain.report.money_course import MoneyCourse
from neo.domain.session.summary_rows import SummaryRows
from neo.domain.units import NS_PER_S
from neo.infra.sqlite.books_reader import BooksReader
from neo.infra.sqlite.books_rows import ExperimentRow, SessionRow, SnapshotRow
from neo.infra.sqlite.errors import StorageFailed

_WRITER = "experiments"
#: Sessions that ended without their row, by a crash: so many are made up for at once, newest first.
MISSING_MAX = 50


def experiments_of(database: Path, reader: BooksReader, wanted: Sequence[str]) -> tuple[Experiment, ...]:
    """The `wanted` sessions, newest first. What the log does not have yet is worked out now."""
    rows: dict[str, list[ExperimentRow]] = {}
    for row in reader.experiments():
        rows.setdefault(row.session_id, []).append(row)
    sessions = reader.sessions()
    return tuple(
        _experiment(database, reader, session, _before(session, sessions), rows.get(session.session_id, ()))
        for session in sessions
        if session.session_id in wanted
    )


def write_missing(database: Path) -> int:
    """A row for each ended session that has none; how many were written. DatabaseInUse while an engine runs."""
    with BooksReader(database) as reader:
        known = {row.session_id for row in reader.experiments() if row.results}
        sessions = reader.sessions()
        missing = [row for row in sessions if row.ended_at_ns is not None and row.session_id not in known]
        events = [_recorded(database, reader, row, _before(row, sessions)) for row in reversed(missing[:MISSING_MAX])]
    if events:
        _write(database, events)
    return len(events)


def write_note(database: Path, session: SessionRow, note: str) -> None:
    """One more row, with nothing but the note: the newest note of a session counts."""
    _write(database, [ExperimentRecorded(session.session_id, session.parent_session, "", "", note)])


def _write(database: Path, events: Sequence[ExperimentRecorded]) -> None:
    from neo.infra.sqlite.startup import StoreClock, StoreSettings
    from neo.infra.sqlite.state_store import open_state_store

    store = open_state_store(StoreSettings(database, runs_kept=0), session=_WRITER, clock=StoreClock())
    try:
        (answer,) = store.commit([JournalWrite(_WRITER, time.time_ns(), tuple(events))])
        if isinstance(answer, WriteRefused):
            raise StorageFailed("the experiment log could not be written", answer.reason)
    finally:
        store.close()


def _before(session: SessionRow, newest_first: Sequence[SessionRow]) -> SessionRow | None:
    """What a session is compared with: the one that it recovers, else the one before it."""
    if session.parent_session is not None:
        return next((row for row in newest_first if row.session_id == session.parent_session), None)
    return next((row for row in newest_first if row.started_at_ns < session.started_at_ns), None)


def _recorded(
    database: Path, reader: BooksReader, session: SessionRow, before: SessionRow | None
) -> ExperimentRecorded:
    results, hourly = _worked_out(database, reader, session)
    return ExperimentRecorded(
        session.session_id,
        before.session_id if before is not None else None,
        difference_text(_difference(session, before)),
        results_text(results, hourly),
    )


def _difference(session: SessionRow, before: SessionRow | None) -> dict[str, tuple[object, object]]:
    return (
        config_difference(json.loads(before.config_json), json.loads(session.config_json)) if before is not None else {}
    )


def _experiment(
    database: Path,
    reader: BooksReader,
    session: SessionRow,
    before: SessionRow | None,
    rows: Sequence[ExperimentRow],
) -> Experiment:
    frozen = next((row for row in reversed(rows) if row.results), None)
    results, hourly = results_from(frozen.results) if frozen is not None else _worked_out(database, reader, session)
    return Experiment(
        session_id=session.session_id,
        run_id=session.run_id,
        mode=session.mode,
        started_at_ns=session.started_at_ns,
        ended_at_ns=session.ended_at_ns,
        halt_reason=session.halt_reason,
        code_version=session.code_version,
        config_hash=session.config_hash,
        seed=session.seed,
        compared_with=before.session_id if before is not None else None,
        difference=_difference(session, before),
        config=json.loads(session.config_json),
        results=results,
        hourly=hourly,
        note=next((row.note for row in reversed(rows) if row.note), ""),
    )


def _worked_out(
    database: Path, reader: BooksReader, session: SessionRow
) -> tuple[dict[str, Decimal], dict[str, tuple[Decimal, ...]]]:
    """Results and hourly profits, in one pass over the ticks."""
    ends_ns = ends_ns_of(database, session)
    hours = hour_ends(session.started_at_ns, ends_ns)
    watches: list[HourlyProfit] = []

    def watch(rows: SummaryRows, ticks: Iterable[SnapshotRow]) -> Iterable[SnapshotRow]:
        fees = dated_fees(reader, session.session_id, rows.instrument.venue)
        watches.append(HourlyProfit(MoneyCourse(rows.instrument.base, rows.fills, fees), hours))
        return watches[0].watched(ticks)

    summary = summary_of(database, reader, session, watch)
    hourly: dict[str, tuple[Decimal, ...]] = {}
    if summary.makes_markets and hours:
        hourly[summary.quote] = watches[0].profits()
    for report in summary.drops if hours else ():
        hourly = with_profits(hourly, report.quote, hourly_results(report, session.started_at_ns, hours))
    return results_of(summary, (ends_ns - session.started_at_ns) // NS_PER_S), hourly
