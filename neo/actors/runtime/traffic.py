"""Sending: from actors, from outside, to ports and back, and the account of what was lost on the way."""

from __future__ import annotations

import itertools
import random
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable

from neo.actors.runtime.dead_letters import DeadLetters
from neo.actors.runtime.entropy import substream
from neo.actors.runtime.envelope import Envelope, posted
from neo.actors.runtime.errors import UnknownPort
from neo.actors.runtime.incarnation import Incarnation
from neo.actors.runtime.mailbox import MailboxStats
from neo.actors.runtime.messages import DeadLetter
from neo.actors.runtime.ports import Port
from neo.actors.runtime.slot import Slot
from neo.actors.runtime.taps import Interceptor, Observer, Taps
from neo.actors.runtime.timers import Cancellable


class Traffic(ABC):
    """The half of a system that carries messages. `ports` are plugged in by the composition root."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.ports: dict[str, Port] = {}
        self._slots: dict[str, Slot] = {}
        self._lost = DeadLetters()
        self._taps = Taps()
        self._sequence = itertools.count(1)
        self._correlation = itertools.count(1)

    # ------------------------------------------------------------------------------------------ time and randomness

    @abstractmethod
    def now_ns(self) -> int:
        """Wall clock, ns since the epoch."""

    @abstractmethod
    def mono_ns(self) -> int:
        """Never jumps; its zero means nothing."""

    @abstractmethod
    def after(self, delay_ns: int, callback: Callable[[], None]) -> Cancellable:
        """Call back once, from outside all actors."""

    def rng_for(self, label: str) -> random.Random:
        """The random sub-stream of that name."""
        return substream(self.seed, label)

    # ------------------------------------------------------------------------------------------------------- sending

    def tell(self, to: str, message: object) -> None:
        """From outside all actors; from any thread."""
        self.send(posted(message, "", to, 0, 0, 0))

    def post(self, life: Incarnation, to: str, message: object, correlation: int = 0, is_reply: bool = False) -> None:
        """What the incarnation says to `to` while it handles a message."""
        cause = life.envelope.sequence
        self.send(posted(message, life.name, to, correlation, cause, life.number, is_reply), life)

    def send(self, envelope: Envelope, life: Incarnation | None = None) -> None:
        """`life` is the sending incarnation."""
        envelope.sequence = next(self._sequence)
        envelope.sent_ns = self.mono_ns()
        if life is not None and life.fenced:
            self.dead_letter(envelope, "fenced_sender")
            return
        if self._taps.open:
            passed = self._taps.passed(envelope)
            if passed is None:
                self.dead_letter(envelope, "intercepted")
                return
            envelope = passed
        slot = self._slots.get(envelope.receiver)
        if slot is None:
            self.dead_letter(envelope, "no_such_actor")
        else:
            self._deliver(slot, envelope)

    @abstractmethod
    def _deliver(self, slot: Slot, envelope: Envelope) -> None: ...

    def _refused(self, slot: Slot, envelope: Envelope) -> None:
        stopped = slot.mailbox.closed or slot.mailbox.is_stopping
        self.dead_letter(envelope, "stopped" if stopped else "overflow")

    def submit(self, life: Incarnation, port: str, request: object, correlation: int, cause: int) -> None:
        """Hand a request to a port. A fenced incarnation cannot reach the world any more."""
        if life.fenced:
            self.dead_letter(Envelope(request, life.name, f"port:{port}", 0, correlation), "fenced_sender")
            return
        plugged = self.ports.get(port)
        if plugged is None:
            raise UnknownPort(
                f"no port is plugged in as {port!r}; there are: {', '.join(sorted(self.ports)) or 'none'}"
            )

        def done(reply: object) -> None:
            self._port_replied(Envelope(reply, f"port:{port}", life.name, 0, correlation, cause, 0, 0, True))

        plugged.submit(life.name, request, done)

    def _port_replied(self, envelope: Envelope) -> None:
        self.send(envelope)

    def next_correlation(self) -> int:
        return next(self._correlation)

    def intercept(self, interceptor: Interceptor) -> Callable[[], None]:
        """`interceptor(envelope)` may change a message, or return None to lose it. Call the result to take it out."""
        return self._taps.intercept(interceptor)

    def observe(self, observer: Observer, message_classes: tuple[type, ...] = ()) -> Callable[[], None]:
        """`observer(envelope)` sees every message that is sent, or those of some classes, in the thread that sends it."""
        return self._taps.observe(observer, message_classes)

    # ------------------------------------------------------------------------------------------------------- accounts

    @abstractmethod
    def note(self, *parts: object) -> None:
        """A line for the trace, where one is kept."""

    def dead_letter(self, envelope: Envelope, reason: str) -> None:
        self.note("dead", envelope.receiver, reason, type(envelope.message).__name__)
        self._lost.add(DeadLetter(envelope.receiver, envelope.sender, reason, envelope.message))

    @property
    def dead_letters(self) -> deque[DeadLetter]:
        """The newest ones."""
        return self._lost.kept

    @property
    def dead_letter_count(self) -> int:
        return self._lost.count

    @property
    def on_dead_letter(self) -> list[Callable[[DeadLetter], None]]:
        """Append what is to be called with each dead letter."""
        return self._lost.listeners

    def mailbox_stats(self) -> dict[str, MailboxStats]:
        return {name: slot.stats() for name, slot in list(self._slots.items())}
