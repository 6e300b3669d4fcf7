"""A name in the system: its mailbox, and who lives there now."""

from __future__ import annotations

from enum import Enum

from neo.actors.runtime.child_spec import ChildSpec
from neo.actors.runtime.incarnation import Incarnation
from neo.actors.runtime.mailbox import Mailbox, MailboxStats
from neo.records import define


class SlotState(Enum):
    DOWN = "down"  # crashed or fenced: the mailbox keeps what comes, for the next incarnation
    UP = "up"
    STOPPED = "stopped"  # on purpose: the mailbox is closed


@define(eq=False)
class Slot:
    """Counts the messages of past incarnations in `handled_before`."""

    name: str
    mailbox: Mailbox
    spec: ChildSpec | None = None
    parent: str = ""
    number: int = 0
    life: Incarnation | None = None
    state: SlotState = SlotState.DOWN
    handled_before: int = 0

    def succeed(self, spec: ChildSpec, parent: str) -> int:
        """Make room for the next incarnation and return its number."""
        if self.life is not None:
            self.handled_before += self.life.handled
        self.spec, self.parent, self.life = spec, parent, None
        self.number += 1
        self.state = SlotState.UP
        return self.number

    def stats(self) -> MailboxStats:
        box = self.mailbox
        handled = self.handled_before + (self.life.handled if self.life is not None else 0)
        return MailboxStats(box.queued, box.high_water, box.dropped, box.conflated, handled)
