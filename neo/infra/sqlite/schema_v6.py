"""Schema version 6: why an intent was proposed, and the price it was decided on. Never edited once released."""

from __future__ import annotations

STATEMENTS = (
    "ALTER TABLE trades ADD COLUMN reason TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE trades ADD COLUMN touch TEXT",
)
