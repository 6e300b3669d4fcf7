"""Whether an incarnation in virtual time has ended."""

from __future__ import annotations

import threading


class EndMark(threading.Event):
    """In the place of `actor_stopped`, which Pykka sets; read with every turn, so without a call."""

    def __init__(self) -> None:
        super().__init__()
        self.ended = False

    def is_set(self) -> bool:
        return self.ended

    def set(self) -> None:
        self.ended = True
