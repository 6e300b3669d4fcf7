"""One configuration file: its text, its parsed tree, and where everything in it stands."""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal, InvalidOperation
from pathlib import Path as FilePath
from typing import Any

from neo.infra.config.fault import ConfigError, Excerpt, Fault, Location
from neo.infra.config.positions import Path, Positions, Span, find_positions
from neo.records import frozen

SIZE_MAX_BYTES = 1_000_000
PARSER_POSITION = re.compile(r"\(at line (\d+), column (\d+)\)$")
PARSER_END = "(at end of document)"


@frozen
class SourceText:
    """`name` is the path as the operator wrote it, because that is what errors repeat."""

    name: str
    text: str
    tree: dict[str, Any]
    positions: Positions

    def location(self, span: Span) -> Location:
        return location_of(self.name, self.text, span.start)

    def excerpt(self, span: Span) -> Excerpt:
        return excerpt_of(self.text, span)

    def key_span(self, path: Path) -> Span | None:
        """The key itself or, when it is not written, the closest table around it."""
        for depth in range(len(path), 0, -1):
            if path[:depth] in self.positions.keys:
                return self.positions.keys[path[:depth]]
        return None


def read_source(path: FilePath) -> SourceText:
    """Read and parse. Raises ConfigError with the one fault that makes the file unusable as a whole."""
    name = str(path)
    text = _decoded(name, _bytes(path))
    try:
        tree = tomllib.loads(text, parse_float=_exact)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([_syntax_fault(name, text, str(error))]) from error
    except RecursionError as error:
        raise ConfigError([_whole(name, "tables or arrays are nested too deeply")]) from error
    except ValueError as error:
        # An integer of thousands of digits is refused by Python itself, without a position.
        raise ConfigError([_whole(name, f"a value cannot be read: {error}")]) from error
    return SourceText(name, text, tree, find_positions(text))


def location_of(name: str, text: str, offset: int) -> Location:
    line_start = text.rfind("\n", 0, offset) + 1
    return Location(name, text.count("\n", 0, offset) + 1, offset - line_start + 1)


def excerpt_of(text: str, span: Span) -> Excerpt:
    """The first line of the span; a value over several lines is marked to the end of its first."""
    start = text.rfind("\n", 0, span.start) + 1
    end = text.find("\n", span.start)
    line = text[start : end if end >= 0 else len(text)]
    column = span.start - start + 1
    return Excerpt(text=line, column=column, width=min(span.end - span.start, len(line) - column + 1))


def _bytes(path: FilePath) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(SIZE_MAX_BYTES + 1)
    except FileNotFoundError:
        raise ConfigError([_whole(str(path), "there is no such file", _neighbours(path))]) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ConfigError([_whole(str(path), f"cannot be read: {reason}")]) from error
    if len(data) > SIZE_MAX_BYTES:
        raise ConfigError([_whole(str(path), f"is larger than {SIZE_MAX_BYTES} bytes: this is not a configuration")])
    return data


def _neighbours(path: FilePath) -> str:
    try:
        found = sorted(str(each) for each in path.parent.glob("*.toml"))
    except OSError:
        return ""
    return "files there: " + ", ".join(found) if found else "start from config/sim.toml of the distribution"


def _decoded(name: str, data: bytes) -> str:
    if data.startswith(b"\xef\xbb\xbf"):
        raise ConfigError([_whole(name, "starts with a byte order mark", "save it as UTF-8 without one")])
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        place = location_of(name, before, len(before))
        message = f"byte 0x{data[error.start]:02x} is not UTF-8"
        raise ConfigError([Fault(location=place, path="", message=message, suggestion="save it as UTF-8")]) from error
    if "\0" in text:
        place = location_of(name, text, text.index("\0"))
        raise ConfigError([Fault(location=place, path="", message="contains a NUL byte: the file is damaged")])
    # As the parser does, so that places and excerpts agree with it.
    return text.replace("\r\n", "\n")


def _exact(text: str) -> Decimal:
    """Decimal instead of float; what Decimal cannot hold becomes NaN, which is refused where its position is known."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal("NaN")


def _syntax_fault(name: str, text: str, message: str) -> Fault:
    offset = _offset_of(text, message)
    positions = find_positions(text)
    twice = next((each for each in positions.repeated if each.second.start <= offset), None)
    if twice is not None:
        return _repeated_fault(name, text, twice.path, twice.first, twice.second)
    words = PARSER_POSITION.sub("", message).replace(PARSER_END, "").strip()
    return Fault(
        location=location_of(name, text, offset),
        path="",
        message=f"not valid TOML: {words[:1].lower()}{words[1:]}",
        suggestion="text needs quotes; every key stands on a line of its own as key = value",
        excerpt=excerpt_of(text, Span(offset, offset + 1)),
    )


def _repeated_fault(name: str, text: str, path: Path, first: Span, second: Span) -> Fault:
    dotted = ".".join(map(str, path))
    return Fault(
        location=location_of(name, text, second.start),
        path=dotted,
        message="is written twice",
        suggestion="keep one of the two",
        excerpt=excerpt_of(text, second),
        related=(f"first at {location_of(name, text, first.start)}",),
    )


def _offset_of(text: str, message: str) -> int:
    match = PARSER_POSITION.search(message)
    if not match:
        return len(text.rstrip("\n"))
    line, column = int(match[1]), int(match[2])
    starts = [0] + [each.end() for each in re.finditer("\n", text)]
    return min(starts[min(line, len(starts)) - 1] + column - 1, len(text))


def _whole(name: str, message: str, suggestion: str = "") -> Fault:
    return Fault(location=Location(name), path="", message=message, suggestion=suggestion)
