"""Turn what TOML or an environment says into the type of a key, strictly: nothing is guessed, nothing rounded."""

from __future__ import annotations

import difflib
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Any

import cattrs

# Far beyond any amount on any ledger, and small enough that integer arithmetic stays cheap.
EXPONENT_MAX = 18
TRUTHS = {"true": True, "false": False}
#: The one kind of array there is.
TEXTS = tuple[str, ...]


class WrongType(ValueError):
    """A value is not of the key's type; `suggestion` says what to write."""

    def __init__(self, message: str, suggestion: str = "") -> None:
        self.suggestion = suggestion
        super().__init__(message)


def build_converter() -> cattrs.Converter:
    """A converter whose leaf hooks refuse instead of coercing, and which knows no extra keys."""
    converter = cattrs.Converter(forbid_extra_keys=True, detailed_validation=True)
    converter.register_structure_hook(Decimal, lambda value, _: as_decimal(value))
    converter.register_structure_hook(int, lambda value, _: as_int(value))
    converter.register_structure_hook(bool, lambda value, _: as_bool(value))
    converter.register_structure_hook(str, lambda value, _: as_text(value))
    converter.register_structure_hook_func(lambda kind: kind == TEXTS, lambda value, _: as_texts(value))
    converter.register_structure_hook_func(lambda kind: isinstance(kind, type) and issubclass(kind, Enum), as_choice)
    return converter


def as_decimal(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise WrongType(f"must be a number, but is {described(value)}", _unquoted(value, "a number without quotes"))
    number = Decimal(value)
    if not number.is_finite():
        raise WrongType(f"must be a finite number, but is {value}", "write a number; no limit can be infinite")
    exponent = number.as_tuple().exponent
    if number.adjusted() > EXPONENT_MAX or not isinstance(exponent, int) or exponent < -EXPONENT_MAX:
        raise WrongType(f"must be a number with at most {EXPONENT_MAX} digits before and after the point")
    return number


def as_int(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        whole = isinstance(value, Decimal) and value.is_finite() and value.adjusted() <= EXPONENT_MAX
        near = f"write {int(value)}" if whole else _unquoted(value, "a number without point and quotes")
        raise WrongType(f"must be a whole number, but is {described(value)}", near)
    if abs(value) >= 10 ** (EXPONENT_MAX + 1):
        raise WrongType(f"must be a whole number with at most {EXPONENT_MAX + 1} digits")
    return value


def as_bool(value: Any) -> bool:
    if not isinstance(value, bool):
        raise WrongType(f"must be true or false, but is {described(value)}", "write true or false without quotes")
    return value


def as_text(value: Any) -> str:
    if not isinstance(value, str):
        raise WrongType(f"must be text, but is {described(value)}", f'write "{value}"' if _is_number(value) else "")
    return value


def as_texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        near = f'write ["{value}"]' if isinstance(value, str) else ""
        raise WrongType(f"must be an array of texts, but is {described(value)}", near)
    return tuple(as_text(each) for each in value)


def as_choice(value: Any, kind: type[Enum]) -> Enum:
    if isinstance(value, kind):
        return value
    options = [str(member.value) for member in kind]
    if isinstance(value, str) and value in options:
        return kind(value)
    near = difflib.get_close_matches(str(value).lower(), options, 1)
    raise WrongType(
        f"must be one of {', '.join(options)}, but is {described(value)}",
        f'did you mean "{near[0]}"?' if near else "",
    )


def parsed_text(text: str, kind: Any) -> Any:
    """The TOML value that text from an environment or a command line stands for, given the type of its key."""
    plain = text.strip()
    if kind == TEXTS:
        return [part.strip() for part in plain.split(",")] if plain else []
    if kind is bool:
        return TRUTHS.get(plain.lower(), text)
    if kind is int and plain.isascii() and plain.lstrip("+-").isdigit() and len(plain) <= EXPONENT_MAX + 2:
        return int(plain)
    if kind in (int, Decimal):
        try:
            return Decimal(plain)
        except InvalidOperation:
            return text
    return text


def described(value: Any) -> str:
    """A value in the words of the file; long ones are cut."""
    names: tuple[tuple[type, str], ...] = (
        (bool, "a truth value"),
        (str, "text"),
        (dict, "a table"),
        (list, "an array"),
    )
    kind = next((name for type_, name in names if isinstance(value, type_)), "")
    shown = {True: "true", False: "false"}[value] if isinstance(value, bool) else repr(value)
    if isinstance(value, dict | list):
        return kind
    if not isinstance(value, str | bool):
        kind, shown = ("a number" if _is_number(value) else "a date or time"), str(value)
    return f"{kind} {shown if len(shown) <= 60 else shown[:57] + '...'}"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _unquoted(value: Any, advice: str) -> str:
    if isinstance(value, str):
        if "," in value:
            return "use a point, not a comma, and no quotes"
        try:
            return f"write {Decimal(value.strip())} without quotes" if len(value) <= EXPONENT_MAX else f"write {advice}"
        except InvalidOperation:
            pass
    return f"write {advice}"
