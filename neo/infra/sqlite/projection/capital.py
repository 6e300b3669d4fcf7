"""Table ``capital_events``: money that came in (+) or went out (-) without a trade, each event once."""

from __future__ import annotations

from neo.domain.messages.journal import CapitalRecorded
from neo.infra.sqlite.decimal_text import decimal_text
from neo.infra.sqlite.projection.entry import Entry, Execute, Projections

TABLES = ("capital_events",)

_RECORD = (
    "INSERT INTO capital_events(lsn, event_id, session_id, at_ns, venue, asset, amount, kind, note) "
    "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def recorded(execute: Execute, entry: Entry, event: CapitalRecorded) -> None:
    """One capital event."""
    execute(
        _RECORD,
        (
            entry.lsn,
            event.event_id,
            event.session_id,
            entry.at_ns,
            event.venue,
            event.asset,
            decimal_text(event.amount),
            event.kind.value,
            event.note,
        ),
    )


PROJECTIONS: Projections = {CapitalRecorded: recorded}
