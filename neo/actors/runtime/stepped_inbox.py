"""What Pykka holds as the inbox of an incarnation in virtual time, where nobody waits for mail."""

from __future__ import annotations

from neo.actors.runtime.envelope import Envelope
from neo.actors.runtime.errors import BlockingInsideActor
from neo.actors.runtime.mailbox import Mailbox


class SteppedInbox:
    """The way in for Pykka's own references. Messages go out by the turn, not by being waited for."""

    __slots__ = ("_mailbox",)

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    def get(self) -> Envelope:
        """Never called: Pykka's loop does not run in virtual time."""
        raise BlockingInsideActor("an inbox in virtual time cannot be waited at")

    def put(self, envelope: Envelope) -> None:
        """The system itself puts into the mailbox."""
        self._mailbox.put(envelope)

    def empty(self) -> bool:
        """Pykka empties the inbox of an actor that ends; this mailbox outlives it."""
        return True
