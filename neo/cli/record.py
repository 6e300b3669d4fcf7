"""neo record: live market data into a file that neo replay can use."""

from __future__ import annotations

import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from neo.cli.configuration import load_configuration
from neo.cli.context import CliContext, pass_context
from neo.cli.run import config_argument, duration_option
from neo.domain.session.exit_codes import EX_OK

if TYPE_CHECKING:
    from neo.cli.engine_seam import RunningRecording

SLICE_S = 0.1
TELL_EVERY_S = 10.0
MB = 1_000_000


@click.command()
@config_argument
@click.option(
    "--out",
    "out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="File to write; one that is there already is continued.",
)
@duration_option
@click.option(
    "--max-mb", type=click.IntRange(min=1), default=1_000, show_default=True, help="End when the file has this size."
)
@pass_context
def record(context: CliContext, config: Path, out: Path, duration: Decimal | None, max_mb: int) -> int:
    """Record the live market: book, pool and trades of every ledger.

    CONFIG names servers, pair and account; nothing is sent. Ends with Ctrl-C, after --duration, or at --max-mb. What is
    recorded can be traded with: neo replay CONFIG --data FILE
    """
    from neo.cli.stop_signals import StopSignals

    loaded = load_configuration(config, {})
    with StopSignals() as signals:
        recording = context.engine().start_recording(loaded, out, max_mb * MB)
        try:
            until_s = None if not duration else time.monotonic() + float(duration)
            why = _follow(recording, lambda: signals.take() is not None, until_s, out)
        finally:
            recording.close()
    _tell(recording, out)
    click.echo(f"Ended: {why}")
    return EX_OK


def _follow(recording: RunningRecording, stopped: Callable[[], bool], until_s: float | None, out: Path) -> str:
    """Until something ends it; tells how far it is now and then."""
    tell_s = time.monotonic() + TELL_EVERY_S
    click.echo(f"Recording into {out}; Ctrl-C ends it")
    while True:
        why = recording.wait(SLICE_S)
        now_s = time.monotonic()
        if why is not None:
            return why
        if stopped():
            return "asked to stop"
        if until_s is not None and now_s >= until_s:
            return "the time is over"
        if now_s >= tell_s:
            tell_s = now_s + TELL_EVERY_S
            _tell(recording, out)


def _tell(recording: RunningRecording, out: Path) -> None:
    so_far = recording.progress()
    newest = f", newest {so_far.last_ledger}" if so_far.last_ledger else ""
    lost = f", {so_far.lost} LOST: the disk is too slow" if so_far.lost else ""
    click.echo(f"{so_far.ledgers} ledgers{newest}, {so_far.bytes_written / MB:.2f} MB in {out}{lost}")
