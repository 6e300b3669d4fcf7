"""`changed` does what attrs.evolve does."""

from __future__ import annotations

import attrs
import pytest

from neo.domain.changed import changed, changing
from neo.domain.orders.router_state import RouterState


@attrs.frozen
class Hidden:
    shown: int
    _inner: int = 2


@attrs.frozen(kw_only=True)
class Named:
    one: int
    two: int


def test_changed_fields_are_new_and_all_others_as_before() -> None:
    before = RouterState(ledger_index=7, numbered=3)

    after = changed(before, acted_tick=9, ledger_index=8)

    assert after == attrs.evolve(before, acted_tick=9, ledger_index=8)
    assert before == RouterState(ledger_index=7, numbered=3)


def test_a_private_field_is_named_as_the_constructor_names_it() -> None:
    assert changed(Hidden(1), inner=5) == Hidden(1, 5)


def test_a_change_that_is_asked_for_once_takes_its_new_values_in_the_order_of_the_names() -> None:
    change = changing(RouterState, "numbered", "ledger_index")
    before = RouterState(ledger_index=7, numbered=3, acted_tick=1)

    assert change(before, 4, 8) == attrs.evolve(before, numbered=4, ledger_index=8)
    with pytest.raises(TypeError, match="outer"):
        changing(Hidden, "outer")


def test_a_field_that_does_not_exist_is_refused() -> None:
    with pytest.raises(TypeError, match="outer"):
        changed(Hidden(1), outer=5)  # type: ignore[call-arg]


def test_a_class_that_cannot_be_made_by_position_is_refused_and_not_mixed_up() -> None:
    with pytest.raises(TypeError, match=r"attrs\.evolve"):
        changed(Named(one=1, two=2), one=3)
