"""Fields of a record as a JSON object."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import attrs
from hypothesis import given
from hypothesis import strategies as st

from neo.infra.object_text import SHOWN_DECIMAL, expected_classes, object_text

_NAMES = ("price", "_private", "größe", "value", "record", "text", "数量", "x1")
_TEXTS: dict[type, Callable[[Any], str]] = {int: str, str: json.dumps, type(None): lambda _: "null"}


@given(st.dictionaries(st.sampled_from(_NAMES), st.integers() | st.text() | st.none()))
def test_a_record_is_an_object_with_its_fields_in_their_order(values: dict[str, Any]) -> None:
    record = attrs.make_class("Record", list(values))(*values.values())

    text = object_text(values, _TEXTS)(record)

    assert text.isascii()
    assert list(json.loads(text).items()) == list(values.items())


def test_a_field_that_goes_through_something_is_written_as_that_makes_of_it() -> None:
    record = attrs.make_class("Record", ["key", "secret"])("secret", "key")

    text = object_text(("key", "secret"), _TEXTS, {"secret": lambda word: len(str(word))})(record)

    assert json.loads(text) == {"key": "secret", "secret": 3}


_PLAIN: dict[type, Callable[[Any], str]] = {
    **_TEXTS,
    bool: {True: "true", False: "false"}.__getitem__,
    Decimal: lambda amount: f'"{amount}"',
}
_values = st.integers() | st.text() | st.none() | st.booleans() | st.decimals(allow_nan=False)


@given(
    st.dictionaries(st.sampled_from(_NAMES), st.tuples(_values, _values), min_size=1),
    st.dictionaries(st.sampled_from(_NAMES), st.sampled_from((str, int, bool, Decimal))),
    st.sampled_from((None, SHOWN_DECIMAL)),
)
def test_what_is_expected_of_a_value_changes_no_letter(
    values: dict[str, tuple[Any, Any]], guesses: dict[str, type], forms: dict[type, str] | None
) -> None:
    record_class = attrs.make_class("Record", list(values))
    through = {"secret": lambda _: "***", "value": lambda value: value}
    right = {name: type(first) for name, (first, _) in values.items() if first is not None}

    for expected in ({**right, **guesses}, right):
        quick = object_text(values, _PLAIN, through, expected, forms)
        for which in (0, 1, 0):
            record = record_class(*[pair[which] for pair in values.values()])
            assert quick(record) == object_text(values, _PLAIN, through)(record)


def test_plain_values_are_expected_as_annotated_unless_they_are_usually_absent() -> None:
    @attrs.frozen
    class Sale:
        price: Decimal | None
        lots: int
        is_last: bool
        buyers: tuple[str, ...]
        note: str | None = None
        venue: str = "here"

    assert expected_classes(Sale) == {"price": Decimal, "lots": int, "is_last": bool, "venue": str}
