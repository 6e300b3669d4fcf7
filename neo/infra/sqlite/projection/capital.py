"""Table ``capital_events``: money that came in (+) or went out (-) without a trade, each event once."""

from __future__ import annotations

from neo.domain.messages.journal import CapitalRecorded
from neo.infra.sqlite.decimal_text import decimal_text
from neo.infra.sqlite.projection.sheet import Projections, Sheet

TABLES = ("capital_events",)

_RECORD = (
    "INSERT INTO capital_events(lsn, event_id, session_id, at_ns, venue, asset, amount, kind, note) "
    "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def recorded(sheet: Sheet, event: CapitalRecorded) -> None:
    """One capital event."""
    sheet.execute(
        _RECORD,
        (
            sheet.lsn,
            event.event_id,
            event.session_id,
            sheet.at_ns,
            event.venue,
            event.asset,
            decimal_text(event.amount),
            event.kind.value,
            event.note,
        ),
    )


PROJECTIONS: Projections = {CapitalRecorded: recorded}
