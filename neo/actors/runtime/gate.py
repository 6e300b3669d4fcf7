"""Makes Pykka's own loop return after one message."""

from __future__ import annotations

import threading


class StepGate(threading.Event):
    """In the place of `actor_stopped`, which Pykka's loop asks before each message."""

    def __init__(self) -> None:
        super().__init__()
        self.paused = False
        self.ended = False

    def is_set(self) -> bool:
        return self.paused or self.ended

    def set(self) -> None:
        self.ended = True
