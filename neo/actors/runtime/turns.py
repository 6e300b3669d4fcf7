"""Whose turn it is in virtual time."""

from __future__ import annotations

import random
from collections import deque
from typing import Literal

from neo.actors.runtime.incarnation import Incarnation
from neo.actors.runtime.kernel import SimKernel

Policy = Literal["random", "fifo"]


class Turns:
    """Those that have something to do, and the seeded choice among them. `owner` is whose kernel events these are."""

    def __init__(
        self,
        kernel: SimKernel,
        owner: object,
        rng: random.Random,
        policy: Policy,
        service_ns: tuple[int, int] | None,
    ) -> None:
        self.ready: deque[Incarnation] = deque()
        self._kernel = kernel
        self._owner = owner
        self._rng = rng
        #: Draws from [0, 1) who of those that are ready comes next; None: who waits longest.
        self.draw = rng.random if policy == "random" else None
        self._service_ns = service_ns
        self.takes_time = service_ns is not None

    def wake(self, life: Incarnation) -> None:
        """Let it have a turn, as soon as it is not busy any more. That of one that has ended is an empty one."""
        if life.scheduled:
            return
        life.scheduled = True
        if life.busy_until_ns > self._kernel.time_ns:
            self._kernel.at(life.busy_until_ns, lambda: self.ready.append(life), self._owner)
        else:
            self.ready.append(life)

    def after_turn(self, life: Incarnation) -> None:
        """It handled a message: it is busy for its service time, and has another turn if it has more to do."""
        if self._service_ns is not None:
            life.busy_until_ns = self._kernel.now_ns() + self._rng.randrange(*self._service_ns)
        if life.mailbox.has_mail or life.fenced:
            self.wake(life)

    def deafen(self, life: Incarnation, for_ns: int) -> None:
        """Its turn comes later."""
        life.busy_until_ns = self._kernel.now_ns() + for_ns
        self.wake(life)
