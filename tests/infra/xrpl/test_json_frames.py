"""Whatever a server sends is an object or is refused."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neo.infra.xrpl.json_frames import NotJson, parsed_object

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(st.text(), VALUES))
def test_an_object_comes_back_as_it_was(value: dict[str, object]) -> None:
    assert parsed_object(json.dumps(value)) == value


@given(st.text() | st.binary())
def test_any_bytes_at_all_are_an_object_or_refused(frame: str | bytes) -> None:
    try:
        assert isinstance(parsed_object(frame), dict)
    except NotJson as refused:
        assert len(str(refused)) < 100


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "[]",
        "7",
        '"text"',
        "null",
        '{"a": NaN}',
        '{"a": -Infinity}',
        '{"a": ' + "9" * 5_000 + "}",
        '{"a":' * 200_000,
        b"\xff\xfe",
    ],
    ids=range(10),
)
def test_what_is_no_object_is_refused(frame: str | bytes) -> None:
    with pytest.raises(NotJson):
        parsed_object(frame)
