"""What a simulation takes from the machine it gives back."""

from __future__ import annotations

import gc

import pytest

from neo.system.rare_collections import COLLECT_EVERY, rare_collections


def test_the_collector_is_as_before_also_after_a_failure() -> None:
    before = gc.get_threshold(), gc.get_freeze_count()
    inside = None

    with pytest.raises(RuntimeError, match="broken"), rare_collections():
        inside = gc.get_threshold()
        raise RuntimeError("broken")

    assert inside == COLLECT_EVERY
    assert (gc.get_threshold(), gc.get_freeze_count()) == before
