"""What is known of a database's engine, for programs: `neo status --json` and `neo top --json`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from neo.infra.control.status_board import Sighting


def sighting_record(sighting: Sighting, database: Path) -> dict[str, object]:
    """In terms of JSON, as docs/commands.md has it."""
    return {
        "database": str(database),
        "state": sighting.state.value,
        "alive": sighting.alive,
        "session": sighting.session or None,
        "pid": sighting.pid or None,
        "age_s": float(round(sighting.age_s, 3)) if sighting.age_s is not None else None,
        "status": sighting.record,
    }
