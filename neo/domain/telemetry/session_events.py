"""What is said about the session as a whole: start, phases, halts, reconciliation, money in and out, end."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from neo.domain.telemetry.event import Severity, TelemetryEvent
from neo.records import frozen


@frozen
class SessionStarted(TelemetryEvent):
    """When the session's row is durable."""

    NAME: ClassVar[str] = "SESSION_START"
    session_id: str
    run_id: str
    mode: str
    config_hash: str
    code_version: str
    seed: int
    parent_session: str | None


@frozen
class SessionFinished(TelemetryEvent):
    """When the session's end and its halt reason are durable."""

    NAME: ClassVar[str] = "SESSION_END"
    session_id: str
    halt_reason: str
    halt_detail: str


@frozen
class SessionFoundCrashed(TelemetryEvent):
    """At start-up, for each session that was left open by a process that died."""

    NAME: ClassVar[str] = "SESSION_CRASHED"
    SEVERITY: ClassVar[Severity] = Severity.WARNING
    session_id: str
    noticed_by: str


@frozen
class PhaseEntered(TelemetryEvent):
    """When the session moves to another phase."""

    NAME: ClassVar[str] = "PHASE"
    phase: str
    why: str


@frozen
class VenuePhaseEntered(TelemetryEvent):
    """When a session that trades on several venues moves to another phase on one of them."""

    NAME: ClassVar[str] = "VENUE_PHASE"
    venue: str
    phase: str
    why: str


@frozen
class HaltRaised(TelemetryEvent):
    """For each halt; `first` marks the one that classifies the session. Only `venue` halts, or the engine when it is empty."""

    NAME: ClassVar[str] = "HALT"
    SEVERITY: ClassVar[Severity] = Severity.WARNING
    reason: str
    detail: str
    first: bool
    venue: str = ""


@frozen
class HaltEnded(TelemetryEvent):
    """When a halt is cleared, by whom or by what; `venue` as HALT had it."""

    NAME: ClassVar[str] = "HALT_CLEARED"
    reason: str
    cleared_by: str
    venue: str = ""


@frozen
class ReconcileFinished(TelemetryEvent):
    """When books and venue were compared and agree; `explained` lists the differences and their explanations."""

    NAME: ClassVar[str] = "RECONCILED"
    venue: str
    ledger_index: int
    explained: tuple[str, ...]


@frozen
class CapitalMoved(TelemetryEvent):
    """For each deposit (+) or withdrawal (-), in units of `asset`."""

    NAME: ClassVar[str] = "CAPITAL_EVENT"
    venue: str
    asset: str
    amount: Decimal
    kind: str
    note: str


@frozen
class InventoryDrift(TelemetryEvent):
    """At shutdown, when the books and the engine's balance of an asset differ by 1 % or more; amounts in units of it.

    The n-th of `venues` is where the n-th of `assets` is.
    """

    NAME: ClassVar[str] = "INVENTORY_DRIFT"
    SEVERITY: ClassVar[Severity] = Severity.ERROR
    assets: tuple[str, ...]
    books: tuple[Decimal, ...]
    engine: tuple[Decimal, ...]
    venues: tuple[str, ...]


@frozen
class BackupMade(TelemetryEvent):
    """When the database was copied before the run or before a migration."""

    NAME: ClassVar[str] = "BACKUP"
    path: str
    size_bytes: int


@frozen
class LogsCleaned(TelemetryEvent):
    """When the retention removed old logs."""

    NAME: ClassVar[str] = "LOG_CLEANUP"
    removed: int
    freed_bytes: int
    kept: int
