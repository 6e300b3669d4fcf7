"""What is said about quotes that come by WebSocket."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from neo.domain.telemetry.event import Severity, TelemetryEvent
from neo.records import frozen


@frozen
class MdStreamUp(TelemetryEvent):
    """When a connection began to tell quotes of `symbols` symbols."""

    NAME: ClassVar[str] = "MD_STREAM_UP"
    symbols: int


@frozen
class MdStreamDown(TelemetryEvent):
    """When a connection that told quotes ended, could not be made, or a symbol was refused on it; the polls go on."""

    NAME: ClassVar[str] = "MD_STREAM_DOWN"
    SEVERITY: ClassVar[Severity] = Severity.WARNING
    symbols: int
    why: str


@frozen
class MdStreamDropped(TelemetryEvent):
    """When a symbol's stream was `apart_bps` away from the polled quotes for `apart_ms`: it is asked for again after a rest."""

    NAME: ClassVar[str] = "MD_STREAM_DROPPED"
    SEVERITY: ClassVar[Severity] = Severity.WARNING
    symbol: str
    apart_bps: Decimal
    apart_ms: int
    rest_ms: int


@frozen
class MdStreamUnavailable(TelemetryEvent):
    """When WebSocket quotes are configured and these symbols are polled only: no such stream, or no room for more."""

    NAME: ClassVar[str] = "MD_STREAM_UNAVAILABLE"
    SEVERITY: ClassVar[Severity] = Severity.WARNING
    symbols: int
    why: str


@frozen
class MdStreamHealth(TelemetryEvent):
    """Once a minute while WebSocket quotes are configured: symbols told now, resting ones, and counts since the session began."""

    NAME: ClassVar[str] = "MD_STREAM_HEALTH"
    told: int
    resting: int
    quotes: int
    refused: int
    drops: int
