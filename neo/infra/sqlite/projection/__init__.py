"""From journal events to tables. One file per family; the same code serves a commit and a rebuild."""

from __future__ import annotations

from types import MappingProxyType

from neo.infra.sqlite.projection import capital, engine, fills, halts, orders, sessions, submissions, trades
from neo.infra.sqlite.projection.sheet import Projections, Sheet

#: What each kind of journal event changes.
PROJECTIONS: Projections = MappingProxyType(
    {
        **sessions.PROJECTIONS,
        **halts.PROJECTIONS,
        **orders.PROJECTIONS,
        **submissions.PROJECTIONS,
        **fills.PROJECTIONS,
        **capital.PROJECTIONS,
        **engine.PROJECTIONS,
        **trades.PROJECTIONS,
    }
)

#: Every projected table, children before the tables that they refer to.
PROJECTED_TABLES = (
    *capital.TABLES,
    *fills.TABLES,
    *submissions.TABLES,
    *orders.TABLES,
    *halts.TABLES,
    *sessions.TABLES,
    *engine.TABLES,
    *trades.TABLES,
)


def settle(sheet: Sheet) -> None:
    """Write what the events of one write have gathered, each table before those that refer to it."""
    if sheet.orders:
        orders.write(sheet)
    if sheet.prepared:
        submissions.write_prepared(sheet)
    if sheet.resolved:
        submissions.write_resolved(sheet)
    if sheet.fills:
        fills.write_fills(sheet)
    if sheet.postings:
        fills.write_postings(sheet)
