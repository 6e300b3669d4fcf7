"""Schema version 7: in which session an intent ended, which need not be the one that began it. Never edited once released."""

from __future__ import annotations

STATEMENTS = (
    "ALTER TABLE trades ADD COLUMN ended_in TEXT",
    "CREATE INDEX trades_by_end ON trades(ended_in, created_lsn)",
)
