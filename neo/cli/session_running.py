"""Whether a session without an end still runs, or crashed."""

from __future__ import annotations

import time
from pathlib import Path


def is_running(database: Path, session_id: str) -> bool:
    """Whether a living engine works on this session."""
    from neo.infra.control.status_board import sight

    sighting = sight(database, time.time_ns())
    return sighting.alive and sighting.session == session_id
