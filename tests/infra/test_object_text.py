"""Fields of a record as a JSON object."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import attrs
from hypothesis import given
from hypothesis import strategies as st

from neo.infra.object_text import object_text

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
