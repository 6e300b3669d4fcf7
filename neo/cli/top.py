"""neo top: the running session on a full screen, from the status that its engine posts."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from neo.cli.database_option import chosen_database, database_options
from neo.domain.session.exit_codes import EX_OK, UNAVAILABLE

if TYPE_CHECKING:
    from rich.console import Console

SLICE_S = 0.1


@click.command()
@database_options
@click.option(
    "--interval",
    "interval_s",
    type=click.FloatRange(min=0.2, max=60),
    default=1.0,
    show_default=True,
    help="Seconds between two looks; the engine posts every two.",
)
def top(database: Path | None, config: Path | None, interval_s: float) -> int:
    """Watch the running session on a full screen until Ctrl-C.

    Reads only, and goes on when the engine ends or another one starts. Where standard output is no terminal it prints one
    picture and exits, with 69 when no engine lives.
    """
    from rich.console import Console

    file = chosen_database(database, config)
    console = Console()
    if console.is_terminal and not console.is_dumb_terminal and sys.stdin.isatty():
        _watch(console, file, interval_s)
        return EX_OK
    return _once(console, file)


def _watch(console: Console, database: Path, interval_s: float) -> None:
    """The terminal is as it was afterwards, however it ends."""
    from rich.live import Live

    from neo.cli.stop_signals import StopSignals
    from neo.cli.top_picture import picture
    from neo.infra.control.status_board import sight

    waiting = threading.Event()
    with StopSignals() as signals, Live(console=console, screen=True, auto_refresh=False) as live:
        next_s = time.monotonic()
        while signals.take() is None:
            if time.monotonic() >= next_s:
                live.update(picture(sight(database, time.time_ns()), database), refresh=True)
                next_s = time.monotonic() + interval_s
            waiting.wait(SLICE_S)


def _once(console: Console, database: Path) -> int:
    from neo.cli.top_picture import picture
    from neo.infra.control.status_board import sight

    sighting = sight(database, time.time_ns())
    console.print(picture(sighting, database))
    return EX_OK if sighting.alive else UNAVAILABLE
