"""What a simulation takes from the machine it gives back."""

from __future__ import annotations

import gc
import weakref

import pytest

from neo.system.rare_collections import COLLECT_EVERY, rare_collections


@pytest.fixture(autouse=True)
def nothing_is_frozen() -> None:
    gc.unfreeze()


def test_the_collector_is_as_before_also_after_a_failure() -> None:
    before = gc.get_threshold(), gc.get_freeze_count()
    inside = None

    with pytest.raises(RuntimeError, match="broken"), rare_collections():
        inside = gc.get_threshold()
        raise RuntimeError("broken")

    assert inside == COLLECT_EVERY
    assert (gc.get_threshold(), gc.get_freeze_count()) == before


def test_what_was_frozen_before_stays_so() -> None:
    gc.freeze()

    with rare_collections(), rare_collections():
        pass

    assert gc.get_freeze_count() > 0


def test_nothing_inside_undoes_it_before_the_end() -> None:
    with rare_collections():
        with rare_collections():
            pass
        inside = gc.get_freeze_count()

    assert inside > 0
    assert gc.get_freeze_count() == 0


class _World:
    """Knows itself: only the collector can free it."""

    def __init__(self) -> None:
        self.itself = self


def test_a_world_is_freed_when_the_next_but_the_first_begins() -> None:
    with rare_collections():
        pass
    with rare_collections():
        world = weakref.ref(_World())
    assert world() is not None

    with rare_collections():
        assert world() is None
