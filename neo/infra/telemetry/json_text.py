"""Values as JSON text, fast, and never an exception: what cannot be shown is named by its type.

Decimals are strings (exact), enums their value, tuples arrays, attrs classes objects. The text is pure ASCII on one line:
a control character in a message can neither break a line nor drive somebody's terminal.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from json.encoder import encode_basestring_ascii
from pathlib import PurePath
from typing import Any

import attrs

from neo.infra.object_text import SHOWN_DECIMAL, expected_classes, object_text
from neo.infra.telemetry.redaction import MASK, Redactor

TEXT_LENGTH_MAX = 20_000
#: Longer than a transaction's hash, which is told three times, and than the name of an order.
_REMEMBERED_LENGTH_MAX = 80
_REMEMBERED_MAX = 4_096

_Formatter = Callable[[Any], str]


class _Formatters(dict[type, _Formatter]):
    """By class; what is missing is learnt once."""

    def __init__(self, known: Mapping[type, _Formatter], learn: Callable[[type], _Formatter]) -> None:
        super().__init__(known)
        self._learn = learn

    def __missing__(self, kind: type) -> _Formatter:
        formatter = self[kind] = self._learn(kind)
        return formatter


class _Texts(dict[str, str]):
    """Texts to their escaped form. Most are names (venue, symbol, state) that come again and again: found without a call."""

    def __init__(self, clean: Callable[[str], str]) -> None:
        super().__init__()
        self._clean = clean

    def __missing__(self, value: str) -> str:
        shown = self._clean(value)  # before it is cut: half a secret looks like none
        if len(value) > TEXT_LENGTH_MAX:
            shown = f"{shown[:TEXT_LENGTH_MAX]}... ({len(value)} characters)"
        text = encode_basestring_ascii(shown)
        if len(value) <= _REMEMBERED_LENGTH_MAX:
            if len(self) >= _REMEMBERED_MAX:
                self.clear()
            self[value] = text
        return text


class JsonText:
    """Formats values; what it learns about a class is kept, so that the second value of a class is cheap."""

    def __init__(self, redactor: Redactor) -> None:
        self._text = _Texts(redactor.clean).__getitem__
        known: dict[type, _Formatter] = {
            str: self._text,
            int: int.__repr__,
            bool: {True: "true", False: "false"}.__getitem__,
            type(None): {None: "null"}.__getitem__,
            Decimal: _decimal_text,
            float: _float_text,
            tuple: self._array,
            list: self._array,
            dict: self._mapping,
            frozenset: self._set,
            set: self._set,
        }
        self._formatters = _Formatters(known, self._learn)

    def of(self, value: object) -> str:
        """JSON text of any value."""
        return self._formatters[type(value)](value)

    def fields_of(self, kind: type) -> Callable[[Any], str]:
        """A function from an instance of the attrs class `kind` to its fields as a JSON object."""
        names = [field.name for field in attrs.fields(kind)]
        hidden = {name: _masked for name in names if Redactor.hides(name)}
        return object_text(names, self._formatters, hidden, expected_classes(kind), SHOWN_DECIMAL)

    def _learn(self, kind: type) -> _Formatter:
        if issubclass(kind, enum.Enum):
            return lambda member: self.of(member.value)
        if attrs.has(kind):
            return self.fields_of(kind)
        for base, formatter in tuple(self._formatters.items()):
            if base is not type(None) and issubclass(kind, base):
                return formatter
        if issubclass(kind, Mapping):
            return self._mapping
        if issubclass(kind, BaseException | PurePath):
            return lambda value: self._text(
                f"{kind.__name__}: {value}" if issubclass(kind, BaseException) else str(value)
            )
        # repr() may hold an address, which would differ from run to run, or a secret.
        name = encode_basestring_ascii(f"<{kind.__name__}>")
        return lambda _: name

    def _array(self, values: Iterable[object]) -> str:
        return "[" + ",".join([self.of(value) for value in values]) + "]"

    def _set(self, values: Iterable[object]) -> str:
        return "[" + ",".join(sorted(self.of(value) for value in values)) + "]"

    def _mapping(self, values: Mapping[object, object]) -> str:
        return "{" + ",".join([self._pair(str(key), value) for key, value in values.items()]) + "}"

    def _pair(self, key: str, value: object) -> str:
        shown = f'"{MASK}"' if value and Redactor.hides(key) else self.of(value)
        return f"{self._text(key)}:{shown}"


def _masked(secret: object) -> object:
    return MASK if secret else secret


def _decimal_text(value: Decimal) -> str:
    return '"' + str(value) + '"'  # formatting one takes three times as long


def _float_text(value: float) -> str:
    # JSON has no NaN and no infinity; a string keeps the line readable for every parser.
    return repr(value) if value - value == 0 else f'"{value}"'
