"""What is said about the engine itself: actors, heartbeats, checkpoints, gateways, lost messages, telemetry."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from neo.domain.telemetry.event import Severity, TelemetryEvent
from neo.records import frozen


@frozen
class Heartbeat(TelemetryEvent):
    """Once for each round of pings: how many actors answered the round before, and the longest queue among them."""

    NAME: ClassVar[str] = "HEARTBEAT"
    SEVERITY: ClassVar[Severity] = Severity.DEBUG
    round: int
    actors: int
    answered: int
    longest_queue: int
    slowest_age_ms: int


@frozen
class HeartbeatMissed(TelemetryEvent):
    """When an actor left pings unanswered for too long."""

    NAME: ClassVar[str] = "HEARTBEAT_MISSED"
    SEVERITY: ClassVar[Severity] = Severity.WARNING
    name: str
    missed: int
    silent_s: int


@frozen
class ActorOverloaded(TelemetryEvent):
    """When an actor answers pings but its queue is old: it works, and too slowly."""

    NAME: ClassVar[str] = "ACTOR_OVERLOADED"
    SEVERITY: ClassVar[Severity] = Severity.WARNING
    name: str
    queued: int
    oldest_age_ms: int


@frozen
class ActorDown(TelemetryEvent):
    """When an actor crashed or was replaced because it hung."""

    NAME: ClassVar[str] = "ACTOR_DOWN"
    SEVERITY: ClassVar[Severity] = Severity.ERROR
    name: str
    error: str


@frozen
class ActorBack(TelemetryEvent):
    """When a restarted actor has rebuilt itself."""

    NAME: ClassVar[str] = "ACTOR_BACK"
    name: str


@frozen
class DeadLettered(TelemetryEvent):
    """For a message that reached nobody, with the reason."""

    NAME: ClassVar[str] = "DEAD_LETTER"
    SEVERITY: ClassVar[Severity] = Severity.WARNING
    to: str
    sender: str
    reason: str
    message_type: str


@frozen
class TelemetryProblem(TelemetryEvent):
    """When a sink of telemetry fails or works again; trading goes on."""

    NAME: ClassVar[str] = "TELEMETRY_PROBLEM"
    SEVERITY: ClassVar[Severity] = Severity.ERROR
    problem: str


@frozen
class GatewayDown(TelemetryEvent):
    """When the first request to a venue fails after a success."""

    NAME: ClassVar[str] = "GATEWAY_DOWN"
    SEVERITY: ClassVar[Severity] = Severity.WARNING
    venue: str
    detail: str


@frozen
class GatewayUp(TelemetryEvent):
    """When a request to a venue succeeds again."""

    NAME: ClassVar[str] = "GATEWAY_UP"
    venue: str
    down_s: int


@frozen
class WalCheckpoint(TelemetryEvent):
    """For each checkpoint that copied the whole write-ahead log, as SQLite reports it."""

    NAME: ClassVar[str] = "WAL_CHECKPOINT"
    mode: str
    busy: bool
    log_frames: int
    checkpointed: int
    elapsed_ms: Decimal


@frozen
class WalCheckpointIncomplete(TelemetryEvent):
    """For a checkpoint that a reader kept from copying everything: ordinary when it happens once."""

    NAME: ClassVar[str] = "WAL_CHECKPOINT_INCOMPLETE"
    SEVERITY: ClassVar[Severity] = Severity.WARNING
    mode: str
    busy: bool
    log_frames: int
    checkpointed: int
    elapsed_ms: Decimal
    incomplete_in_row: int


@frozen
class WalCheckpointStuck(TelemetryEvent):
    """From the third incomplete checkpoint in a row: the log grows, somebody reads without end."""

    NAME: ClassVar[str] = "WAL_CHECKPOINT_STUCK"
    SEVERITY: ClassVar[Severity] = Severity.ERROR
    mode: str
    busy: bool
    log_frames: int
    checkpointed: int
    elapsed_ms: Decimal
    incomplete_in_row: int


@frozen
class WalCheckpointFailed(TelemetryEvent):
    """For a checkpoint that raised."""

    NAME: ClassVar[str] = "WAL_CHECKPOINT_FAILED"
    SEVERITY: ClassVar[Severity] = Severity.ERROR
    mode: str
    elapsed_ms: Decimal
    error: str
