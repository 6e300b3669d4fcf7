"""What a projection is given, and how it refuses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import apsw
import attrs

from neo.domain.messages.journal import FillRecorded, SubmissionResolved
from neo.infra.sqlite.projection.order_line import OrderLine
from neo.infra.sqlite.projection.posting import Posting
from neo.records import define

Execute = Callable[..., apsw.Cursor]
_Row = tuple[object, ...]


class BooksContradiction(ValueError):
    """The event does not fit what the books hold (unknown order, impossible transition). Its write is refused."""


@define
class Sheet:
    """The rows that one write makes. Projections take events in their order, then ``settle`` writes what they gathered.

    Gathered is what comes in numbers: an order takes several steps in one write, and rows of one table are written with
    one call. Everything else is executed at once. The first three fields are where the event under way stands.
    """

    lsn: int
    at_ns: int
    session_id: str
    execute: Execute
    execute_many: Execute
    #: Rows that the newest statement changed: asking costs less than RETURNING, for which SQLite makes a table.
    changes: Callable[[], int]
    orders: dict[str, OrderLine] = attrs.field(factory=dict)
    prepared: list[_Row] = attrs.field(factory=list)
    resolved: list[SubmissionResolved] = attrs.field(factory=list)
    #: LSN, session, fill.
    fills: list[tuple[int, str, FillRecorded]] = attrs.field(factory=list)
    postings: list[Posting] = attrs.field(factory=list)
    #: Orders that a transaction or a fill refers to: none of them can begin after that.
    referred: set[str] = attrs.field(factory=set)


Project = Callable[[Sheet, Any], None]

#: What each kind of journal event of one family changes.
Projections = Mapping[type[Any], Project]


def on_sheet(connection: apsw.Connection, lsn: int, at_ns: int, session_id: str) -> Sheet:
    """An empty sheet whose statements go through ``connection``."""
    return Sheet(lsn, at_ns, session_id, connection.execute, connection.executemany, connection.changes)
