"""Actors that did not answer, and sessions in which nobody was asked."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from neo.domain.config.heartbeat import HeartbeatConfig
from neo.domain.diagnosis.evidence import Evidence
from neo.domain.diagnosis.problem import Problem, Weight

#: A session must be so many intervals long before the lack of beats means anything.
_ROUNDS_MIN = 4
_SWITCH_IT_ON = "Switch heartbeat.warn_only off outside of observation: the supervisor would have restarted it."


def missed_beats(evidence: Evidence) -> Iterator[Problem]:
    """HEARTBEAT_MISSED, with the actors and their longest silence."""
    found = evidence.of("HEARTBEAT_MISSED")
    if found is None:
        return
    silences: dict[str, int] = {}
    for said in found.samples:
        silences[said.text("name")] = max(silences.get(said.text("name"), 0), int(said.text("silent_s") or 0))
    longest = max(silences.values(), default=0)
    timeout_s = evidence.config.get("heartbeat.timeout_s", HeartbeatConfig().timeout_s)
    only_warned = evidence.config.get("heartbeat.warn_only") is True
    yield Problem(
        key="heartbeat_missed",
        weight=Weight.HIGH,
        title=f"Missed heartbeats: {', '.join(silences)} silent for up to {longest} s{found.sampled}",
        count=found.count,
        first_ns=found.first_ns,
        last_ns=found.last_ns,
        evidence=tuple(f"{name}: silent for up to {silent_s} s (timeout {timeout_s} s)" for name, silent_s in silences.items())
        + (("heartbeat.warn_only is on: nothing was restarted, nothing halted",) if only_warned else ()),
        impact="An actor that is silent does no work; an order path that is silent leaves orders alone.",
        advice=(
            "See ACTOR_OVERLOADED and logs/neo.log at these times: a handler that blocks, or a machine without CPU.",
            *((_SWITCH_IT_ON,) if only_warned else ()),
        ),
    )  # fmt: skip


def overloaded_actors(evidence: Evidence) -> Iterator[Problem]:
    """ACTOR_OVERLOADED: works, and too slowly."""
    found = evidence.of("ACTOR_OVERLOADED")
    if found is None:
        return
    named = found.by("name")
    yield Problem(
        key="actor_overloaded",
        weight=Weight.MEDIUM,
        title=f"Queues too long: {', '.join(name for name, _ in named)}",
        count=found.count,
        first_ns=found.first_ns,
        last_ns=found.last_ns,
        evidence=tuple(f"{name}: {count} x{found.sampled}" for name, count in named),
        impact="What it decides is decided on old news.",
        advice=("Fewer symbols or longer intervals, or a faster machine.",),
    )


def no_beats(evidence: Evidence) -> Iterator[Problem]:
    """Nobody was pinged although the session was long enough for it."""
    interval_s = _interval_s(evidence)
    if not evidence.lines or evidence.of("HEARTBEAT") is not None or is_too_short(evidence):
        return
    yield Problem(
        key="no_beat_history",
        weight=Weight.HIGH,
        title="No beat history: not one round of pings was written",
        count=1,
        evidence=(f"{evidence.duration_s} s of session, a round is due every {interval_s} s, no HEARTBEAT",),
        impact="Nobody would have noticed an actor that is stuck.",
        advice=("See whether the heartbeat actor died (ACTOR_DOWN) or telemetry lost its lines.",),
    )


def is_too_short(evidence: Evidence) -> bool:
    """Whether the lack of beats means nothing yet."""
    return evidence.duration_s < _ROUNDS_MIN * _interval_s(evidence)


def _interval_s(evidence: Evidence) -> Decimal:
    return Decimal(str(evidence.config.get("heartbeat.interval_s", HeartbeatConfig().interval_s)))
