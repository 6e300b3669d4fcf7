"""What is wrong with a configuration, where, and what to write instead."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import attrs

from neo.infra.config.masking import masked
from neo.records import frozen


@frozen
class Location:
    """A place in a file (line and column from 1), or a named source without lines such as an environment variable."""

    source: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.source}:{self.line}:{self.column}" if self.line else self.source


@frozen(kw_only=True)
class Excerpt:
    """One line of the file, secrets masked, and the columns (from 1) that the carets stand under."""

    text: str = attrs.field(converter=masked)
    column: int
    width: int


@frozen(kw_only=True)
class Fault:
    """One thing to correct. `related` are other places that took part, as finished text.

    Secrets are masked here, where the fault is made, so that no way of reporting it can forget to.
    """

    location: Location
    path: str
    message: str = attrs.field(converter=masked)
    suggestion: str = attrs.field(default="", converter=masked)
    excerpt: Excerpt | None = None
    related: tuple[str, ...] = ()


class ConfigError(Exception):
    """The configuration cannot be used; `faults` lists everything that was found, in the order of the file."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__(render(self.faults))


def render(faults: Sequence[Fault]) -> str:
    """All faults as text for a terminal or a log."""
    count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
    return "\n".join([*(render_one(fault) for fault in faults), f"{count} in the configuration; nothing was started."])


def render_one(fault: Fault) -> str:
    subject = f"{fault.path}: " if fault.path else ""
    lines = [f"{fault.location}: {subject}{fault.message}"]
    if fault.excerpt is not None:
        lines += _drawn(fault.location.line, fault.excerpt)
    lines += [f"    see: {place}" for place in fault.related]
    if fault.suggestion:
        lines.append(f"    help: {fault.suggestion}")
    return "\n".join(lines)


def _drawn(line: int, excerpt: Excerpt) -> list[str]:
    number = f"{line:>5} | "
    # Tabs are kept in the padding, so that the carets stand where the terminal puts the text.
    padding = "".join("\t" if letter == "\t" else " " for letter in excerpt.text[: excerpt.column - 1])
    return [number + excerpt.text, " " * (len(number) - 2) + "| " + padding + "^" * max(1, excerpt.width)]
