"""Names of the actors: their addresses."""

from __future__ import annotations

SUPERVISOR = "supervisor"
TELEMETRY = "telemetry"
STATE_WRITER = "state_writer"
INVENTORY = "inventory"
RISK = "risk"
ORDER_ROUTER = "order_router"
MARKET_DATA = "market_data"
STRATEGY = "strategy"
RECONCILER = "reconciler"
HEARTBEAT = "heartbeat"
WAL_CHECKPOINTER = "wal_checkpointer"

#: Start order: leaf first. Stopping is the reverse.
START_ORDER = (
    TELEMETRY,
    STATE_WRITER,
    INVENTORY,
    RISK,
    ORDER_ROUTER,
    MARKET_DATA,
    STRATEGY,
    RECONCILER,
    WAL_CHECKPOINTER,
    HEARTBEAT,
)
