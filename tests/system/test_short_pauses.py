"""What a session on threads asks of its interpreter: short turns, and no search for garbage in the middle of its work."""

from __future__ import annotations

import gc
import sys
import time
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest

from neo.actors.runtime import ThreadSystem
from neo.system.on_threads import start_on_threads
from neo.system.short_pauses import COLLECT_ANYWAY, TURN_S, short_pauses
from neo.system.tidying import EVERY_S, ROOM_S, WHOLE_EVERY, Tidying
from tests.patience import PATIENCE_S
from tests.regression.sim_file import loaded_in


class Ring:
    """Garbage that reference counts cannot free."""

    def __init__(self) -> None:
        self.itself = self


class Hands:
    """Moves the hands of the clock that Tidying looks at."""

    def __init__(self) -> None:
        self.now_s = 100.0
        self.tidying = Tidying(lambda: self.now_s)

    def look(self, pause_s: float = ROOM_S) -> bool:
        """Whether there was one."""
        chore = self.tidying.chore(pause_s)
        if chore is not None:
            chore()
        return chore is not None


@pytest.fixture(autouse=True)
def nothing_is_frozen() -> None:
    gc.unfreeze()


@pytest.fixture
def hands() -> Iterator[Hands]:
    gc.collect()
    gc.disable()
    yield Hands()
    gc.unfreeze()
    gc.enable()


def is_searched(there: object) -> bool:
    """Whether the collector would look at it. How many it leaves out says little: what it left out may die meanwhile."""
    return any(each is there for each in gc.get_objects())


def interpreter() -> tuple[float, tuple[int, int, int], int]:
    return sys.getswitchinterval(), gc.get_threshold(), gc.get_freeze_count()


def test_garbage_is_looked_for_only_in_a_pause_that_is_long_enough_and_not_again_for_a_while(hands: Hands) -> None:
    assert not hands.look(ROOM_S - 0.001)
    assert hands.look(ROOM_S)

    hands.now_s += EVERY_S - 0.001
    assert not hands.look(3_600.0)
    hands.now_s += 0.001
    assert hands.look(3_600.0)


def test_what_a_look_found_alive_the_next_one_leaves_out(hands: Hands) -> None:
    assert hands.look()
    young = [Ring()]
    hands.now_s += EVERY_S
    assert is_searched(young[0])

    assert hands.look()

    assert not is_searched(young[0])
    gc.unfreeze()
    assert is_searched(young[0])


def test_a_ring_that_dies_before_the_next_look_is_found_by_it_and_an_older_one_by_the_look_at_everything(
    hands: Hands,
) -> None:
    old = Ring()
    assert hands.look()
    young = Ring()
    old_is_there, young_is_there = weakref.ref(old), weakref.ref(young)
    del old, young

    found: list[tuple[bool, bool]] = []
    for _ in range(WHOLE_EVERY):
        hands.now_s += EVERY_S
        assert hands.look()
        found.append((old_is_there() is None, young_is_there() is None))

    assert found[0] == (False, True)
    assert found[-2:] == [(False, True), (True, True)]


def test_the_interpreter_is_as_before_also_after_a_failure() -> None:
    system = ThreadSystem()
    before, inside = interpreter(), None
    try:
        with pytest.raises(RuntimeError, match="broken"), short_pauses(system):
            inside = interpreter()[:2]
            gc.freeze()
            raise RuntimeError("broken")
    finally:
        assert system.shutdown(PATIENCE_S) == ()

    assert inside is not None
    assert inside[0] == pytest.approx(TURN_S) and inside[1][0] == COLLECT_ANYWAY
    assert interpreter() == before


def test_a_session_tidies_up_between_its_deadlines_and_leaves_the_interpreter_as_it_was(tmp_path: Path) -> None:
    before = interpreter()
    session = start_on_threads(loaded_in(tmp_path, speed="1", session__duration_s="0", dashboard__enabled="false"))
    try:
        inside = interpreter()[:2]
        give_up_s = time.monotonic() + PATIENCE_S
        while gc.get_freeze_count() <= before[2] and time.monotonic() < give_up_s:
            session.wait(0.05)
        kept = gc.get_freeze_count()
    finally:
        assert session.close() == ()

    assert inside[0] == pytest.approx(TURN_S) and inside[1][0] == COLLECT_ANYWAY
    assert kept > before[2]
    assert interpreter() == before
