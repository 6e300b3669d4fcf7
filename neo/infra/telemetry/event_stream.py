"""The events of a session, one after the other, from its telemetry files: fast enough for a week of them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from neo.infra.telemetry.append_file import rotated_files
from neo.records import frozen

#: The head of a line as LineEncoder writes it; quotes inside of a text are escaped, so it cannot be taken for another.
_HEAD = re.compile(
    rb'\{"v":\d+,"seq":(\d+),"db_seq":\d+,"at_ns":(\d+),.*?,"actor":"((?:[^"\\]|\\.)*)","event":"(\w+)","severity":"(\w+)","fields":'
)


@frozen
class StreamedEvent:
    """`fields` are empty when nobody wanted them."""

    seq: int
    at_ns: int
    actor: str
    name: str
    severity: str
    fields: dict[str, Any]


def stream_events(path: Path, wants_fields: Callable[[str, str], bool]) -> Iterator[StreamedEvent]:
    """Oldest first, rotated files before `path`. Lines that are not whole are passed over: a crash tears the last one."""
    for file in (*rotated_files(path), path):
        for line in _lines(file):
            event = _event(line, wants_fields)
            if event is not None:
                yield event


def _event(line: bytes, wants_fields: Callable[[str, str], bool]) -> StreamedEvent | None:
    head = _HEAD.match(line)
    if head is None:
        return None
    seq, at_ns, actor, name, severity = head.groups()
    event_name, said = name.decode("ascii", "replace"), severity.decode("ascii", "replace")
    fields: dict[str, Any] = {}
    if wants_fields(event_name, said):
        try:
            fields = json.loads(line)["fields"]
        except (ValueError, KeyError, TypeError):
            return None
    return StreamedEvent(int(seq), int(at_ns), actor.decode("ascii", "replace"), event_name, said, fields)


def _lines(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            yield from file
    except OSError:
        return
