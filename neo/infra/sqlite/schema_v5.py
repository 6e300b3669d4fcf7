"""Schema version 5: which venue a halt concerns; empty for the whole engine. Never edited once released."""

from __future__ import annotations

STATEMENTS = ("ALTER TABLE halts ADD COLUMN venue TEXT NOT NULL DEFAULT ''",)
