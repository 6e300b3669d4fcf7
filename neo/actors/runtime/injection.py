"""Carries out a fault plan: draws from one sub-stream, and notes what it did."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import NoReturn

from neo.actors.runtime.envelope import Envelope
from neo.actors.runtime.errors import InjectedCrash
from neo.actors.runtime.faults import ANY, Faults
from neo.actors.runtime.incarnation import Incarnation

#: A handler crashes after its first, second or third send.
SENDS_BEFORE_CRASH_MAX = 3


class Injector:
    """Faults of one system. `plan` may be exchanged while it runs."""

    def __init__(self, plan: Faults, rng: random.Random, note: Callable[..., None]) -> None:
        self.plan = plan
        self._rng = rng
        self._note = note
        self._not_before_ns: dict[tuple[str, str], int] = {}
        self._sends_left = 0

    def _hits(self, chances: Mapping[str, float], name: str) -> bool:
        if not chances:
            return False
        chance = chances.get(name)
        if chance is None:
            chance = chances.get(ANY, 0.0)
        return chance > 0 and self._rng.random() < chance

    # ------------------------------------------------------------------------------------------------------- handlers

    def run(self, life: Incarnation, handler: Callable[[object], None], message: object) -> None:
        """The handler, or a crash before it, in the middle of its sends, or after it."""
        plan, name = self.plan, life.name
        if self._hits(plan.crash_before, name):
            self._crash(name, "before")
        self._sends_left = 0
        if self._hits(plan.crash_between_sends, name):
            self._sends_left = 1 + int(self._rng.random() * SENDS_BEFORE_CRASH_MAX)
        try:
            handler(message)
        finally:
            self._sends_left = 0
        if self._hits(plan.crash_after, name):
            self._crash(name, "after")

    def sent(self, life: Incarnation) -> None:
        """Called after each send of the handler that runs."""
        if self._sends_left > 0:
            self._sends_left -= 1
            if self._sends_left == 0:
                self._crash(life.name, "between sends")

    def _crash(self, name: str, where: str) -> NoReturn:
        self._note("fault", "crash", name, where)
        raise InjectedCrash(f"{where}, in {name}")

    def deaf_ns(self, life: Incarnation) -> int:
        """How long this actor does not hear now; 0 almost always."""
        plan = self.plan
        if self._hits(plan.hang, life.name):
            self._note("fault", "hang", life.name)
            return plan.hang_ns
        if plan.pause_p and self._rng.random() < plan.pause_p:
            self._note("fault", "pause", life.name)
            return 1 + int(self._rng.random() * plan.pause_max_ns)
        return 0

    # ------------------------------------------------------------------------------------------------------- delivery

    def drops(self, envelope: Envelope) -> bool:
        """Only messages from outside the process can be lost."""
        if envelope.sender or not self.plan.drop_p or self._rng.random() >= self.plan.drop_p:
            return False
        self._note("fault", "drop", envelope.receiver)
        return True

    def due_ns(self, envelope: Envelope, now_ns: int) -> int | None:
        """When it arrives if not at once: never before the previous message of the same sender to the same receiver.

        An earlier message may be due at this very instant and not delivered yet, so "now" is still late enough to wait.
        """
        link = (envelope.sender, envelope.receiver)
        due_ns = self._not_before_ns.get(link, -1)
        plan = self.plan
        if plan.delay_p and self._rng.random() < plan.delay_p:
            due_ns = max(due_ns, now_ns + 1 + int(self._rng.random() * plan.delay_max_ns))
        if due_ns < now_ns:
            return None
        self._not_before_ns[link] = due_ns
        return due_ns

    # ---------------------------------------------------------------------------------------------------------- ports

    def loses_request(self, port: str) -> bool:
        return self._happens("lost request", self.plan.lose_request, port)

    def loses_reply(self, port: str) -> bool:
        return self._happens("lost reply", self.plan.lose_reply, port)

    def duplicates_reply(self, port: str) -> bool:
        return self._happens("duplicate reply", self.plan.duplicate_reply, port)

    def reply_delay_ns(self, port: str) -> int:
        if not self._happens("late reply", self.plan.late_reply, port):
            return 0
        return 1 + int(self._rng.random() * self.plan.late_reply_max_ns)

    def _happens(self, what: str, chances: Mapping[str, float], port: str) -> bool:
        hit = self._hits(chances, port)
        if hit:
            self._note("fault", what, port)
        return hit
