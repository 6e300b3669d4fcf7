"""Where the driver of a system gets its answers."""

from __future__ import annotations

from collections.abc import Callable

from neo.actors.runtime.envelope import Envelope
from neo.actors.runtime.mailbox import Mailbox, MailboxSpec


class AnswerBox(Mailbox):
    """Hands each message to `deliver` instead of queueing it."""

    __slots__ = ("_hand_over",)

    def __init__(self, deliver: Callable[[object], None]) -> None:
        super().__init__(MailboxSpec())
        self._hand_over = deliver

    def put_with_care(self, envelope: Envelope) -> Envelope | None:
        self._hand_over(envelope.message)
        return None
