"""Table ``halts``: the history. The first halt of a session is also written into its row at once."""

from __future__ import annotations

from neo.domain.messages.journal import HaltCleared, HaltRecorded
from neo.infra.sqlite.projection.sheet import Projections, Sheet

TABLES = ("halts",)

_RECORD = "INSERT INTO halts(lsn, session_id, at_ns, reason, detail, first, venue) VALUES(?, ?, ?, ?, ?, ?, ?)"
_LATCH = "UPDATE sessions SET halt_reason = ?, halt_detail = ? WHERE session_id = ?"
_CLEAR = (
    "UPDATE halts SET cleared_at_ns = ?, cleared_by = ? "
    "WHERE session_id = ? AND reason = ? AND venue = ? AND cleared_at_ns IS NULL"
)
#: What classifies the session now is the oldest halt that is left: one venue may be resumed while another stays halted.
_UNLATCH = (
    "UPDATE sessions SET (halt_reason, halt_detail) = (SELECT reason, detail FROM halts "
    "WHERE session_id = ?1 AND cleared_at_ns IS NULL ORDER BY lsn LIMIT 1) WHERE session_id = ?1 AND ended_at_ns IS NULL"
)


def recorded(sheet: Sheet, event: HaltRecorded) -> None:
    """A halt happened; the one that classifies the session is latched in its row."""
    values = (sheet.lsn, event.session_id, sheet.at_ns, event.reason, event.detail, int(event.first), event.venue)
    sheet.execute(_RECORD, values)
    if event.first:
        sheet.execute(_LATCH, (event.reason, event.detail, event.session_id))


def cleared(sheet: Sheet, event: HaltCleared) -> None:
    """Somebody let the halt go; the row of a session that has ended keeps its reason."""
    sheet.execute(_CLEAR, (sheet.at_ns, event.cleared_by, event.session_id, event.reason, event.venue))
    sheet.execute(_UNLATCH, (event.session_id,))


PROJECTIONS: Projections = {HaltRecorded: recorded, HaltCleared: cleared}
