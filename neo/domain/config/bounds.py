"""What a single configuration value may be: each rule is an attrs validator that also describes itself.

The same object refuses a value when a section is built, explains the refusal to the reader of a configuration
file, and contributes its keywords to the JSON schema, so that the three can never disagree.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import attrs

from neo.domain.config.account_address import address_complaint
from neo.records import frozen


class ValueRefused(ValueError):
    """A configuration value breaks the rule of its key; the text says how, without naming the key."""


class Rule:
    """Base of the rules: subclasses say what is wrong with a value (None: nothing) and what the schema says."""

    def complaint(self, value: Any) -> str | None:
        raise NotImplementedError

    def sound_part(self, value: Any) -> Any | None:
        """What of a refused value may still be held against other keys, so that more is told at once; None: nothing."""
        return None

    def schema(self) -> dict[str, Any]:
        raise NotImplementedError

    def __call__(self, instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
        """Act as attrs validator. Raises ValueRefused."""
        complaint = self.complaint(value)
        if complaint is not None:
            raise ValueRefused(f"{attribute.name} {complaint}")


@frozen(kw_only=True)
class Bound(Rule):
    """A finite number inside inclusive (at_least, at_most) or exclusive (above, below) limits."""

    at_least: Decimal | None = None
    above: Decimal | None = None
    at_most: Decimal | None = None
    below: Decimal | None = None

    def complaint(self, value: Any) -> str | None:
        if not Decimal(value).is_finite():
            return f"must be a finite number, but is {value}"
        if self._holds(Decimal(value)):
            return None
        return f"must be {self._words()}, but is {value}"

    def _holds(self, value: Decimal) -> bool:
        return (
            (self.at_least is None or value >= self.at_least)
            and (self.above is None or value > self.above)
            and (self.at_most is None or value <= self.at_most)
            and (self.below is None or value < self.below)
        )

    def _words(self) -> str:
        named = (
            ("at least", self.at_least),
            ("above", self.above),
            ("at most", self.at_most),
            ("below", self.below),
        )
        return " and ".join(f"{word} {limit}" for word, limit in named if limit is not None)

    def schema(self) -> dict[str, Any]:
        keywords = {
            "minimum": self.at_least,
            "exclusiveMinimum": self.above,
            "maximum": self.at_most,
            "exclusiveMaximum": self.below,
        }
        return {word: _json_number(limit) for word, limit in keywords.items() if limit is not None}


@frozen
class Text(Rule):
    """Text that matches a whole pattern; `meaning` completes the sentence "must be ..."."""

    pattern: str
    meaning: str

    def complaint(self, value: Any) -> str | None:
        if re.fullmatch(self.pattern, value):
            return None
        return f"must be {self.meaning}, but is {value!r}"

    def schema(self) -> dict[str, Any]:
        return {"pattern": f"^(?:{self.pattern})$"}


@frozen
class AccountAddress(Rule):
    """A classic XRP Ledger address whose checksum is right."""

    def complaint(self, value: Any) -> str | None:
        return address_complaint(value)

    def schema(self) -> dict[str, Any]:
        return {"pattern": "^r[1-9A-HJ-NP-Za-km-z]{24,34}$"}


def at_least(limit: int | str, at_most: int | str | None = None) -> Bound:
    """Limits are inclusive; text is for fractions, so that no float is involved."""
    return Bound(at_least=Decimal(limit), at_most=None if at_most is None else Decimal(at_most))


def above(limit: int | str, at_most: int | str | None = None) -> Bound:
    """The lower limit is excluded, the upper one included."""
    return Bound(above=Decimal(limit), at_most=None if at_most is None else Decimal(at_most))


# Control characters in a path end up in logs and terminals; NUL is refused by the operating system only at first use.
FILE_PATH = Text(r"[^\x00-\x1f\x7f]*[^\x00-\x1f\x7f\s/][^\x00-\x1f\x7f]*", "a path without control characters")


def _json_number(value: Decimal) -> int | float:
    """JSON schema is read by editors; the exact Decimal stays in the rule."""
    return int(value) if value == value.to_integral_value() else float(value)
