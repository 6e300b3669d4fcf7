"""What is said about orders and fills: each step of an order's life, once it is durable."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from neo.domain.telemetry.event import Severity, TelemetryEvent
from neo.quickly_built import quickly_built
from neo.records import frozen


@quickly_built
@frozen
class OrderWanted(TelemetryEvent):
    """When the intent to place an order is durable, before anything is sent. Price in quote per base, quantity in base."""

    NAME: ClassVar[str] = "ORDER_INTENDED"
    order_id: str
    symbol: str
    side: str
    level: int
    price: Decimal
    quantity: Decimal
    offer_sequence: int | None
    replaces_order_id: str | None


@frozen
class OrderTakenOver(TelemetryEvent):
    """When an offer of ours that the books did not know is adopted."""

    NAME: ClassVar[str] = "ORDER_ADOPTED"
    SEVERITY: ClassVar[Severity] = Severity.WARNING
    order_id: str
    symbol: str
    side: str
    price: Decimal
    quantity: Decimal
    offer_sequence: int


@quickly_built
@frozen
class OrderSubmitted(TelemetryEvent):
    """When an order was handed to the venue."""

    NAME: ClassVar[str] = "ORDER_SUBMITTED"
    order_id: str
    reason: str


@quickly_built
@frozen
class OrderAccepted(TelemetryEvent):
    """When the venue proved that an order rests."""

    NAME: ClassVar[str] = "ORDER_ACCEPTED"
    order_id: str
    reason: str


@frozen
class OrderPartiallyFilled(TelemetryEvent):
    """When a part of an order traded and the rest remains."""

    NAME: ClassVar[str] = "ORDER_PARTIALLY_FILLED"
    order_id: str
    reason: str


@frozen
class OrderFilled(TelemetryEvent):
    """When all of an order traded."""

    NAME: ClassVar[str] = "ORDER_FILLED"
    order_id: str
    reason: str


@quickly_built
@frozen
class OrderCanceling(TelemetryEvent):
    """When a cancel or a replacement of an order was handed to the venue."""

    NAME: ClassVar[str] = "ORDER_CANCELING"
    order_id: str
    reason: str


@frozen
class OrderCancelFailed(TelemetryEvent):
    """When a cancel is proved to have had no effect: the order still rests."""

    NAME: ClassVar[str] = "ORDER_CANCEL_FAILED"
    SEVERITY: ClassVar[Severity] = Severity.WARNING
    order_id: str
    reason: str


@quickly_built
@frozen
class OrderCanceled(TelemetryEvent):
    """When an order is proved to be cancelled."""

    NAME: ClassVar[str] = "ORDER_CANCELED"
    order_id: str
    reason: str


@frozen
class OrderExpired(TelemetryEvent):
    """When the ledger dropped an order after its Expiration, or because it was unfunded."""

    NAME: ClassVar[str] = "ORDER_EXPIRED"
    order_id: str
    reason: str


@frozen
class OrderFailed(TelemetryEvent):
    """When an order is proved to never have rested."""

    NAME: ClassVar[str] = "ORDER_FAILED"
    SEVERITY: ClassVar[Severity] = Severity.WARNING
    order_id: str
    reason: str


@frozen
class OrderUnknown(TelemetryEvent):
    """When nobody can say what became of an order; its funds stay reserved until there is proof."""

    NAME: ClassVar[str] = "ORDER_UNKNOWN"
    SEVERITY: ClassVar[Severity] = Severity.WARNING
    order_id: str
    reason: str


@quickly_built
@frozen
class TransactionPrepared(TelemetryEvent):
    """When a signed transaction is durable, before it is sent."""

    NAME: ClassVar[str] = "TRANSACTION_PREPARED"
    SEVERITY: ClassVar[Severity] = Severity.DEBUG
    hash: str
    order_id: str
    purpose: str
    sequence: int
    last_ledger_sequence: int
    fee_drops: int


@quickly_built
@frozen
class TransactionResolved(TelemetryEvent):
    """When a transaction has its verdict: the validated result, or "expired"."""

    NAME: ClassVar[str] = "TRANSACTION_RESOLVED"
    SEVERITY: ClassVar[Severity] = Severity.DEBUG
    hash: str
    result: str
    ledger_index: int


@frozen
class FillCounted(TelemetryEvent):
    """For each trade, once. Quantities in base and quote units, price in quote per base."""

    NAME: ClassVar[str] = "FILL"
    fill_id: str
    order_id: str
    symbol: str
    side: str
    price: Decimal
    base_quantity: Decimal
    quote_quantity: Decimal
    ledger_index: int
    is_maker: bool


@quickly_built
@frozen
class FeePaid(TelemetryEvent):
    """For each fee that left our balance, in units of `asset`."""

    NAME: ClassVar[str] = "FEE"
    SEVERITY: ClassVar[Severity] = Severity.DEBUG
    fee_id: str
    asset: str
    amount: Decimal
