"""The engine itself: whether it lives, its session, halts, actors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal

from neo.domain.units import NS_PER_S
from neo.infra.control.status import ActorState, EngineStatus
from neo.infra.control.status_board import EngineState
from neo.infra.metrics.metric import Kind, Metric, Reading, Sample, counter, gauge

_LIVES = (EngineState.RUNNING, EngineState.STALE, EngineState.STARTING)


def _up(reading: Reading) -> Iterable[Sample]:
    yield (), int(reading.state in _LIVES)


def _state(reading: Reading) -> Iterable[Sample]:
    return [((state.value,), int(state is reading.state)) for state in EngineState]


def _status_age(reading: Reading) -> Iterable[Sample]:
    if reading.status is not None:
        yield (), reading.status_age_s


def _session(status: EngineStatus) -> Iterable[Sample]:
    yield (status.session_id, status.mode, ",".join(status.strategies)), 1


def _running(status: EngineStatus) -> Iterable[Sample]:
    yield (), Decimal(max(0, status.now_ns - status.started_at_ns)) / NS_PER_S


def _halts(status: EngineStatus) -> Iterable[Sample]:
    return [(each, count) for each, count in Counter((halt.reason, halt.venue) for halt in status.halts).items()]


def _in_force(status: EngineStatus) -> Iterable[Sample]:
    return [((venue.venue, venue.halt_reason), 1) for venue in status.venues if venue.halt_reason is not None]


ENGINE_METRICS = (
    Metric("neo_engine_up", Kind.GAUGE, "1 while the engine's process lives, 0 otherwise", (), _up),
    Metric(
        "neo_engine_state", Kind.GAUGE, "1 for the state that the engine is in, 0 for the others", ("state",), _state
    ),
    Metric(
        "neo_status_age_seconds",
        Kind.GAUGE,
        "how long ago the status was posted that the figures come from; 0 within the engine",
        (),
        _status_age,
    ),
    gauge("neo_session_info", "always 1; the labels say which session", ("session", "mode", "strategies"), _session),
    gauge("neo_session_running_seconds", "since the session began, on the engine's clock", (), _running),
    gauge("neo_session_phase", "1 for the phase of the session", ("phase",), lambda status: [((status.phase,), 1)]),
    gauge(
        "neo_venue_phase",
        "1 for the phase of a venue",
        ("venue", "phase"),
        lambda status: [((each.venue, each.phase), 1) for each in status.venues],
    ),
    gauge(
        "neo_halts",
        "halts that nobody has resumed from; venue is empty for the whole engine",
        ("reason", "venue"),
        _halts,
    ),
    gauge("neo_halt_in_force", "1 while that halt keeps a venue out of trade", ("venue", "reason"), _in_force),
    gauge(
        "neo_actor_answers",
        "1 while the actor answers, 0 while it starts, is late, blocked, restarting or down",
        ("actor",),
        lambda status: [((each.name,), int(each.state is ActorState.OK)) for each in status.actors],
    ),
    gauge(
        "neo_actor_state",
        "1 for the state of the actor",
        ("actor", "state"),
        lambda status: [((each.name, each.state.value), 1) for each in status.actors],
    ),
    gauge(
        "neo_actor_mailbox_messages",
        "messages that wait for the actor",
        ("actor",),
        lambda status: [((each.name,), each.queued) for each in status.actors],
    ),
    counter(
        "neo_actor_restarts_total",
        "how often the actor was replaced",
        ("actor",),
        lambda status: [((each.name,), each.restarts) for each in status.actors],
    ),
    gauge(
        "neo_pending_orders",
        "orders whose end a halt still waits for",
        (),
        lambda status: [((), len(status.pending))],
    ),
)
