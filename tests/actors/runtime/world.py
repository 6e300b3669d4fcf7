"""The same test on real threads and in virtual time."""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable

from neo.actors.runtime import Actor, ChildSpec, DeadLetter, Envelope, SimKernel, SimSystem, ThreadSystem
from tests.patience import PATIENCE_S

MS = 1_000_000
S = 1_000_000_000


class World(ABC):
    """A system, what its actors recorded, and a way to wait for something without sleeping."""

    def __init__(self, system: ThreadSystem | SimSystem) -> None:
        self.system = system
        self.seen: list[object] = []
        self.sent: list[Envelope] = []
        self._changed = threading.Condition()
        system.observe(self._observed)
        system.on_dead_letter.append(lambda letter: self._notify())

    def record(self, item: object) -> None:
        """For actors, from any thread."""
        with self._changed:
            self.seen.append(item)
            self._changed.notify_all()

    def _observed(self, envelope: Envelope) -> None:
        with self._changed:
            self.sent.append(envelope)
            self._changed.notify_all()

    def _notify(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def spawn(self, name: str, actor: type[Actor], parent: str = "", **kwargs: object) -> None:
        self.system.spawn(ChildSpec(name, actor, kwargs), parent)

    def lost(self, reason: str) -> list[DeadLetter]:
        return [letter for letter in list(self.system.dead_letters) if letter.reason == reason]

    def messages(self, message_class: type) -> list[object]:
        return [envelope.message for envelope in list(self.sent) if type(envelope.message) is message_class]

    def until_seen(self, *items: object) -> None:
        self.until(lambda: all(item in self.seen for item in items))

    @abstractmethod
    def until(self, holds: Callable[[], bool]) -> None:
        """Let the actors work until it holds; the test fails when it never does."""

    @abstractmethod
    def close(self) -> None: ...


class ThreadWorld(World):
    def __init__(self) -> None:
        self.threads = ThreadSystem(seed=1)
        super().__init__(self.threads)
        #: Hung handlers wait for this, so that no test leaves a thread behind.
        self.release = threading.Event()

    def until(self, holds: Callable[[], bool]) -> None:
        give_up_s = time.monotonic() + PATIENCE_S
        with self._changed:
            while time.monotonic() < give_up_s:
                if holds():
                    return
                self._changed.wait(0.01)
        raise AssertionError(f"it never happened; seen: {self.seen}; crashes: {list(self.system.crashes)}")

    def close(self) -> None:
        self.release.set()
        assert self.threads.shutdown(PATIENCE_S) == ()


class SimWorld(World):
    def __init__(self, seed: int = 1) -> None:
        self.kernel = SimKernel(seed)
        self.sim = SimSystem(self.kernel)
        super().__init__(self.sim)

    def until(self, holds: Callable[[], bool]) -> None:
        limit_ns = self.kernel.now_ns() + 3_600 * S
        while not holds():
            stepped = self.kernel.now_ns() <= limit_ns and self.sim.step()
            assert stepped, f"it never happened; seen: {self.seen}; crashes: {list(self.system.crashes)}"

    def close(self) -> None:
        self.sim.kill9()
