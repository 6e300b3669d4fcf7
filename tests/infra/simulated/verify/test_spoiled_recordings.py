"""A spoiled recording is refused or found different; it never brings the verifier down."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neo.infra.simulated.verify.recording import NotARecording, read_course
from neo.infra.simulated.verify.run import verify_recording
from tests.infra.simulated.verify.generated_book import BookPlan, generate

_SPOILED: tuple[Any, ...] = (
    None, True, -1, 0, 10**30, 1.5, "", "x", "-5", "1e999", "NaN", "9" * 40, [], {}, [1], {"currency": "XRP"},
)  # fmt: skip


@cache
def _book() -> dict[str, Any]:
    return generate(BookPlan(seed=20, ledgers=8, pool_fee=300, lifetime_s=10, resting_at_start=4))


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(value, (dict, list)):
        for key, inner in list(value.items() if isinstance(value, dict) else enumerate(value)):
            yield value, key
            yield from _places(inner)


@settings(max_examples=60)
@given(st.integers(0, 2**32), st.sampled_from(_SPOILED))
def test_one_spoiled_value_is_refused_or_found(seed: int, spoiled: object) -> None:
    content = copy.deepcopy(_book())
    box, key = random.Random(seed).choice(list(_places(content)))
    box[key] = spoiled

    try:
        verification = verify_recording(read_course("spoiled", content))
    except NotARecording as refusal:
        assert refusal.advice
    else:
        assert list(verification.lines())


def test_a_view_of_a_pool_that_does_not_name_its_account_is_refused() -> None:
    content = copy.deepcopy(_book())
    views = [box for box, key in _places(content) if key == "amm" and isinstance(box["amm"], dict)]
    for view in views:
        view["amm"] = {}

    assert views
    with pytest.raises(NotARecording, match="account"):
        verify_recording(read_course("spoiled", content))
