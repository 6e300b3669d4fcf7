"""The trace of a simulation: one line for each thing that happened, the same in every process for the same seed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Set
from decimal import Decimal
from enum import Enum
from typing import Any, Literal

import attrs

from neo.actors.runtime.crashes import describe

TraceLevel = Literal["off", "hash", "full"]

_PLAIN = (int, float, str, bytes, bool, Decimal, type(None))
_RENDERERS: dict[type, Callable[[Any], str]] = {}


class Trace:
    """`hash` keeps a digest of all lines, `full` the lines too."""

    def __init__(self, level: TraceLevel) -> None:
        if level not in ("off", "hash", "full"):
            raise ValueError(f"the trace is off, hash or full, not {level!r}")
        self.on = level != "off"
        self.lines: list[str] = []
        self._keeps_lines = level == "full"
        self._hash = hashlib.blake2b(digest_size=16)

    def add(self, line: str) -> None:
        self._hash.update(line.encode())
        self._hash.update(b"\n")
        if self._keeps_lines:
            self.lines.append(line)

    def digest(self) -> str:
        return self._hash.hexdigest()


def render(value: object) -> str:
    """Text that depends on the value alone: no addresses, no order of sets, no hash seed."""
    renderer = _RENDERERS.get(type(value))
    if renderer is None:
        renderer = _RENDERERS[type(value)] = _renderer_of(value)
    return renderer(value)


def _renderer_of(value: object) -> Callable[[Any], str]:
    value_class = type(value)
    if isinstance(value, Enum):
        return lambda member: f"{value_class.__name__}.{member.name}"
    if value_class is str:
        return str
    if isinstance(value, _PLAIN):
        return repr
    if attrs.has(value_class):
        return _record_renderer(value_class)
    if isinstance(value, tuple | list):
        return lambda items: f"({','.join(map(render, items))})"
    if isinstance(value, Mapping):
        return lambda mapping: f"{{{','.join(f'{render(k)}:{render(v)}' for k, v in mapping.items())}}}"
    if isinstance(value, Set):
        return lambda members: f"{{{','.join(sorted(map(render, members)))}}}"
    if isinstance(value, type):
        return lambda known: str(known.__name__)
    if isinstance(value, BaseException):
        return describe
    return lambda _: value_class.__name__


def _record_renderer(record_class: type) -> Callable[[Any], str]:
    title = record_class.__name__
    names = tuple(field.name for field in attrs.fields(record_class))
    return lambda record: f"{title}({','.join([render(getattr(record, name)) for name in names])})"
