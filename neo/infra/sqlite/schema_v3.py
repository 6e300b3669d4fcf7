"""Schema version 3: the indexes that every commit maintains, cheaper. Never edited once released.

`NOT IN` of a list makes SQLite build a table for each row that it judges; comparisons cost nothing, and the partial index is
judged with every change of an order's state. Nobody asked for the events of one order: that index is gone.
"""

from __future__ import annotations

STATEMENTS = (
    "DROP INDEX orders_unfinished",
    "CREATE INDEX orders_unfinished ON orders(created_lsn) "
    "WHERE state <> 'FILLED' AND state <> 'CANCELED' AND state <> 'EXPIRED' AND state <> 'FAILED'",
    "DROP INDEX order_events_by_order",
)
