"""What every command is given: the way to the engine, and where a crash would be written."""

from __future__ import annotations

from collections.abc import Callable

import attrs
import click

from neo.cli.crash_guard import CrashGuard
from neo.cli.engine_seam import EngineSeam, load_engine
from neo.records import frozen


@frozen
class CliContext:
    """`engine` is called by the commands that need it, so that the others do not pay for it."""

    engine: Callable[[], EngineSeam] = load_engine
    crash: CrashGuard = attrs.field(factory=CrashGuard)


pass_context = click.make_pass_decorator(CliContext)
