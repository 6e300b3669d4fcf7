"""How a running session is shown: a compact live table on a terminal, plain lines everywhere else."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

import click

from neo.cli.status_rows import done_share, progress_line, rows, title

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from neo.infra.control.status import EngineStatus

PLAIN_EVERY_S = 5.0
LIVE_EVERY_S = 0.25
_BAR_WIDTH = 30


class SessionView(Protocol):
    def show(self, status: EngineStatus) -> None:
        """Called several times a second; draws as often as it sees fit."""
        ...

    def say(self, text: str) -> None:
        """A sentence that stays on the screen."""
        ...

    def close(self, status: EngineStatus | None) -> None:
        """The last look, and the terminal as it was."""
        ...


class UntilLost:
    """Passes everything on to a view until its terminal or pipe is gone; then shows nothing any more."""

    def __init__(self, view: SessionView) -> None:
        self._view: SessionView | None = view

    def show(self, status: EngineStatus) -> None:
        self._try(lambda view: view.show(status))

    def say(self, text: str) -> None:
        self._try(lambda view: view.say(text))

    def close(self, status: EngineStatus | None) -> None:
        self._try(lambda view: view.close(status))

    def _try(self, call: Callable[[SessionView], None]) -> None:
        if self._view is None:
            return
        try:
            call(self._view)
        except OSError:
            self._view = None


class PlainView:
    """One line now and then, for logs and pipes."""

    def __init__(self, every_s: float = PLAIN_EVERY_S, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._every_s = every_s
        self._clock_s = clock_s
        self._next_s = clock_s()
        self._phase = ""

    def show(self, status: EngineStatus) -> None:
        """A change of phase is told at once."""
        if self._clock_s() >= self._next_s or status.phase != self._phase:
            self._line(status)

    def say(self, text: str) -> None:
        click.echo(text)

    def close(self, status: EngineStatus | None) -> None:
        if status is not None:
            self._line(status)

    def _line(self, status: EngineStatus) -> None:
        self._next_s = self._clock_s() + self._every_s
        self._phase = status.phase
        share = done_share(status)
        click.echo(progress_line(status) + (f"; {share:.0%} done" if share is not None else ""))


class LiveView:
    """A table that is redrawn in place. Colour only repeats what words say."""

    def __init__(self, console: Console, clock_s: Callable[[], float] = time.monotonic) -> None:
        from rich.live import Live

        self._clock_s = clock_s
        self._next_s = clock_s()
        self._live = Live(console=console, auto_refresh=False, transient=False)
        self._live.start()

    def show(self, status: EngineStatus) -> None:
        now_s = self._clock_s()
        if now_s >= self._next_s:
            self._next_s = now_s + LIVE_EVERY_S
            self._live.update(table(status), refresh=True)

    def say(self, text: str) -> None:
        self._live.console.print(text, markup=False, highlight=False)

    def close(self, status: EngineStatus | None) -> None:
        if status is not None:
            self._live.update(table(status), refresh=True)
        self._live.stop()


def view_for(plain: bool) -> SessionView:
    """The live view when standard output is a terminal that can redraw, unless `plain` is asked for."""
    if not plain and sys.stdout.isatty():
        from rich.console import Console

        console = Console()
        if console.is_terminal and not console.is_dumb_terminal:
            return LiveView(console)
    return PlainView()


def table(status: EngineStatus) -> RenderableType:
    """The status as a rich panel."""
    from rich import box
    from rich.panel import Panel
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for label, text in rows(status):
        grid.add_row(label, Text(text, style=_style(label, text)))
    share = done_share(status)
    if share is not None:
        filled = round(share * _BAR_WIDTH)
        grid.add_row("done", Text("#" * filled + "." * (_BAR_WIDTH - filled) + f" {share:.0%}"))
    border = "bold red" if status.mode == "live" or status.halts else "cyan"
    return Panel(
        grid, title=Text(title(status), style="bold"), border_style=border, box=box.ROUNDED, title_align="left"
    )


def _style(label: str, text: str) -> str:
    if "NOT OK" in text or "FAULT" in text or (label == "halts" and text != "none"):
        return "bold red"
    return "yellow" if text.startswith("not quoting") else ""
