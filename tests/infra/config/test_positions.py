"""The position finder agrees with tomllib about every key and every value of any document."""

from __future__ import annotations

import string
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neo.infra.config.positions import Path, Positions, Span, find_positions

BARE = st.text(string.ascii_letters + string.digits + "_-", min_size=1, max_size=5)
PLAIN = st.text(string.ascii_letters + " #=[]{}.,'\"\\é\n\t", max_size=8)
GAP = st.sampled_from(["", " ", "  ", "\t"])
BREAK = st.sampled_from(["", " ", "\n", " # comment ] } \" '\n", "\n\n  "])


def basic(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


@st.composite
def strings(draw: st.DrawFn) -> str:
    text = draw(PLAIN)
    forms = [basic(text), '"""' + text.replace("\\", "\\\\").replace('"', '\\"') + '"""']
    if "'" not in text:
        forms += [f"'''{text}'''"] + ([f"'{text}'"] if "\n" not in text else [])
    return draw(st.sampled_from([*forms, '""""two quotes at the end"""""', "''", '""', '"""\\\n   continued"""']))


@st.composite
def keys(draw: st.DrawFn, name: str) -> str:
    return draw(st.sampled_from([name, basic(name), f"'{name}'"]))


NUMBERS = st.sampled_from(["0", "-17", "1_000", "0xBEEF", "3.14", "-1e-7", "inf", "true", "false"])
DATES = st.sampled_from(
    ["1979-05-27", "1979-05-27T07:32:00Z", "1979-05-27 07:32:00", "07:32:00.5", "1979-05-27 07:32:00-07:00"]
)
ATOMS = NUMBERS | DATES


@st.composite
def arrays(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    items = draw(st.lists(inner, max_size=3))
    text = "["
    for index, item in enumerate(items):
        comma = "," if index + 1 < len(items) or draw(st.booleans()) else ""
        text += draw(BREAK) + item + draw(BREAK) + comma
    return text + draw(BREAK) + "]"


@st.composite
def inline_tables(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    names = draw(st.lists(BARE, max_size=3, unique=True))
    pairs = [draw(keys(name)) + draw(GAP) + "=" + draw(GAP) + draw(inner) + draw(GAP) for name in names]
    return "{" + draw(GAP) + ("," + draw(GAP)).join(pairs) + "}"


VALUES = st.recursive(ATOMS | strings(), lambda inner: arrays(inner) | inline_tables(inner), max_leaves=6)


@st.composite
def bodies(draw: st.DrawFn) -> str:
    lines = []
    for name in draw(st.lists(BARE, max_size=3, unique=True)):
        parts = [name, *draw(st.lists(BARE, max_size=2))]
        dot = draw(GAP) + "." + draw(GAP)
        key = dot.join(draw(keys(part)) for part in parts)
        ending = draw(st.sampled_from(["", " # note = [x]", "  "]))
        lines.append(draw(GAP) + key + draw(GAP) + "=" + draw(GAP) + draw(VALUES) + ending + "\n")
    return draw(st.sampled_from(["", "\n", "# [no.table]\n"])).join(["", *lines])


@st.composite
def documents(draw: st.DrawFn) -> str:
    """Distinct top-level names, so that tables never collide; below them everything the grammar has."""
    text = draw(bodies())
    for number in range(draw(st.integers(0, 3))):
        name = f"table{number}"
        inner = draw(keys("inner"))
        form = draw(st.sampled_from(["table", "array", "nested"]))
        if form == "table":
            text += f"[ {name} ]\n{draw(bodies())}[{name}.{inner}]\n{draw(bodies())}"
        elif form == "array":
            text += "".join(f"[[{name}]] # one\n{draw(bodies())}" for _ in range(draw(st.integers(1, 3))))
        else:
            text += f"[[{name}]]\n[[{name}.{inner}]]\n{draw(bodies())}[[{name}.{inner}]]\n[{name}.{inner}.deep]\n"
            text += draw(bodies())
    return text


def nodes(tree: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every path below the root with its value."""
    children = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for name, value in children:
        yield (*path, name), value
        yield from nodes(value, (*path, name))


def parsed_or_none(text: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None


def written(text: str, span: Span) -> str:
    return text[span.start : span.end]


def key_parts(text: str) -> tuple[str, ...]:
    parts: list[str] = []
    tree: Any = tomllib.loads(text + " = 0")
    while isinstance(tree, dict):
        (name,) = tree
        parts.append(name)
        tree = tree[name]
    return tuple(parts)


@settings(max_examples=250, deadline=None)
@given(documents())
def test_every_key_and_value_is_found_where_the_parser_reads_it(text: str) -> None:
    tree = parsed_or_none(text)
    if tree is None:  # two tables in one body may collide, which the grammar forbids
        return
    found = find_positions(text)
    every = dict(nodes(tree))
    leaves = {path: value for path, value in every.items() if not isinstance(value, dict | list)}

    assert set(found.values) <= set(every)
    assert set(leaves) <= set(found.values)
    assert {path for path in every if isinstance(path[-1], str)} <= set(found.keys) <= set(every)
    for path, span in found.values.items():
        assert repr(tomllib.loads("x = " + written(text, span))["x"]) == repr(every[path])
    for path in leaves.keys() & found.keys.keys():
        names = tuple(part for part in path if isinstance(part, str))
        parts = key_parts(written(text, found.keys[path]))
        assert names[-len(parts) :] == parts


def test_the_documents_of_the_property_are_mostly_valid_and_varied() -> None:
    """A property over documents that never parse would claim nothing."""
    valid: list[bool] = []

    @settings(max_examples=100, deadline=None, database=None, derandomize=True)
    @given(documents())
    def collect(text: str) -> None:
        valid.append(parsed_or_none(text) is not None)

    collect()
    assert sum(valid) > len(valid) * 0.7


@settings(max_examples=300, deadline=None)
@given(st.text("[]{}=.,\"'\\#\n\t abc01\0\r", max_size=40))
def test_any_text_at_all_is_survived(text: str) -> None:
    found = find_positions(text)

    assert all(0 <= span.start <= span.end <= len(text) for span in [*found.keys.values(), *found.values.values()])


def test_deep_nesting_is_survived() -> None:
    found = find_positions("a = 1\nb = " + "[" * 50_000)

    assert ("a",) in found.values


@pytest.mark.parametrize(
    ("text", "path", "key", "value"),
    [
        ("a = 1", ("a",), "a", "1"),
        ("[t]\na . 'b c' = 'x' # y", ("t", "a", "b c"), "a . 'b c'", "'x'"),
        ('k = """\n] # no comment\n"""\nz = 2', ("z",), "z", "2"),
        ("k = [ 1, # ]\n {in = 2} ]", ("k", 1, "in"), "in", "2"),
        ("[[a]]\n[[a]]\nx = 1", ("a", 1, "x"), "x", "1"),
        ("[[a]]\n[a.b]\nx = 1", ("a", 0, "b", "x"), "x", "1"),
        ('"a\\u002eb" = 1', ("a.b",), '"a\\u002eb"', "1"),
    ],
)
def test_positions_of_the_forms_that_mislead(text: str, path: Path, key: str, value: str) -> None:
    found = find_positions(text)

    assert (written(text, found.keys[path]), written(text, found.values[path])) == (key, value)


@pytest.mark.parametrize(
    "text", ["a = 1\na = 2", "[t]\na = 1\nb = 2\na = 3", "[t]\n[t]", "x = {a = 1, a = 2}", "a.b = 1\na.b = 2"]
)
def test_what_is_written_twice_is_remembered_with_both_places(text: str) -> None:
    found: Positions = find_positions(text)

    assert len(found.repeated) == 1
    assert found.repeated[0].first.start < found.repeated[0].second.start


def test_elements_of_an_array_of_tables_do_not_repeat_each_other() -> None:
    assert find_positions("[[a]]\nx = 1\n[[a]]\nx = 2\n[a.t]\n[[a]]\n[a.t]").repeated == []
