"""Gathers what a diagnosis is made from: books, ticks, telemetry, log. Reads only."""

from __future__ import annotations

import json
from pathlib import Path

from neo.cli.session_report import ends_ns_of
from neo.cli.session_summary import summary_of
from neo.domain.diagnosis.event_watch import EventWatch, needs_fields, tier_intervals_ms
from neo.domain.diagnosis.evidence import LOG_LINES_MAX, Evidence, LogLine, Said
from neo.infra.sqlite.books_reader import BooksReader
from neo.infra.sqlite.books_rows import SessionRow
from neo.infra.telemetry.event_stream import stream_events
from neo.infra.telemetry.log_reading import logged_troubles


def evidence_of(database: Path, reader: BooksReader, session: SessionRow, *, is_running: bool) -> Evidence:
    """Everything about a session that is in the database. `is_running`: a living engine works on it."""
    config = json.loads(session.config_json)
    logs = Path(session.directory) / "logs"
    watch = EventWatch(tier_intervals_ms(config))
    lines, lost, last_seq = 0, 0, 0
    for event in stream_events(logs / "events.jsonl", needs_fields):
        lines += 1
        lost += max(0, event.seq - last_seq - 1) if last_seq else 0
        last_seq = max(last_seq, event.seq)
        watch.see(Said(event.at_ns, event.name, event.severity, event.actor, event.fields))
    log = logged_troubles(logs, LOG_LINES_MAX)
    return Evidence(
        summary=summary_of(database, reader, session),
        config=config,
        is_crashed=session.crash_noticed_by is not None or (session.ended_at_ns is None and not is_running),
        ends_ns=ends_ns_of(database, session),
        events=watch.events(),
        crashes=watch.crashes(),
        polling=watch.polling(),
        lines=lines,
        lines_lost=lost,
        log=tuple(LogLine(line.at_ns, line.level, line.logger, line.text) for line in log),
    )
