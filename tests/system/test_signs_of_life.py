"""Who is silent is who leaves a question unanswered: not who was not asked."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from neo.actors.runtime import Actor, ChildSpec, Envelope, Ping, ThreadSystem, handles
from neo.system.signs_of_life import SignsOfLife
from tests.patience import PATIENCE_S

LIMIT_S = 10.0
_OWN = "driver:test"


class Knock:
    """Makes its hearer hang until the test lets it go."""


class Hearer(Actor):
    def __init__(self, heard: threading.Event, release: threading.Event) -> None:
        super().__init__()
        self._heard, self._release = heard, release

    @handles(Knock)
    def on_knock(self, message: Knock) -> None:
        self._heard.set()
        self._release.wait(PATIENCE_S)


class Watched:
    """One actor on a thread, watched by a clock that the test sets."""

    def __init__(self) -> None:
        self.now_s = 1000.0
        self._heard, self._release = threading.Event(), threading.Event()
        self.system = ThreadSystem()
        self.life = SignsOfLife(self.system, lambda: self.now_s)
        self._answers = threading.Semaphore(0)
        self.system.listen(_OWN, lambda _: self._answers.release())
        self.system.spawn(ChildSpec("hearer", Hearer, {"heard": self._heard, "release": self._release}))

    def look(self, after_s: float = 1.0) -> tuple[str, ...]:
        """As the watch does it: who is silent, then the next question."""
        self.now_s += after_s
        silent = self.life.silent(LIMIT_S)
        self.life.ask()
        return silent

    def answered(self) -> None:
        """Everything that was asked before is answered: the hearer takes one question after the other."""
        self.system.send(Envelope(Ping(0), _OWN, "hearer"))
        assert self._answers.acquire(timeout=PATIENCE_S)

    def hang(self) -> None:
        self.system.tell("hearer", Knock())
        assert self._heard.wait(PATIENCE_S)

    def go_on(self) -> None:
        self._release.set()


@contextmanager
def watched() -> Iterator[Watched]:
    one = Watched()
    try:
        yield one
    finally:
        one.go_on()
        assert one.system.shutdown(PATIENCE_S) == ()


def test_who_answered_before_a_gap_was_not_silent_in_it() -> None:
    with watched() as one:
        assert one.look() == ()
        one.answered()

        assert one.look(after_s=3600) == ()


def test_who_was_asked_before_a_gap_gets_the_whole_time_anew() -> None:
    with watched() as one:
        one.hang()
        assert one.look() == ()

        assert one.look(after_s=3600) == ()
        assert [one.look(LIMIT_S / 2) for _ in range(3)] == [(), (), ("hearer",)]


def test_who_leaves_a_question_unanswered_is_silent_until_it_answers() -> None:
    with watched() as one:
        one.hang()
        found = [one.look(LIMIT_S / 4) for _ in range(6)]
        assert found == [(), (), (), (), (), ("hearer",)]

        one.go_on()
        one.answered()
        assert one.look() == ()
