"""Where each key and value of a TOML document stands.

tomllib forgets positions. This scanner walks the same grammar (tables, arrays of tables, dotted keys, inline tables,
arrays, all four string forms) and records offsets only; the values themselves come from tomllib. It expects a
document that tomllib accepts, and stops where it cannot follow.
Source: https://toml.io/en/v1.0.0
"""

from __future__ import annotations

import re
import tomllib
from contextlib import suppress

import attrs

from neo.records import define, frozen

Path = tuple[str | int, ...]

SPACE = re.compile(r"[ \t]*")
SPACE_AND_COMMENTS = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
ATOM = re.compile(r"[^\s,\]}#]+(?: [0-9][^\s,\]}#]*)?")  # a date and its time may be separated by one space
STRING_FORMS = (
    re.compile(r'"""(?:\\[\s\S]|[^\\])*?"""(?:"{0,2})'),
    re.compile(r"'''[\s\S]*?'''(?:'{0,2})"),
    re.compile(r'"(?:\\.|[^"\\\n])*"'),
    re.compile(r"'[^'\n]*'"),
)


class ScanStopped(ValueError):
    """The text is not TOML at this point; what was found before it stays valid."""


@frozen
class Span:
    """Offsets into the text, end excluded."""

    start: int
    end: int


@frozen
class Repeated:
    """A key that is written twice."""

    path: Path
    first: Span
    second: Span


@define
class Positions:
    """Spans by path; a table's key is its header, an array element has a value but no key."""

    keys: dict[Path, Span] = attrs.field(factory=dict)
    values: dict[Path, Span] = attrs.field(factory=dict)
    repeated: list[Repeated] = attrs.field(factory=list)


def find_positions(text: str) -> Positions:
    """Positions of everything that can be followed; a document that breaks off gives those before the break."""
    scanner = _Scanner(text)
    # The caller has the parser's own account of what is wrong; positions up to there still help.
    with suppress(ValueError, RecursionError):
        scanner.document()
    return scanner.found


@define
class _Scanner:
    text: str
    at: int = 0
    found: Positions = attrs.field(factory=Positions)
    table: Path = ()
    array_lengths: dict[Path, int] = attrs.field(factory=dict)
    headers: dict[Path, Span] = attrs.field(factory=dict)

    def document(self) -> None:
        self._skip(SPACE_AND_COMMENTS)
        while self.at < len(self.text):
            if self.text.startswith("[[", self.at):
                self._array_header()
            elif self.text[self.at] == "[":
                self._header()
            else:
                self._pair(self.table)
            self._skip(SPACE_AND_COMMENTS)

    def _header(self) -> None:
        self.at += 1
        parts, span = self._dotted_key()
        self._expect("]")
        self.table = self._resolve(parts)
        if self.table in self.headers:
            self.found.repeated.append(Repeated(self.table, self.headers[self.table], span))
        self.headers[self.table] = span
        self._record_key(self.table, span)

    def _array_header(self) -> None:
        self.at += 2
        parts, span = self._dotted_key()
        self._expect("]]")
        array = (*self._resolve(parts[:-1]), parts[-1])
        index = self.array_lengths.get(array, 0)
        self.array_lengths[array] = index + 1
        self.found.keys.setdefault(array, span)
        self.table = (*array, index)
        self._record_key(self.table, span)

    def _resolve(self, parts: tuple[str, ...]) -> Path:
        """A header that passes through an array of tables means its latest element."""
        path: Path = ()
        for part in parts:
            path = (*path, part)
            if path in self.array_lengths:
                path = (*path, self.array_lengths[path] - 1)
        return path

    def _pair(self, table: Path) -> None:
        parts, span = self._dotted_key()
        self._expect("=")
        path = (*table, *parts)
        for depth in range(len(table) + 1, len(path)):
            self.found.keys.setdefault(path[:depth], span)
        self._record_key(path, span)
        self._skip(SPACE)
        self._value(path)

    def _record_key(self, path: Path, span: Span) -> None:
        first = self.found.keys.get(path)
        if first is not None and path in self.found.values:
            self.found.repeated.append(Repeated(path, first, span))
        self.found.keys[path] = span

    def _dotted_key(self) -> tuple[tuple[str, ...], Span]:
        self._skip(SPACE)
        start = self.at
        parts = [self._key_part()]
        end = self.at
        self._skip(SPACE)
        while self.text.startswith(".", self.at):
            self.at += 1
            self._skip(SPACE)
            parts.append(self._key_part())
            end = self.at
            self._skip(SPACE)
        return tuple(parts), Span(start, end)

    def _key_part(self) -> str:
        bare = BARE_KEY.match(self.text, self.at)
        if bare:
            self.at = bare.end()
            return bare.group()
        start = self.at
        self._string()
        # The parser decodes escapes, so that a quoted key means here what it means there.
        return next(iter(tomllib.loads(self.text[start : self.at] + "=0")))

    def _value(self, path: Path) -> None:
        start = self.at
        opening = self.text[self.at : self.at + 1]
        if opening == "{":
            self._inline_table(path)
        elif opening == "[":
            self._array(path)
        elif opening and opening in "\"'":
            self._string()
        else:
            self._atom()
        self.found.values[path] = Span(start, self.at)

    def _inline_table(self, path: Path) -> None:
        self.at += 1
        self._skip(SPACE)
        while not self.text.startswith("}", self.at):
            self._pair(path)
            self._skip(SPACE)
            if not self.text.startswith("}", self.at):
                self._expect(",")
                self._skip(SPACE)
        self.at += 1

    def _array(self, path: Path) -> None:
        self.at += 1
        index = 0
        self._skip(SPACE_AND_COMMENTS)
        while not self.text.startswith("]", self.at):
            self._value((*path, index))
            index += 1
            self._skip(SPACE_AND_COMMENTS)
            if not self.text.startswith("]", self.at):
                self._expect(",")
                self._skip(SPACE_AND_COMMENTS)
        self.at += 1

    def _string(self) -> None:
        for form in STRING_FORMS:
            match = form.match(self.text, self.at)
            if match:
                self.at = match.end()
                return
        raise ScanStopped(f"no string at offset {self.at}")

    def _atom(self) -> None:
        match = ATOM.match(self.text, self.at)
        if not match:
            raise ScanStopped(f"no value at offset {self.at}")
        self.at = match.end()

    def _expect(self, token: str) -> None:
        self._skip(SPACE)
        if not self.text.startswith(token, self.at):
            raise ScanStopped(f"no {token!r} at offset {self.at}")
        self.at += len(token)

    def _skip(self, blank: re.Pattern[str]) -> None:
        match = blank.match(self.text, self.at)
        self.at = match.end() if match else self.at
