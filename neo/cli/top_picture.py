"""What `neo top` shows: how the engine is, its status, and every actor with its mailbox. Colour only repeats what words say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from neo.cli.session_view import table
from neo.cli.status_sentence import sentence
from neo.infra.control.status import ActorState, EngineStatus
from neo.infra.control.status_board import Sighting, status_from

_STYLES = {
    ActorState.OK: "",
    ActorState.STARTING: "",
    ActorState.LATE: "yellow",
    ActorState.BLOCKED: "bold red",
    ActorState.RESTARTING: "yellow",
    ActorState.DOWN: "bold red",
}


def picture(sighting: Sighting, database: Path) -> RenderableType:
    """One look. What an engine posted that lives no more stays to be seen, under a line that says so."""
    return Group(*_parts(sighting, database))


def _parts(sighting: Sighting, database: Path) -> Iterator[RenderableType]:
    for line in sentence(sighting, database):
        yield Text(line, style="" if sighting.alive else "bold yellow")
    status = status_from(sighting.record) if sighting.record is not None else None
    if status is not None:
        yield table(status)
        yield _actors(status)
    yield Text(
        "Ctrl-C ends this view, never the engine. neo halt and neo resume are commands of their own.", style="dim"
    )


def _actors(status: EngineStatus) -> Table:
    """Those that are not well come first, then in the order of their queues."""
    grid = Table(box=box.SIMPLE_HEAD, title=None, pad_edge=False)
    grid.add_column("actor", no_wrap=True)
    grid.add_column("state")
    for head in ("queued", "restarts", "last beat s"):
        grid.add_column(head, justify="right")
    for actor in sorted(status.actors, key=lambda each: (each.state is ActorState.OK, -each.queued, each.name)):
        beat = f"{actor.last_beat_s:.1f}" if actor.last_beat_s is not None else "-"
        grid.add_row(
            actor.name, actor.state.value, str(actor.queued), str(actor.restarts), beat, style=_STYLES[actor.state]
        )
    return grid
