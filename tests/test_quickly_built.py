"""Records that are built quickly are what `attrs.frozen` makes, but for the time it takes."""

from __future__ import annotations

import copy
import importlib
import pickle
import pkgutil
from decimal import Decimal
from inspect import signature
from typing import Any

import attrs
import cattrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import neo
from neo.domain.changed import changed
from neo.domain.telemetry.event import TelemetryEvent, registered_events
from neo.quickly_built import OPEN_TWIN, building, quickly_built


@attrs.frozen
class Plain:
    """What attrs makes."""

    price: Decimal
    size: int = 3
    tags: tuple[str, ...] = attrs.field(factory=tuple)
    note: str | None = attrs.field(default=None, kw_only=True)


@quickly_built
@attrs.frozen
class Quick:
    """The same, built quickly."""

    price: Decimal
    size: int = 3
    tags: tuple[str, ...] = attrs.field(factory=tuple)
    note: str | None = attrs.field(default=None, kw_only=True)


ARGUMENTS = st.fixed_dictionaries(
    {"price": st.decimals(allow_nan=False)},
    optional={
        "size": st.integers(),
        "tags": st.lists(st.text()).map(tuple),
        "note": st.none() | st.text(),
    },
)


@given(ARGUMENTS)
def test_the_function_that_builds_it_makes_what_its_class_makes_which_is_as_closed(arguments: dict[str, Any]) -> None:
    built = building(Quick)(**arguments)

    assert type(built) is Quick
    assert built == Quick(**arguments)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        built.size = 4  # type: ignore[misc]


def test_the_function_takes_what_the_class_takes() -> None:
    build = building(Quick)

    assert build(Decimal(1), 2, ("a",), note="b") == Quick(Decimal(1), 2, ("a",), note="b")
    with pytest.raises(TypeError, match="price"):
        build()  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        build(Decimal(1), colour="red")  # type: ignore[call-arg]


def test_only_what_is_quickly_built_has_such_a_function() -> None:
    with pytest.raises(TypeError, match="Plain is not quickly built"):
        building(Plain)


@given(ARGUMENTS, ARGUMENTS)
def test_its_values_equality_order_of_fields_text_and_hash_are_those_of_the_plain_class(
    first: dict[str, Any], second: dict[str, Any]
) -> None:
    plain, other_plain = Plain(**first), Plain(**second)
    quick, other_quick = Quick(**first), Quick(**second)

    assert type(quick) is Quick
    assert attrs.astuple(quick) == attrs.astuple(plain)
    assert repr(quick) == repr(plain).replace("Plain", "Quick")
    assert hash(quick) == hash(Quick(**first))
    assert (quick == other_quick) is (plain == other_plain)


@given(ARGUMENTS)
def test_it_survives_pickle_copy_evolve_and_cattrs(arguments: dict[str, Any]) -> None:
    quick = Quick(**arguments)

    assert pickle.loads(pickle.dumps(quick)) == quick
    assert copy.deepcopy(quick) == copy.copy(quick) == quick
    assert attrs.evolve(quick, size=9) == Quick(**{**arguments, "size": 9})
    converter = cattrs.Converter()
    converter.register_structure_hook(Decimal, lambda value, _: Decimal(value))
    assert type(converter.structure(converter.unstructure(quick), Quick)) is Quick


def test_it_is_called_like_the_plain_class_and_refuses_what_that_refuses() -> None:
    def shape(record_class: type) -> list[tuple[str, object]]:
        return [(name, parameter.kind) for name, parameter in signature(record_class).parameters.items()]

    assert shape(Quick) == shape(Plain)
    wrongs: tuple[dict[str, Any], ...] = ({}, {"price": Decimal(1), "colour": "red"})
    for wrong in wrongs:
        with pytest.raises(TypeError):
            Quick(**wrong)


def test_nobody_can_write_to_it_or_delete_from_it() -> None:
    quick = Quick(Decimal(1))

    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        quick.size = 4  # type: ignore[misc]
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        del quick.size
    assert quick.size == 3


def test_a_factory_is_asked_for_each_record() -> None:
    @quickly_built
    @attrs.frozen
    class Holder:
        things: dict[str, int] = attrs.field(factory=dict)

    assert Holder().things == {}
    assert Holder().things is not Holder().things


def test_a_private_field_is_given_without_its_underscore() -> None:
    @quickly_built
    @attrs.frozen
    class Secretive:
        _inner: int
        outer: int = 2

    assert changed(Secretive(inner=1), outer=5) == Secretive(1, 5)


def test_what_its_constructor_could_not_do_is_refused_when_the_class_is_made() -> None:
    @attrs.frozen
    class Converted:
        value: int = attrs.field(converter=int)

    @attrs.frozen
    class Checked:
        value: int = attrs.field(validator=attrs.validators.ge(0))

    @attrs.frozen
    class Hooked:
        value: int

        def __attrs_post_init__(self) -> None:
            """Something that must not be left out."""

    @attrs.define
    class Writable:
        value: int

    for record_class in (Converted, Checked, Hooked, Writable):
        with pytest.raises(TypeError, match="cannot be built quickly"):
            quickly_built(record_class)


def _quickly_built_classes() -> list[type]:
    for module in pkgutil.walk_packages(neo.__path__, "neo."):
        if module.name.startswith("neo.domain."):
            importlib.import_module(module.name)

    def below(record_class: type) -> list[type]:
        children: list[type] = type.__subclasses__(record_class)
        return [each for child in children for each in (child, *below(child))]

    return [twin.__bases__[0] for twin in below(object) if OPEN_TWIN in vars(twin)]


def test_no_class_is_derived_from_one_that_is_built_quickly_but_its_twin() -> None:
    quick = _quickly_built_classes()

    assert len(quick) > 50
    assert [each for each in quick if len(type.__subclasses__(each)) != 1] == []


def test_a_twin_is_no_telemetry_event_of_its_own() -> None:
    quick_events = [each for each in _quickly_built_classes() if issubclass(each, TelemetryEvent)]

    assert quick_events
    assert set(quick_events) <= set(registered_events().values())
