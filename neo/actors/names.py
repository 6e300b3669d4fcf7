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
EXCHANGE_DATA = "exchange_data"
POLLER_HOT = "poller_hot"
POLLER_WARM = "poller_warm"
POLLER_COLD = "poller_cold"
DROP_BUYER = "drop_buyer"
EXCHANGE_ROUTER = "exchange_router"
EXCHANGE_RECONCILER = "exchange_reconciler"

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
