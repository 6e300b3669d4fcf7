"""Evidence of made-up sessions, for the tests of rules."""

from __future__ import annotations

from typing import Any

import attrs

from neo.domain.diagnosis.diagnosis import diagnose
from neo.domain.diagnosis.event_watch import EventWatch
from neo.domain.diagnosis.evidence import Evidence, Said
from neo.domain.market.instrument import Instrument
from neo.domain.session.summary import SessionSummary, summarise
from neo.domain.session.summary_rows import SummaryRows
from neo.domain.telemetry.event import registered_events
from neo.domain.units import NS_PER_S
from neo.infra.sqlite.books_rows import SessionRow

HOUR_NS = 3600 * NS_PER_S
CALM = (
    "duration_elapsed",
    "interrupted_sigint",
    "interrupted_sigterm",
)


def summary(**changes: Any) -> SessionSummary:
    """An hour that ended after its duration; nothing happened in it."""
    row = SessionRow("s", "r", "sim", 0, HOUR_NS, "h", "{}", "v", 1, "/d", None, "duration_elapsed", "", None)
    made = summarise(SummaryRows(session=row, instrument=Instrument("xrpl", "XRP", "RLUSD")), [])
    return attrs.evolve(made, **changes)


def said(name: str, at_s: int = 0, /, **fields: Any) -> Said:
    """An event that exists; KeyError for one that does not."""
    return Said(at_s * NS_PER_S, name, registered_events()[name].SEVERITY.value, "somebody", fields)


def evidence(*events: Said, **changes: Any) -> Evidence:
    """Evidence of these events, beside a sound session's."""
    watch = EventWatch({"hot": 1500, "warm": 3000, "cold": 6000})
    for event in (said("HEARTBEAT"), *events):
        watch.see(event)
    made = Evidence(
        summary=summary(),
        ends_ns=HOUR_NS,
        events=watch.events(),
        crashes=watch.crashes(),
        polling=watch.polling(),
        lines=1 + len(events),
    )
    return attrs.evolve(made, **changes)


def keys(*events: Said, **changes: Any) -> list[str]:
    """Which problems a diagnosis of it finds, worst first."""
    return [problem.key for problem in diagnose(evidence(*events, **changes)).problems]
