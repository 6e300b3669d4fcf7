"""Records of neo are what attrs makes, but for the time that making their classes takes."""

from __future__ import annotations

import copy
import importlib
import pickle
import pkgutil
import re
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import neo
from neo import records


def _classes_of(frozen: Any, define: Any) -> dict[str, Any]:
    """One class of each kind that neo has, made by these decorators."""

    @frozen
    class Quote:
        price: Decimal
        size: float = 3.0
        key: str = attrs.field(default="", repr=False)
        shown_short: str = attrs.field(default="", repr=lambda text: text[:2], alias="short")
        seen: int = attrs.field(default=0, eq=False, kw_only=True)
        weighed: int = attrs.field(default=0, hash=False, kw_only=True)
        later: object = attrs.field(init=False, eq=False)

    @frozen(kw_only=True)
    class Fill(Quote):
        fee: Decimal

    @frozen
    class Nothing:
        pass

    @frozen
    class One:
        value: object

    class Derived(Quote):
        """Has the methods of its base."""

    @frozen(eq=False)
    class WithMore(Quote):
        more: int = 0

    return _named(Quote, Fill, Nothing, One, Derived, WithMore) | _with_less(frozen, define)


def _named(*made: type) -> dict[str, Any]:
    return {each.__name__: each for each in made}


def _with_less(frozen: Any, define: Any) -> dict[str, Any]:
    """Classes that ask for less than everything, or bring it themselves."""

    @frozen(eq=False)
    class ByIdentity:
        value: object

    @frozen(repr=False)
    class Hidden:
        value: object

    @define
    class Book:
        bids: list[object]
        asks: list[object] = attrs.Factory(list)

    @frozen
    class Written:
        value: object

        def __repr__(self) -> str:
            return "as written"

        def __eq__(self, other: object) -> bool:
            return isinstance(other, Written)

        def __hash__(self) -> int:
            return 7

    @frozen
    class OwnHash:
        value: object
        __hash__ = object.__hash__

    @frozen
    class Refusal(Exception):
        reason: str

    return _named(ByIdentity, Hidden, Book, Written, OwnHash, Refusal) | _compared_otherwise(frozen)


def _compared_otherwise(frozen: Any) -> dict[str, Any]:
    """Classes of which attrs compares something else than the values, or nothing."""

    @frozen
    class ByKey:
        value: str = attrs.field(eq=str.lower)
        more: int = 0

    @frozen
    class NeverUnequal:
        value: object

        def __ne__(self, other: object) -> bool:
            return False

    return _named(ByKey, NeverUnequal)


SHARED = _classes_of(records.frozen, records.define)
ATTRS = _classes_of(attrs.frozen, attrs.define)

PRICES = st.sampled_from([Decimal(1), Decimal("1.0"), Decimal(2), Decimal("NaN")])
SIZES = st.sampled_from([0.0, -0.0, 1.0, 1, True])
TEXTS = st.sampled_from(["", "rust", "rest"])
FEW = st.integers(0, 1)
ARGUMENTS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "Quote": st.fixed_dictionaries(
        {"price": PRICES}, optional={"size": SIZES, "key": TEXTS, "short": TEXTS, "seen": FEW, "weighed": FEW}
    ),
    "Fill": st.fixed_dictionaries({"price": PRICES, "fee": PRICES}, optional={"seen": FEW, "weighed": FEW}),
    "Nothing": st.just({}),
    "Book": st.fixed_dictionaries({"bids": st.lists(PRICES, max_size=1)}),
    "Refusal": st.fixed_dictionaries({"reason": TEXTS}),
    "ByKey": st.fixed_dictionaries({"value": st.sampled_from(["rust", "Rust", "rest"])}, optional={"more": FEW}),
    "Derived": st.fixed_dictionaries({"price": PRICES}),
    "WithMore": st.fixed_dictionaries({"price": PRICES}, optional={"more": FEW}),
}
PAIRS = st.sampled_from(sorted(SHARED)).flatmap(
    lambda name: st.tuples(
        st.just(name), *[ARGUMENTS.get(name, st.fixed_dictionaries({"value": PRICES | TEXTS | SIZES}))] * 2
    )
)


_ADDRESS = re.compile(" at 0x[0-9a-f]+")


def _hash_or_refusal(record: object) -> object:
    try:
        return hash(record)
    except TypeError as refused:
        return str(refused)


@given(PAIRS)
def test_what_is_equal_and_how_it_is_shown_is_as_with_attrs(pair: tuple[str, dict[str, Any], dict[str, Any]]) -> None:
    name, first, second = pair
    ours, theirs = ([made[name](**given) for given in (first, second)] for made in (SHARED, ATTRS))

    assert (ours[0] == ours[1]) == (theirs[0] == theirs[1])
    assert (ours[0] != ours[1]) == (theirs[0] != theirs[1])
    assert (ours[0] == ours[0]) == (theirs[0] == theirs[0])
    for shown in (str, repr):
        texts, expected = ([_ADDRESS.sub("", shown(record)) for record in made] for made in (ours, theirs))
        assert texts == expected


@given(PAIRS)
def test_it_has_a_hash_where_attrs_gives_one_and_two_have_the_same_where_they_would_have_it_with_attrs(
    pair: tuple[str, dict[str, Any], dict[str, Any]],
) -> None:
    name, first, second = pair
    ours, theirs = ([made[name](**given) for given in (first, second)] for made in (SHARED, ATTRS))

    hashes, expected = ([_hash_or_refusal(record) for record in made] for made in (ours, theirs))

    if any(type(each) is str for each in expected):
        assert hashes == expected
    else:
        assert (hashes[0] == hashes[1]) == (expected[0] == expected[1])


def test_records_of_different_classes_with_the_same_values_are_neither_equal_nor_hashed_alike() -> None:
    one, quote = SHARED["One"], SHARED["Quote"]

    assert one(1) != quote(1)
    assert hash(one(1)) != hash(SHARED["Fill"](price=1, fee=1))
    assert one(1).__eq__(1) is NotImplemented
    assert SHARED["Derived"](1) != quote(1)


def test_a_record_within_itself_is_shown_once() -> None:
    book = SHARED["Book"]([])
    book.bids.append(book)

    assert repr(book).endswith("Book(bids=[...], asks=[])")


def test_what_is_not_there_yet_is_shown_as_such_if_no_constructor_sets_it() -> None:
    empty = object.__new__(SHARED["Nothing"])
    half_built = object.__new__(SHARED["Quote"])

    assert repr(empty).endswith("Nothing()")
    assert "later=NOTHING" in repr(SHARED["Quote"](1))
    with pytest.raises(AttributeError):
        repr(half_built)


@attrs.frozen
class _PlainForPickle:
    value: int


@records.frozen
class _ForPickle:
    value: int


def test_it_can_be_pickled_copied_evolved_and_matched() -> None:
    record = _ForPickle(3)

    assert pickle.loads(pickle.dumps(record)) == record == copy.deepcopy(record)
    assert attrs.evolve(record, value=4) == _ForPickle(4)
    match record:
        case _ForPickle(value):
            assert value == 3
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        record.value = 5  # type: ignore[misc]


def test_a_class_has_what_attrs_gives_it_and_no_method_is_missing() -> None:
    """Nothing of attrs' making is lost, by the names that stand in the two classes."""
    for name in SHARED:
        missing = vars(ATTRS[name]).keys() - vars(SHARED[name]).keys() - {"__ne__", "__weakref__"}
        assert not missing, (name, missing)
    assert vars(_ForPickle).keys() >= vars(_PlainForPickle).keys() - {"__ne__", "__weakref__"}
    assert _ForPickle.__basicsize__ < _PlainForPickle.__basicsize__


def test_no_record_of_neo_has_methods_written_by_attrs_but_its_constructor() -> None:
    for module in pkgutil.walk_packages(neo.__path__, "neo."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    ours = [each for each in _all_classes() if each.__module__.startswith("neo.") and attrs.has(each)]
    assert len(ours) > 700

    written = {
        f"{each.__module__}.{each.__qualname__}.{method}"
        for each in ours
        for method in ("__eq__", "__hash__", "__repr__")
        if "attrs generated" in getattr(getattr(vars(each).get(method), "__code__", None), "co_filename", "")
    }

    assert not written


def _all_classes(of: type = object) -> list[type]:
    found: list[type] = type.__subclasses__(of)
    for each in found[:]:
        if each is not type:
            found += _all_classes(each)
    return found
