"""What is said about drops: found, bought or not, and sold again."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from neo.domain.telemetry.event import Severity, TelemetryEvent
from neo.records import frozen


@frozen
class DropTriggered(TelemetryEvent):
    """For every drop, bought or not: `blocked_by` names each guard that was against it, empty when it is bought."""

    NAME: ClassVar[str] = "DROP_TRIGGERED"
    symbol: str
    anchor: Decimal
    price: Decimal
    depth_bps: Decimal
    blocked_by: str


@frozen
class EntryProposed(TelemetryEvent):
    """When a drop is to be bought: what Risk is asked for."""

    NAME: ClassVar[str] = "ENTRY_PROPOSED"
    intent_id: str
    symbol: str
    quantity: Decimal
    limit: Decimal


@frozen
class ExitProposed(TelemetryEvent):
    """When a position is to be sold, and why."""

    NAME: ClassVar[str] = "EXIT_PROPOSED"
    intent_id: str
    symbol: str
    quantity: Decimal
    reason: str
    gain_bps: Decimal


@frozen
class TradeRefusedEvent(TelemetryEvent):
    """When Risk did not let a proposed trade pass."""

    NAME: ClassVar[str] = "TRADE_REFUSED"
    SEVERITY: ClassVar[Severity] = Severity.WARNING
    intent_id: str
    symbol: str
    purpose: str
    reason: str
    detail: str


@frozen
class NearDrop:
    """A symbol near its trigger: the middle of its quote, what that is measured from, and the distance to the line, below 0
    when it is crossed. `blocked_by` names each guard that would keep it from being bought now."""

    symbol: str
    price: Decimal
    anchor: Decimal
    distance_bps: Decimal
    blocked_by: tuple[str, ...]


@frozen
class TopDrops(TelemetryEvent):
    """Once in ten seconds: the symbols nearest to their trigger, nearest first, and the guards against each."""

    NAME: ClassVar[str] = "TOP_DROPS"
    SEVERITY: ClassVar[Severity] = Severity.DEBUG
    drops: tuple[NearDrop, ...]
