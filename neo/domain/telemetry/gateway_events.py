"""What is said about the nodes of a ledger venue: which one leads, which was dropped and why, what a node said that is not so."""

from __future__ import annotations

from typing import ClassVar

from neo.domain.telemetry.event import Severity, TelemetryEvent
from neo.records import frozen


@frozen
class NodeSwitched(TelemetryEvent):
    """When another node becomes the one that is followed; `before` is empty for the first. Empty `node`: there is none."""

    NAME: ClassVar[str] = "NODE_SWITCHED"
    venue: str
    node: str
    before: str
    why: str


@frozen
class NodeDropped(TelemetryEvent):
    """When a node is not listened to any more: not connected, behind, not synced, failing, or asked to be left alone."""

    NAME: ClassVar[str] = "NODE_DROPPED"
    SEVERITY: ClassVar[Severity] = Severity.WARNING
    venue: str
    node: str
    why: str


@frozen
class NodeBack(TelemetryEvent):
    """When a node that was dropped can be listened to again."""

    NAME: ClassVar[str] = "NODE_BACK"
    venue: str
    node: str
    away_s: int


@frozen
class NodeDistrusted(TelemetryEvent):
    """When a node said what is not so: broken answers, another network or account, a ledger that others do not have."""

    NAME: ClassVar[str] = "NODE_DISTRUSTED"
    SEVERITY: ClassVar[Severity] = Severity.ERROR
    venue: str
    node: str
    said: str
    for_s: int


@frozen
class NodeFellBack(TelemetryEvent):
    """When a node is asked by HTTP because its WebSocket does not work, or the WebSocket works again."""

    NAME: ClassVar[str] = "NODE_TRANSPORT"
    SEVERITY: ClassVar[Severity] = Severity.WARNING
    venue: str
    node: str
    transport: str
    why: str


@frozen
class LedgerGapFilled(TelemetryEvent):
    """When ledgers that closed unseen were read from a node's history and told in order."""

    NAME: ClassVar[str] = "LEDGER_GAP_FILLED"
    venue: str
    first: int
    last: int


@frozen
class LedgerGapLeft(TelemetryEvent):
    """When ledgers that closed unseen are too many, or no node has them: they are passed over, the router reads the history."""

    NAME: ClassVar[str] = "LEDGER_GAP_LEFT"
    SEVERITY: ClassVar[Severity] = Severity.WARNING
    venue: str
    first: int
    last: int
    why: str


@frozen
class LedgerDisputed(TelemetryEvent):
    """When nodes tell different ledgers for one index and none can be proved wrong: nothing is believed until they agree."""

    NAME: ClassVar[str] = "LEDGER_DISPUTED"
    SEVERITY: ClassVar[Severity] = Severity.ERROR
    venue: str
    ledger_index: int
    nodes: tuple[str, ...]


@frozen
class NodeRequestsFailed(TelemetryEvent):
    """Once a minute for each node with failed requests: how many of how many, and the last reason."""

    NAME: ClassVar[str] = "NODE_REQUESTS_FAILED"
    SEVERITY: ClassVar[Severity] = Severity.WARNING
    venue: str
    node: str
    failed: int
    requests: int
    last: str


@frozen
class BookReread(TelemetryEvent):
    """When the book that is kept from the stream was read anew, with the reason, and the first `difference` if it was wrong."""

    NAME: ClassVar[str] = "BOOK_REREAD"
    venue: str
    ledger_index: int
    why: str
    difference: str


@frozen
class GatewayPartFailed(TelemetryEvent):
    """When a part of the gateway ended by a fault of its own and is started anew: never expected, always worth a report."""

    NAME: ClassVar[str] = "GATEWAY_PART_FAILED"
    SEVERITY: ClassVar[Severity] = Severity.ERROR
    venue: str
    part: str
    error: str
