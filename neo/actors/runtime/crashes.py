"""What is known about a crash, for whoever has to find its cause."""

from __future__ import annotations

import re
import traceback

from neo.actors.runtime.messages import Phase
from neo.records import frozen

_ADDRESS = re.compile(r"0x[0-9a-fA-F]{6,}")


@frozen
class Crash:
    """`report` is the traceback as text."""

    name: str
    incarnation: int
    phase: Phase
    error: str
    poison: str
    report: str


def describe(error: BaseException) -> str:
    """Type name and text, without memory addresses: the same crash reads the same in every process."""
    return _ADDRESS.sub("0x…", f"{type(error).__name__}: {error}")


def error_type(described: str) -> str:
    """The type name in what `describe` returned."""
    return described.partition(":")[0]


def report(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))
