"""Breaks one handler of one actor, once: for tests of what becomes of everybody else."""

from __future__ import annotations

import threading
from collections.abc import Callable

from neo.actors.runtime import System
from neo.actors.runtime.incarnation import Incarnation


class HandlerBroken(Exception):
    """What a sabotaged handler raises."""


class Sabotage:
    """`arm` names an actor and a message class; the next time they meet, the handler raises. Works on both runtimes.

    `after` lets the handler do its work first: what it has sent is out, and its state is lost.
    """

    def __init__(self) -> None:
        self._armed: dict[tuple[str, type], bool] = {}
        self._lock = threading.Lock()
        self.used = False
        self.fired: list[tuple[str, type]] = []

    def arm(self, name: str, message_class: type, *, after: bool = False) -> None:
        self.used = True
        self._armed[name, message_class] = after

    def disarm(self) -> None:
        """Break nothing any more."""
        with self._lock:
            self._armed.clear()

    @property
    def armed(self) -> tuple[tuple[str, type], ...]:
        """What has not happened yet."""
        return tuple(self._armed)

    def install(self, system: System) -> None:
        """Around everything that the system has around its handlers already."""
        inner = system.around

        def around(life: Incarnation, handler: Callable[[object], None], message: object) -> None:
            after = self._take(life.name, type(message)) if self._armed else None
            if after is False:
                raise HandlerBroken(f"before {type(message).__name__}, in {life.name}")
            if inner is None:
                handler(message)
            else:
                inner(life, handler, message)
            if after:
                raise HandlerBroken(f"after {type(message).__name__}, in {life.name}")

        system.around = around

    def _take(self, name: str, message_class: type) -> bool | None:
        with self._lock:
            after = self._armed.pop((name, message_class), None)
            if after is not None:
                self.fired.append((name, message_class))
            return after
