"""What an incarnation in virtual time reads from: one message a step."""

from __future__ import annotations

from neo.actors.runtime.envelope import Envelope
from neo.actors.runtime.incarnation import Incarnation
from neo.actors.runtime.mailbox import STOP, Mailbox


class NoMail(Exception):
    """Leaves Pykka's loop from its read, which lies outside of its try-block."""


class SteppedInbox:
    """Shuts the gate behind each message that it hands out."""

    __slots__ = ("_gate", "_life", "_mailbox")

    def __init__(self, life: Incarnation, mailbox: Mailbox) -> None:
        self._life = life
        self._gate = life.gate
        self._mailbox = mailbox

    def get(self) -> Envelope:
        """NoMail when there is nothing."""
        self._gate.paused = True
        life = self._life
        envelope = Envelope(STOP) if life.fenced else self._mailbox.take()
        if envelope is None or life.actor is None:
            raise NoMail
        life.actor.envelope = envelope
        return envelope

    def put(self, envelope: Envelope) -> None:
        """Only Pykka's own references come this way; the system puts into the mailbox."""
        self._mailbox.put(envelope)

    def empty(self) -> bool:
        """Pykka empties the inbox of an actor that ends; this mailbox outlives it."""
        return True
