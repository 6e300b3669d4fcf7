"""Rows of the table ``events``: several with one statement, because nearly all that they hold is the same."""

from __future__ import annotations

from collections.abc import Sequence

from neo.infra.sqlite.payload import EVENT_SCHEMA_VERSION
from neo.infra.sqlite.projection.sheet import Execute
from neo.infra.sqlite.whole_row import BY_POSITION

BY_POSITION["events"] = ("lsn", "session_id", "at_ns", "sender", "kind", "schema_version", "payload")
#: A statement for each of these numbers of rows. One for every number there is would be prepared anew again and again.
_SIZES = (8, 4, 2, 1)
_APPEND = {
    size: "INSERT INTO events VALUES"
    + ",".join(f"(?1+{row},?2,?3,?4,?{5 + 2 * row},{EVENT_SCHEMA_VERSION},?{6 + 2 * row})" for row in range(size))
    for size in _SIZES
}


def append_rows(
    execute: Execute, first_lsn: int, session_id: str, at_ns: int, sender: str, told: Sequence[str]
) -> None:
    """The events that ``told`` has, kind and payload in turn, from ``first_lsn`` on."""
    lsn, rest = first_lsn, told
    for size in _SIZES:
        while len(rest) >= 2 * size:
            execute(_APPEND[size], (lsn, session_id, at_ns, sender, *rest[: 2 * size]))
            lsn, rest = lsn + size, rest[2 * size :]
