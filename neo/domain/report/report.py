"""The report of a session as one value: who it was, and a section for each strategy that ran."""

from __future__ import annotations

from neo.domain.report.chart import Chart, TimeLine
from neo.domain.report.table import Figure, Table
from neo.records import frozen

#: Raised whenever a key of the JSON changes its meaning or goes away; a new key does not change it.
REPORT_FORMAT = 1


@frozen(kw_only=True)
class Section:
    """What one strategy did. `notes` are sentences that stand before everything else."""

    key: str
    title: str
    notes: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    charts: tuple[Chart, ...] = ()
    time_lines: tuple[TimeLine, ...] = ()
    tables: tuple[Table, ...] = ()


@frozen(kw_only=True)
class SessionReport:
    """`mode` and `filled_by` stand on every page: the numbers mean nothing without. Times in ns since 1970, UTC.

    `about` are (label, text) pairs that say which session this is; texts come from configuration, operators and venues and are
    to be taken for hostile by whoever writes them into a page.
    """

    session_id: str
    mode: str
    filled_by: str
    starts_ns: int
    ends_ns: int
    is_running: bool
    about: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]

    @property
    def title(self) -> str:
        return f"neo {self.mode}: {self.session_id}"
