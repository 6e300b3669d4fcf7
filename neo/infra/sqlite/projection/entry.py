"""What a projection is given, and how it refuses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import apsw


class Entry(NamedTuple):
    """Where an event stands in the journal."""

    lsn: int
    at_ns: int
    session_id: str


class BooksContradiction(ValueError):
    """The event does not fit what the books hold (unknown order, impossible transition). Its write is refused."""


Execute = Callable[..., apsw.Cursor]
Project = Callable[[Execute, Entry, Any], None]

#: What each kind of journal event of one family changes.
Projections = Mapping[type[Any], Project]
