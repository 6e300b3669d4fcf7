"""neo top: the running session on a full screen, from the status that its engine posts."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from neo.cli.database_option import chosen_database, database_options
from neo.cli.json_output import json_option, print_json
from neo.cli.sighting_record import sighting_record
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
@json_option
def top(database: Path | None, config: Path | None, interval_s: float, as_json: bool) -> int:
    """Watch the running session on a full screen until Ctrl-C.

    Reads only, and goes on when the engine ends or another one starts. With --json, or where standard output is no terminal,
    it shows one look and exits, with 69 when no engine lives.
    """
    file = chosen_database(database, config)
    if as_json:
        return _told(file)
    from rich.console import Console

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


def _told(database: Path) -> int:
    """As `neo status --json` tells it; without rich, which is an extra."""
    from neo.infra.control.status_board import sight

    sighting = sight(database, time.time_ns())
    print_json(sighting_record(sighting, database))
    return EX_OK if sighting.alive else UNAVAILABLE


def _once(console: Console, database: Path) -> int:
    from neo.cli.top_picture import picture
    from neo.infra.control.status_board import sight

    sighting = sight(database, time.time_ns())
    console.print(picture(sighting, database))
    return EX_OK if sighting.alive else UNAVAILABLE
