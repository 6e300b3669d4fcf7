"""Which session a command means: its id, the beginning or end of it, its run id, or the newest."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from neo.domain.errors import NeoError
from neo.domain.session.exit_codes import NO_SUCH_SESSION

if TYPE_CHECKING:
    from neo.infra.sqlite.books_reader import BooksReader
    from neo.infra.sqlite.books_rows import SessionRow


class NoSuchSession(NeoError):
    """The session that was asked for is not in the database, or more than one could be meant."""

    exit_code = NO_SUCH_SESSION


def chosen_session(reader: BooksReader, wanted: str | None) -> SessionRow:
    """The session that `wanted` names; the newest when nothing is wanted. NoSuchSession otherwise."""
    rows = reader.sessions()
    if not rows:
        raise NoSuchSession(f"there is no session in {reader.path}", "Start one with `neo run config/sim.toml`.")
    if wanted is None:
        return rows[0]
    exact = [row for row in rows if wanted in (row.session_id, row.run_id)]
    found = exact or [row for row in rows if row.session_id.startswith(wanted) or row.session_id.endswith(wanted)]
    if len(found) == 1:
        return found[0]
    names = [row.session_id for row in found or rows]
    if found:
        raise NoSuchSession(f"{wanted} could be {len(found)} sessions", f"Say which: {', '.join(names[:5])}.")
    near = get_close_matches(wanted, names, n=3, cutoff=0.5) or names[:3]
    raise NoSuchSession(f"there is no session {wanted} in {reader.path}", f"There are for example {', '.join(near)}.")
