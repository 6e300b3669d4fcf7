"""Where messages end that nobody will handle: counted for ever, the newest kept."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

from neo.actors.runtime.messages import DeadLetter

KEPT_MAX = 1_000


class DeadLetters:
    """`listeners` are called with each letter, in the thread that lost it. Letters that a listener causes are counted
    and kept, but not listened to: telling about a loss must not go round in circles."""

    def __init__(self) -> None:
        self.kept: deque[DeadLetter] = deque(maxlen=KEPT_MAX)
        self.count = 0
        self.listeners: list[Callable[[DeadLetter], None]] = []
        self._lock = threading.Lock()
        self._telling = threading.local()

    def add(self, letter: DeadLetter) -> None:
        with self._lock:
            self.count += 1
            self.kept.append(letter)
        if self.listeners and not getattr(self._telling, "now", False):
            self._telling.now = True
            try:
                for listener in self.listeners:
                    listener(letter)
            finally:
                self._telling.now = False
