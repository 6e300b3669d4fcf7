"""Mailboxes belong to a name, not to an incarnation: what is queued survives a restart."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Hashable, Mapping
from enum import Enum
from typing import Any

import attrs
from pykka.messages import _ActorStop

from neo.actors.runtime.envelope import Envelope
from neo.actors.runtime.messages import ChildDied, ChildReady, ChildStopped, Ping, Pong
from neo.actors.runtime.timers import FROM_CLOCK
from neo.records import frozen

#: These overtake everything else: time, life and death must not wait behind a long queue.
SYSTEM_LANE = FROM_CLOCK | {ChildDied, ChildReady, ChildStopped, Ping, Pong}

#: What makes Pykka's own loop end.
STOP = _ActorStop()


class Overflow(Enum):
    """What a full mailbox gives up."""

    DROP_NEW = "drop_new"
    DROP_OLD = "drop_old"
    NEVER = "never"  # unbounded: for actors that must see every message; their high-water mark is to be watched


@frozen
class MailboxSpec:
    """`capacity` counts user messages. `conflate` maps a message class to its key: only the newest per key is kept."""

    capacity: int = 10_000
    overflow: Overflow = Overflow.DROP_NEW
    # Any, because each key function takes its own message class
    conflate: Mapping[type[Any], Callable[[Any], Hashable]] = attrs.field(factory=dict)


@frozen
class MailboxStats:
    """Since the name was first spawned, except `queued`, which is now."""

    queued: int
    high_water: int
    dropped: int
    conflated: int
    handled: int


class _Latest:
    """Keeps the place in the queue of a conflated message, whose newest version lies in the table."""

    __slots__ = ("key",)

    def __init__(self, key: Hashable) -> None:
        self.key = key


class Mailbox:
    """Two lanes, a bound and conflation. Not locked: one thread, or a subclass that locks."""

    __slots__ = ("_capacity", "_conflate", "_latest", "closed", "conflated", "dropped", "high_water", "is_stopping",
                 "ordinary", "out_of_line", "spec", "urgent", "usual")  # fmt: skip

    def __init__(self, spec: MailboxSpec) -> None:
        self.spec = spec
        #: The system lane and the user lane. Only this class changes them, and `is_stopping`.
        self.urgent: deque[Envelope] = deque()
        self.ordinary: deque[Envelope | _Latest] = deque()
        self._latest: dict[Hashable, Envelope] = {}
        self._capacity = sys.maxsize if spec.overflow is Overflow.NEVER else spec.capacity
        self._conflate = spec.conflate
        #: What is not simply queued behind the others.
        self.out_of_line = SYSTEM_LANE.union(spec.conflate)
        #: So many user messages waited at once before: one that comes while fewer wait is simply queued. The same as
        #: `high_water`, and 0 while no user message is taken.
        self.usual = 0
        self.is_stopping = False
        self.closed = False
        self.dropped = self.conflated = self.high_water = 0

    def put(self, envelope: Envelope) -> Envelope | None:
        """The envelope that was lost for it, or None. Never blocks, never raises."""
        user = self.ordinary
        if type(envelope.message) in self.out_of_line or len(user) >= self.usual:
            return self.put_with_care(envelope)
        user.append(envelope)
        return None

    def put_first(self, envelope: Envelope) -> Envelope | None:
        """As `put`, for what belongs into the system lane."""
        if self.closed:
            return envelope
        self.urgent.append(envelope)
        return None

    def put_with_care(self, envelope: Envelope) -> Envelope | None:
        """As `put`, whatever it is."""
        message = envelope.message
        message_class = type(message)
        if message_class in SYSTEM_LANE:
            return self.put_first(envelope)
        if self.closed:
            return envelope
        if self.is_stopping:
            return envelope
        key_of = self._conflate.get(message_class)
        if key_of is None:
            return self._append(envelope, envelope)
        user = self.ordinary
        if not user and self.usual:
            # There is nothing that it could supersede. It gets its key when another comes before it is taken: seldom.
            user.append(envelope)
            return None
        self._give_first_its_key()
        key = (message_class, key_of(message))
        if key in self._latest:
            self._latest[key] = envelope
            self.conflated += 1
            return None
        lost = self._append(_Latest(key), envelope)
        if lost is not envelope:
            self._latest[key] = envelope
        return lost

    def _give_first_its_key(self) -> None:
        """One that came while nothing waited is still first, and can be superseded like the others from now on."""
        first = self.ordinary[0] if self.ordinary else None
        if first is None or type(first) is _Latest:
            return
        envelope: Envelope = first  # type: ignore[assignment]  # the queue holds nothing else
        key_of = self._conflate.get(type(envelope.message))
        if key_of is not None:
            key = (type(envelope.message), key_of(envelope.message))
            self._latest[key] = envelope
            self.ordinary[0] = _Latest(key)

    def _append(self, item: Envelope | _Latest, envelope: Envelope) -> Envelope | None:
        user = self.ordinary
        queued, lost = len(user), None
        if queued >= self._capacity:
            lost = self._overflow(envelope)
            if lost is envelope:
                return lost
            queued = len(user)
        user.append(item)
        if queued >= self.high_water:
            self.high_water = self.usual = queued + 1
        return lost

    def _overflow(self, newcomer: Envelope) -> Envelope:
        self.dropped += 1
        if self.spec.overflow is Overflow.DROP_OLD and self.ordinary:
            return self._take_user()
        return newcomer

    def take(self) -> Envelope | None:
        """System lane, then user lane, then the stop that was asked for."""
        if self.urgent:
            return self.urgent.popleft()
        if self.ordinary:
            item = self.ordinary.popleft()
            return self._latest.pop(item.key) if type(item) is _Latest else item  # type: ignore[return-value]
        if self.is_stopping:
            self.is_stopping = False
            self.close()
            return Envelope(STOP)
        return None

    def _take_user(self) -> Envelope:
        item = self.ordinary.popleft()
        return self._latest.pop(item.key) if isinstance(item, _Latest) else item

    def stop_when_drained(self) -> None:
        """User messages that come after this are refused; those before it are handled first."""
        self.is_stopping = True
        self.usual = 0

    def close(self) -> None:
        """Nothing is taken any more."""
        self.closed = True
        self.usual = 0

    def reopen(self) -> None:
        """For the next incarnation."""
        self.is_stopping = self.closed = False
        self.usual = self.high_water

    def drain(self) -> tuple[Envelope, ...]:
        """Everything that was queued, in the order it would have been handled."""
        rest = (*self.urgent, *(self._take_user() for _ in range(len(self.ordinary))))
        self.urgent.clear()
        return rest

    @property
    def has_mail(self) -> bool:
        return bool(self.urgent or self.ordinary or self.is_stopping)

    @property
    def queued(self) -> int:
        return len(self.ordinary)

    def oldest_ns(self) -> int | None:
        """When the user message that is next in line was sent."""
        if not self.ordinary:
            return None
        item = self.ordinary[0]
        return (self._latest[item.key] if isinstance(item, _Latest) else item).sent_ns
