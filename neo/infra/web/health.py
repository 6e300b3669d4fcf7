"""/healthz: does this process serve? /readyz: does its engine work? For probes and people; both answer in JSON."""

from __future__ import annotations

from typing import Any

from neo.infra.control.status_board import EngineState, Sighting

_WORKING_PHASE = "trading"


def readiness(sighting: Sighting) -> tuple[bool, dict[str, Any]]:
    """Whether the engine trades and every actor answers, and why not."""
    reasons = []
    if sighting.state is not EngineState.RUNNING:
        reasons.append(f"the engine is {sighting.state.value}")
    status = sighting.record or {}
    phase = str(status.get("phase", ""))
    if sighting.alive and phase != _WORKING_PHASE:
        reasons.append(f"the session is {phase or 'unknown'}")
    reasons += [
        f"actor {actor.get('name')} is {actor.get('state')}"
        for actor in status.get("actors", ())
        if actor.get("state") != "ok"
    ]
    return not reasons, {"ready": not reasons, "reasons": reasons, "session": sighting.session, "phase": phase}
