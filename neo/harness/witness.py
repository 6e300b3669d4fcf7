"""What passed between the actors, as far as invariants and tests ask for it."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from neo.actors import names
from neo.actors.runtime import Envelope
from neo.domain.messages.quoting import BalancesChanged, InventoryChanged
from neo.domain.messages.session import Phase, PhaseChanged
from neo.domain.messages.storage import AssetBalance, Journaled, Persisted
from neo.domain.session.course import session_phase

Message = TypeVar("Message")


class Witness:
    """Sees every message of CLASSES that is sent. `acknowledged_lsn` is the newest journal number that anybody was told of.

    `balances` is what the inventory told of every asset, up to `balances_lsn`; `inventory` the last of its word on the pair.
    """

    CLASSES: ClassVar[tuple[type, ...]] = (InventoryChanged, BalancesChanged, Journaled, Persisted, PhaseChanged)

    def __init__(self) -> None:
        self.acknowledged_lsn = 0
        self.phases: dict[str, Phase] = {}
        self.inventory: InventoryChanged | None = None
        self.balances: dict[tuple[str, str], AssetBalance] = {}
        self.balances_lsn: int | None = None

    @property
    def phase(self) -> Phase | None:
        """Of the session, as the supervisor said last."""
        return session_phase(self.phases.values()) if self.phases else None

    def see(self, envelope: Envelope) -> None:
        message = envelope.message
        if type(message) is Persisted:
            self.acknowledged_lsn = max(self.acknowledged_lsn, message.last_lsn)
        elif type(message) is Journaled:
            self.acknowledged_lsn = max(self.acknowledged_lsn, message.lsn)
        elif type(message) is PhaseChanged and envelope.sender == names.SUPERVISOR:
            self.phases[message.venue] = message.phase
        elif type(message) is InventoryChanged and envelope.receiver == names.RISK:
            self.inventory = message
        elif type(message) is BalancesChanged:
            self.balances |= {(each.venue, each.asset): each for each in message.balances}
            self.balances_lsn = message.lsn


class Record:
    """Envelopes of the message classes asked for, in the order they were sent."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []

    def see(self, envelope: Envelope) -> None:
        self.envelopes.append(envelope)

    def of(self, message_class: type[Message]) -> tuple[Message, ...]:
        """The messages of one class."""
        return tuple(e.message for e in self.envelopes if type(e.message) is message_class)
