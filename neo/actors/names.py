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

#: Actors that only the market maker needs, and those that only the drop buyer needs.
LEDGER_SIDE = frozenset({ORDER_ROUTER, MARKET_DATA, STRATEGY, RECONCILER})
EXCHANGE_SIDE = frozenset(
    {EXCHANGE_ROUTER, DROP_BUYER, EXCHANGE_DATA, POLLER_HOT, POLLER_WARM, POLLER_COLD, EXCHANGE_RECONCILER}
)

#: Start order: leaf first. Stopping is the reverse.
START_ORDER = (
    TELEMETRY,
    STATE_WRITER,
    INVENTORY,
    RISK,
    ORDER_ROUTER,
    EXCHANGE_ROUTER,
    MARKET_DATA,
    STRATEGY,
    DROP_BUYER,
    EXCHANGE_DATA,
    POLLER_HOT,
    POLLER_WARM,
    POLLER_COLD,
    RECONCILER,
    EXCHANGE_RECONCILER,
    WAL_CHECKPOINTER,
    HEARTBEAT,
)
