"""What every command is given: the way to the engine, and where a crash would be written."""

from __future__ import annotations

from collections.abc import Callable

import click

from neo.cli.crash_guard import CrashGuard
from neo.cli.engine_seam import EngineSeam, load_engine


class CliContext:
    """`engine` is called by the commands that need it, so that the others do not pay for it.

    No record of attrs either: a list of the commands does without.
    """

    def __init__(self, engine: Callable[[], EngineSeam] = load_engine) -> None:
        self.engine = engine
        self.crash = CrashGuard()


pass_context = click.make_pass_decorator(CliContext)
