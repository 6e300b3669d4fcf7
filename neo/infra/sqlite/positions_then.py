"""Positions as they stood when a session ended: the table only has those of now."""

from __future__ import annotations

import apsw

from neo.domain.messages.journal import PositionClosed, PositionRecorded
from neo.infra.sqlite.books_rows import PositionRow
from neo.infra.sqlite.payload import event_of

_EVENTS = (
    "SELECT kind, payload FROM events WHERE kind IN ('PositionRecorded', 'PositionClosed') "
    "AND lsn <= (SELECT max(lsn) FROM events WHERE session_id = ?) ORDER BY lsn"
)


def positions_when_ended(connection: apsw.Connection, session_id: str) -> tuple[PositionRow, ...]:
    """From the journal up to the session's last event, by venue and symbol."""
    open_then: dict[tuple[str, str], PositionRow] = {}
    for kind, payload in connection.execute(_EVENTS, (session_id,)):
        event = event_of(str(kind), str(payload))
        if isinstance(event, PositionRecorded):
            open_then[event.venue, event.symbol] = PositionRow(
                event.venue,
                event.symbol,
                event.intent_id,
                event.quantity,
                event.spent_quote,
                event.fee_value_quote,
                event.bought,
                event.gross_quote,
                event.opened_at_ns,
            )
        elif isinstance(event, PositionClosed):
            open_then.pop((event.venue, event.symbol), None)
    return tuple(row for _, row in sorted(open_then.items()))
