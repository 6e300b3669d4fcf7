"""Warnings and errors of a session's neo.log, as LoggingBridge writes them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from neo.domain.units import NS_PER_MS, NS_PER_S
from neo.infra.telemetry.logging_bridge import KEEP_ROTATED, LOG_NAME
from neo.records import frozen

_LINE = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.(\d{3})Z (WARNING|ERROR|CRITICAL) +([\w.]+): (.*)")


@frozen
class LoggedLine:
    """One statement; of a traceback only its first line."""

    at_ns: int
    level: str
    logger: str
    text: str


def logged_troubles(logs: Path, lines_max: int) -> tuple[LoggedLine, ...]:
    """At most `lines_max`, oldest first. A log that cannot be read has none."""
    found: list[LoggedLine] = []
    for line in _lines(logs):
        match = _LINE.match(line)
        if match is None:
            continue
        second, milliseconds, level, logger, text = match.groups()
        at_ns = int(datetime.fromisoformat(f"{second}+00:00").timestamp()) * NS_PER_S + int(milliseconds) * NS_PER_MS
        found.append(LoggedLine(at_ns, level, logger, text))
        if len(found) >= lines_max:
            break
    return tuple(found)


def _lines(logs: Path) -> Iterator[str]:
    for number in range(KEEP_ROTATED, -1, -1):
        path = logs / (f"{LOG_NAME}.{number}" if number else LOG_NAME)
        try:
            with path.open(encoding="utf-8", errors="replace") as file:
                yield from file
        except OSError:
            continue
