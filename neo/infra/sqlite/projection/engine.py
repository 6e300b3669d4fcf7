"""Tables ``engine_state`` and ``cursors``."""

from __future__ import annotations

from neo.domain.messages.journal import CursorAdvanced, EngineStateSet
from neo.infra.sqlite.projection.sheet import Projections, Sheet

TABLES = ("engine_state", "cursors")

_SET = (
    "INSERT INTO engine_state(key, value, updated_at_ns, session_id) VALUES(?, ?, ?, ?) ON CONFLICT(key) DO UPDATE "
    "SET value = excluded.value, updated_at_ns = excluded.updated_at_ns, session_id = excluded.session_id"
)
_REMOVE = "DELETE FROM engine_state WHERE key = ?"
# A late, lower cursor is older knowledge: what has been read stays read.
_ADVANCE = (
    "INSERT INTO cursors(venue, ledger_index, updated_at_ns) VALUES(?, ?, ?) ON CONFLICT(venue) DO UPDATE "
    "SET ledger_index = excluded.ledger_index, updated_at_ns = excluded.updated_at_ns "
    "WHERE excluded.ledger_index > ledger_index"
)


def state_set(sheet: Sheet, event: EngineStateSet) -> None:
    """One row of engine_state; None removes it."""
    if event.value is None:
        sheet.execute(_REMOVE, (event.key,))
    else:
        sheet.execute(_SET, (event.key, event.value, sheet.at_ns, sheet.session_id))


def advanced(sheet: Sheet, event: CursorAdvanced) -> None:
    """Everything up to this ledger has been read."""
    sheet.execute(_ADVANCE, (event.venue, event.ledger_index, sheet.at_ns))


PROJECTIONS: Projections = {EngineStateSet: state_set, CursorAdvanced: advanced}
