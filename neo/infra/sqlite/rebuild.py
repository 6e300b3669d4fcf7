"""Make every projected table again from the journal, through the code that made it the first time."""

from __future__ import annotations

import apsw

from neo.infra.sqlite.payload import event_of
from neo.infra.sqlite.projection import PROJECTED_TABLES, PROJECTIONS, settle
from neo.infra.sqlite.projection.sheet import on_sheet

_EVENTS = "SELECT lsn, at_ns, session_id, kind, payload FROM events ORDER BY lsn"


def rebuild_projections(connection: apsw.Connection) -> int:
    """Empty and refill the projections in one transaction; the number of events replayed. On an error nothing changed."""
    replayed = 0
    with connection:
        execute = connection.execute
        for table in PROJECTED_TABLES:
            execute(f"DELETE FROM {table}")
        for lsn, at_ns, session_id, kind, payload in connection.cursor().execute(_EVENTS):
            event = event_of(str(kind), str(payload))
            sheet = on_sheet(connection, int(lsn), int(at_ns), str(session_id))
            PROJECTIONS[type(event)](sheet, event)
            settle(sheet)
            replayed += 1
    return replayed
