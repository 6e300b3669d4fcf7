"""Checked access to JSON: a value is what it must be, or WireError says where it is not.

`bool` is no number here although Python thinks so, a float is never an amount, and text is short, printable ASCII: what is
read may be written to a log.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from neo.infra.xrpl.wire.errors import WireError

#: Ledger indexes, sequences, tickets and ledger times are unsigned 32-bit integers on the ledger.
UINT32_MAX = 2**32 - 1
TEXT_LENGTH_MAX = 256

_HASH = re.compile(r"[0-9A-F]{64}", re.ASCII)
_ACCOUNT = re.compile(r"r[1-9A-HJ-NP-Za-km-z]{24,34}", re.ASCII)
_DIGITS = re.compile(r"[0-9]{1,20}", re.ASCII)


class Fields:
    """A JSON object and where it was found. The path is put together only when something is wrong."""

    __slots__ = ("_members", "_name", "_parent")

    def __init__(self, value: object, name: str, parent: Fields | None = None) -> None:
        self._name = name
        self._parent = parent
        if not isinstance(value, dict):
            raise WireError(self.path, "an object", value)
        self._members: Mapping[str, object] = value

    def __contains__(self, name: str) -> bool:
        return name in self._members

    @property
    def path(self) -> str:
        """For people: `account_info.account_data`."""
        names: list[str] = []
        here: Fields | None = self
        while here is not None:
            names.append(here._name)
            here = here._parent
        return ".".join(reversed(names))

    def raw(self, name: str) -> object:
        """Whatever stands there, None when nothing does."""
        return self._members.get(name)

    def wrong(self, name: str, expected: str) -> WireError:
        """The error to raise about the member `name`."""
        return WireError(f"{self.path}.{name}", expected, self._members.get(name))

    # ------------------------------------------------------------------------------------------------------- values

    def text(self, name: str) -> str:
        value = self._members.get(name)
        if not isinstance(value, str) or not 0 < len(value) <= TEXT_LENGTH_MAX or not _is_plain(value):
            raise self.wrong(name, "a short text")
        return value

    def optional_text(self, name: str) -> str | None:
        return self.text(name) if name in self._members else None

    def whole(self, name: str, least: int = 0, most: int = UINT32_MAX) -> int:
        """An integer that is written as one."""
        value = self._members.get(name)
        if type(value) is not int or not least <= value <= most:
            raise self.wrong(name, f"a whole number from {least} to {most}")
        return value

    def optional_whole(self, name: str, least: int = 0, most: int = UINT32_MAX) -> int | None:
        return self.whole(name, least, most) if name in self._members else None

    def digits(self, name: str, least: int = 0, most: int = UINT32_MAX) -> int:
        """An integer that may be written as one or, as servers do with some, as text."""
        value = self._members.get(name)
        if isinstance(value, str) and _DIGITS.fullmatch(value) and least <= int(value) <= most:
            return int(value)
        return self.whole(name, least, most)

    def flag(self, name: str) -> bool:
        value = self._members.get(name)
        if type(value) is not bool:
            raise self.wrong(name, "true or false")
        return value

    def optional_flag(self, name: str) -> bool | None:
        return self.flag(name) if name in self._members else None

    def hash256(self, name: str) -> str:
        """64 hexadecimal digits, in capitals as servers write them."""
        value = self._members.get(name)
        if not isinstance(value, str) or not _HASH.fullmatch(value):
            raise self.wrong(name, "a hash of 64 hexadecimal digits")
        return value

    def account(self, name: str) -> str:
        """Something that looks like an address: it is only ever compared."""
        value = self._members.get(name)
        if not isinstance(value, str) or not _ACCOUNT.fullmatch(value):
            raise self.wrong(name, "an account address")
        return value

    # ---------------------------------------------------------------------------------------------------- structure

    def child(self, name: str) -> Fields:
        return Fields(self._members.get(name), name, self)

    def optional_child(self, name: str) -> Fields | None:
        return self.child(name) if name in self._members else None

    def children(self, name: str, most: int) -> tuple[Fields, ...]:
        """The objects of a list of at most `most`."""
        value = self._members.get(name)
        if not isinstance(value, list) or len(value) > most:
            raise self.wrong(name, f"a list of at most {most}")
        return tuple(Fields(each, f"{name}[{number}]", self) for number, each in enumerate(value))

    def only(self, name: str, value: object, why: str) -> None:
        """WireError unless the member is `value`, of the same type."""
        found = self._members.get(name)
        if type(found) is not type(value) or found != value:
            raise self.wrong(name, why)

    def names(self) -> Iterator[str]:
        return iter(self._members)


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable()
