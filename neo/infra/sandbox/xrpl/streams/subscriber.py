"""What one WebSocket connection has asked to hear."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs

from neo.infra.sandbox.xrpl.chain.records import BookSides
from neo.records import define

#: Streams that the server takes a subscription for; those of consensus never say anything here.
STREAMS = (
    "server", "ledger", "book_changes", "transactions", "transactions_proposed", "validations", "manifests",
    "peer_status", "consensus",
)  # fmt: skip


@define(eq=False)
class Subscriber:
    """`send` queues a message; `api_version` is that of the connection's last `subscribe`, and rules the messages' form."""

    send: Callable[[dict[str, Any]], None]
    api_version: int = 1
    streams: set[str] = attrs.field(factory=set)
    accounts: set[str] = attrs.field(factory=set)
    accounts_proposed: set[str] = attrs.field(factory=set)
    books: set[BookSides] = attrs.field(factory=set)
