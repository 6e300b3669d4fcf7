"""Whether an incarnation in virtual time has ended."""

from __future__ import annotations

import threading
from typing import Protocol


class Ending(Protocol):
    """Whose end it is."""

    is_regular: bool


class EndMark(threading.Event):
    """In the place of `actor_stopped`, which Pykka sets; read without a call. Who has ended has no regular turns any more."""

    def __init__(self, life: Ending) -> None:
        super().__init__()
        self._life = life
        self.ended = False

    def is_set(self) -> bool:
        return self.ended

    def set(self) -> None:
        self.ended = True
        self._life.is_regular = False
