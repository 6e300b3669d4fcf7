"""Actors that died: on the way of an order that is the worst that can happen, elsewhere it is bad enough."""

from __future__ import annotations

from collections.abc import Iterator

from neo.domain.diagnosis.evidence import Crash, Evidence
from neo.domain.diagnosis.problem import Problem, Weight
from neo.domain.report.times import utc

#: Whoever an order passes through. Names as in neo/actors/names.py (a test compares).
ORDER_PATH = ("drop_buyer", "exchange_router", "inventory", "order_router", "risk", "state_writer", "strategy")
_SHOWN_MAX = 3


def dead_actors(evidence: Evidence) -> Iterator[Problem]:
    """One problem for each actor and error."""
    groups: dict[tuple[str, str], list[Crash]] = {}
    for crash in evidence.crashes:
        groups.setdefault((crash.actor, crash.error), []).append(crash)
    for (actor, error), crashes in groups.items():
        yield _problem(evidence, actor, error, crashes)


def _problem(evidence: Evidence, actor: str, error: str, crashes: list[Crash]) -> Problem:
    on_path = actor in ORDER_PATH
    told = [f"just before, {c.order_event} of order {c.order_id} was written" for c in crashes if c.order_event]
    after = f" after {crashes[0].order_event.removeprefix('ORDER_').lower()} order" if told else ""
    back = evidence.of("ACTOR_BACK")
    came_back = sum(count for name, count in back.by("name") if name == actor) if back is not None else 0
    return Problem(
        key="order_path_failure" if on_path else "actor_failure",
        weight=Weight.CRITICAL if on_path else Weight.HIGH,
        title=f"{actor} died{after}: {error}" if on_path else f"{actor} died: {error}",
        count=len(crashes),
        first_ns=crashes[0].at_ns,
        last_ns=crashes[-1].at_ns,
        evidence=(
            f"ACTOR_DOWN of {actor}, {len(crashes)} x: {error}",
            *dict.fromkeys(told[:_SHOWN_MAX]),
            f"it was rebuilt {came_back} x{back.sampled}"
            if back is not None and came_back
            else "it did not say that it was back",
        ),
        impact="Orders stand still while it is rebuilt from the books and the venue; what was under way is reconciled."
        if on_path
        else "Its work stands still while it is rebuilt.",
        advice=(
            f"Read the traceback in logs/neo.log at {utc(crashes[0].at_ns)} and mend the handler: the same event kills it again.",
            *(
                ("Replay that order's life in neo.harness: the error comes with the event named above.",)
                if told
                else ()
            ),
        ),
    )
