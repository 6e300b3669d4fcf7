"""A mailbox that threads put into and one thread waits at."""

from __future__ import annotations

import queue
import threading

from neo.actors.runtime.envelope import Envelope
from neo.actors.runtime.incarnation import Incarnation
from neo.actors.runtime.mailbox import STOP, Mailbox, MailboxSpec


class WaitingMailbox(Mailbox):
    """Rings the reader's bell only when the reader sleeps: a busy actor costs its senders no wake-up.

    The lock is re-entrant, because a signal handler may send while the thread that it interrupted is sending.
    """

    __slots__ = ("lock", "reader")

    def __init__(self, spec: MailboxSpec) -> None:
        super().__init__(spec)
        self.lock = threading.RLock()
        self.reader: WaitingInbox | None = None

    def put(self, envelope: Envelope) -> Envelope | None:
        with self.lock:
            lost = super().put(envelope)
            if self.reader is not None and self.reader.asleep:
                self.reader.ring()
        return lost

    def stop_when_drained(self) -> None:
        with self.lock:
            super().stop_when_drained()

    def close(self) -> None:
        with self.lock:
            super().close()

    def reopen(self) -> None:
        with self.lock:
            super().reopen()

    def drain(self) -> tuple[Envelope, ...]:
        with self.lock:
            return super().drain()

    def oldest_ns(self) -> int | None:
        with self.lock:
            return super().oldest_ns()


class WaitingInbox:
    """What one incarnation's thread reads from."""

    def __init__(self, life: Incarnation, mailbox: WaitingMailbox) -> None:
        self._life = life
        self._mailbox = mailbox
        self.bell: queue.SimpleQueue[None] = queue.SimpleQueue()
        self.asleep = False
        with mailbox.lock:
            mailbox.reader = self

    def get(self) -> Envelope:
        """Blocks until there is something, or the incarnation is fenced."""
        mailbox = self._mailbox
        while True:
            with mailbox.lock:
                if self._life.fenced:
                    envelope: Envelope | None = Envelope(STOP)
                else:
                    envelope = mailbox.take()
                self.asleep = envelope is None
            if envelope is not None:
                self._life.envelope = envelope
                return envelope
            self.bell.get()

    def put(self, envelope: Envelope) -> None:
        """Only Pykka's own references come this way; the system puts into the mailbox."""
        self._mailbox.put(envelope)

    def empty(self) -> bool:
        """Pykka empties the inbox of an actor that ends; this mailbox outlives it."""
        return True

    def wake(self) -> None:
        """Have a sleeping reader look again."""
        with self._mailbox.lock:
            if self.asleep:
                self.ring()

    def ring(self) -> None:
        """With the lock held, and only when asleep: one ring for each time the reader lay down."""
        self.asleep = False
        self.bell.put(None)
