"""A request's parameters, checked one by one: whatever was sent, the answer is the dialect's error and never a crash."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from enum import Enum
from typing import TypeVar

from neo.infra.sandbox.exchange.wording import Wording

Choice = TypeVar("Choice", bound=Enum)

_NUMBER = re.compile(r"[0-9]{1,20}(\.[0-9]{1,20})?")
_INTEGER = re.compile(r"[0-9]{1,18}")
_SYMBOL = re.compile(r"[A-Z0-9_.-]{1,30}")
_CLIENT_ID = re.compile(r"[.A-Za-z0-9:/_-]{1,36}")
_SYMBOLS_MAX = 5_000


class Params:
    """Values by name as they came, the query's before the body's. Every method raises the dialect's error."""

    def __init__(self, values: Mapping[str, str], wording: Wording) -> None:
        self._values = values
        self.wording = wording

    def __contains__(self, name: str) -> bool:
        return bool(self._values.get(name))

    def text(self, name: str) -> str:
        value = self._values.get(name, "")
        if not value:
            raise self.wording.missing(name)
        return value

    def symbol(self) -> str:
        value = self.text("symbol")
        if not _SYMBOL.fullmatch(value):
            raise self.wording.illegal("symbol")
        return value

    def symbols(self) -> tuple[str, ...] | None:
        """The list of `symbols`, as a JSON array (Binance) or with commas (MEXC); None when there is none."""
        if "symbols" not in self:
            return None
        value = self.text("symbols")
        found = _from_json(value) if value.startswith("[") else value.split(",")
        if not found or len(found) > _SYMBOLS_MAX or not all(_SYMBOL.fullmatch(each) for each in found):
            raise self.wording.illegal("symbols")
        return tuple(found)

    def amount(self, name: str) -> Decimal:
        """A positive number in plain digits."""
        value = self.text(name)
        if not _NUMBER.fullmatch(value):
            raise self.wording.illegal(name)
        return Decimal(value)

    def integer(self, name: str, default: int | None = None) -> int:
        if name not in self and default is not None:
            return default
        value = self.text(name)
        if not _INTEGER.fullmatch(value):
            raise self.wording.illegal(name)
        return int(value)

    def limit(self, default: int, largest: int) -> int:
        """`limit`, cut to what the exchange gives at most; 0 is refused."""
        found = self.integer("limit", default)
        if found < 1:
            raise self.wording.illegal("limit")
        return min(found, largest)

    def client_id(self, name: str) -> str:
        """Empty when there is none."""
        if name not in self:
            return ""
        value = self.text(name)
        if not _CLIENT_ID.fullmatch(value):
            raise self.wording.illegal(name)
        return value

    def choice(self, name: str, kind: type[Choice]) -> Choice:
        try:
            return kind(self.text(name))
        except ValueError:
            raise self.wording.not_a_choice(name) from None


def _from_json(text: str) -> list[str]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return []
    return found if isinstance(found, list) and all(isinstance(each, str) for each in found) else []
