"""From a reported fact to a halt. Only the Supervisor asks; every other actor reports facts.

The reasons and their rules are in halt_reasons.py, the halt in force in halt_latch.py; all are offered from here.
"""

from __future__ import annotations

from neo.domain.messages.session import (
    BeatsMissed,
    EngineHaltRequested,
    OperatorHalt,
    ReconcileAmbiguous,
    RiskBreached,
    StartupFailed,
    StopRequested,
)
from neo.domain.messages.storage import StorageFailed
from neo.domain.safety.facts import ActorFailed, ActorStuck, DurationElapsed
from neo.domain.safety.halt_latch import HaltLatch
from neo.domain.safety.halt_reasons import HALT_RULES, Halt, HaltReason
from neo.domain.safety.halt_rule import Allowed, ClearedBy, HaltRule

__all__ = [
    "HALT_RULES",
    "Allowed",
    "ClearedBy",
    "Halt",
    "HaltFact",
    "HaltLatch",
    "HaltReason",
    "HaltRule",
    "classify",
    "unexpected",
]

HaltFact = (
    DurationElapsed
    | EngineHaltRequested
    | RiskBreached
    | StopRequested
    | OperatorHalt
    | ReconcileAmbiguous
    | BeatsMissed
    | ActorStuck
    | ActorFailed
    | StorageFailed
    | StartupFailed
)


def classify(fact: HaltFact) -> Halt:
    """The halt that follows from a fact."""
    match fact:
        case DurationElapsed(duration_s=duration_s):
            return Halt(HaltReason.DURATION_ELAPSED, f"after {duration_s} s as configured")
        case EngineHaltRequested(requested_by=who, detail=detail, venue=venue):
            return Halt(HaltReason.ENGINE_REQUESTED_HALT, f"{who}: {detail}", venue)
        case RiskBreached(breach=breach, detail=detail, venue=venue):
            return Halt(HaltReason(breach.value), detail, venue)
        case StopRequested(signal=signal):
            return Halt(HaltReason(signal.value), "the process was asked to stop")
        case OperatorHalt(who=who, note=note):
            return Halt(HaltReason.KILL_SWITCH, f"{who}: {note}" if note else who)
        case ReconcileAmbiguous(detail=detail, venue=venue):
            return Halt(HaltReason.RECONCILER_HALT, detail, venue)
        case BeatsMissed(name=name, missed=missed, silent_s=silent_s):
            return Halt(HaltReason.HEARTBEAT_TIMEOUT, f"{name} missed {missed} beats, silent for {silent_s} s")
        case ActorStuck(name=name, silent_s=silent_s):
            return Halt(HaltReason.HEARTBEAT_TIMEOUT, f"{name} is stuck, silent for {silent_s} s")
        case ActorFailed(name=name, error=error):
            return Halt(HaltReason.ACTOR_FAILURE, f"{name}: {error}")
        case StorageFailed(detail=detail):
            return Halt(HaltReason.STORAGE_FAILURE, detail)
        case StartupFailed(detail=detail):
            return Halt(HaltReason.STARTUP_FAILURE, detail)
    return unexpected(fact)


def unexpected(fact: object) -> Halt:
    """The explicit fallback for something that no rule knows. A test proves that no fact leads here."""
    return Halt(HaltReason.UNEXPECTED_HALT, f"no rule for {type(fact).__name__}: {fact}")
