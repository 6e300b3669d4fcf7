"""One life of a named actor, as the system sees it."""

from __future__ import annotations

import contextvars
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

import attrs

from neo.actors.runtime.end_mark import EndMark
from neo.actors.runtime.envelope import Envelope
from neo.actors.runtime.mailbox import Mailbox
from neo.actors.runtime.messages import Phase
from neo.actors.runtime.timers import Timers
from neo.records import define

if TYPE_CHECKING:
    from neo.actors.runtime.actor import Actor
    from neo.actors.runtime.system import System


class Inbox(Protocol):
    """One incarnation's view of a mailbox: what Pykka's loop reads from."""

    def put(self, envelope: Envelope) -> None: ...

    def get(self) -> Envelope: ...

    def empty(self) -> bool: ...


@define(eq=False)
class Incarnation:
    """`fenced` is set once and for ever, by `cut_off`: what a fenced incarnation still sends is a dead letter.

    `envelope` is that of the message which is being handled, `handlers` are the actor's, by message class: what each message
    needs is kept here, in the same class for all actors, where Python finds it at once.

    The last four are the simulation's: whether it has ended, whether a turn is coming, until when the actor is busy, and
    whether each of its turns is one message and nothing else has to be looked at: it has begun, is not fenced and has not
    ended, is never busy, and nobody disturbs it.
    """

    name: str
    number: int
    parent: str
    system: System
    mailbox: Mailbox
    inbox: Inbox = attrs.field(init=False)
    timers: Timers = attrs.field(init=False)
    actor: Actor | None = None
    phase: Phase = "init"
    fenced: bool = False
    handled: int = 0
    envelope: Envelope = attrs.field(factory=lambda: Envelope(None))
    # Any, because each handler takes its own message class
    handlers: dict[type, Callable[[Any], None]] = attrs.field(factory=dict)
    end: EndMark = attrs.field(default=attrs.Factory(EndMark, takes_self=True))
    scheduled: bool = False
    busy_until_ns: int = 0
    is_regular: bool = False

    def cut_off(self) -> None:
        """Nothing that it does from now on reaches anybody."""
        self.fenced = True
        self.is_regular = False


#: Set while the system constructs an actor: the constructor of the base class takes its identity from here.
BIRTH: contextvars.ContextVar[Incarnation | None] = contextvars.ContextVar("birth", default=None)
