"""How the engine of a database is, in a sentence or two: `neo status` and `neo top` begin with them."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from neo.infra.control.layout import ControlDirectory
from neo.infra.control.status_board import Sighting, status_from

_EXPLAINED = {
    "running": "running",
    "stale": "its process lives but has not posted for a while: it hangs, or the disk of {control} does",
    "starting": "starting: it holds the database and has not posted yet",
    "stopped": "not running; it ended in order",
    "crashed": "not running; its process died without giving the database back. The next start recovers its session",
    "absent": "no engine has run on this database",
}


def sentence(sighting: Sighting, database: Path) -> list[str]:
    """Lines of text: whether it lives, how old its word is, and whether that word can be read."""
    explained = _EXPLAINED[sighting.state.value].format(control=ControlDirectory.beside(database).path)
    who = f" (pid {sighting.pid}, session {sighting.session or '?'})" if sighting.pid else ""
    lines = [f"engine of {database}{who}: {explained}"]
    if sighting.record is None:
        return lines
    lines.append(f"posted {_age(sighting.age_s)} ago" + ("" if sighting.alive else ", the last word of that session"))
    if status_from(sighting.record) is None:
        lines.append("the status was posted by another version of neo; neo status --json shows it as it is")
    return lines


def _age(age_s: Decimal | None) -> str:
    if age_s is None:
        return "?"
    return f"{age_s:.1f} s" if age_s < 120 else f"{age_s / 60:.0f} min"
