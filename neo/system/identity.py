"""Who a session is: the names that everything it writes carries."""

from __future__ import annotations

from pathlib import Path

from neo.records import frozen


@frozen
class SessionIdentity:
    """`directory` is None for a session without a place on disk of its own (harness)."""

    session_id: str
    run_id: str
    started_at_ns: int
    code_version: str
    config_hash: str
    config_text: str
    directory: Path | None = None
