"""One actor of the engine alone in virtual time; everybody whom it talks to is a listener."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from neo.actors import names
from neo.actors.runtime import Actor, ChildSpec, SimKernel, SimSystem, handles
from neo.domain.messages.quoting import BalancesChanged, InventoryChanged, MarketUpdated
from neo.domain.messages.session import RiskBreached
from neo.domain.messages.storage import (
    CheckpointMode,
    CheckpointReport,
    Journaled,
    Persisted,
    PersistRefused,
    Recovery,
    Snapshot,
    StorageFailed,
)
from neo.domain.ports import JournalWrite, StorageUnknown, WriteAccepted, WriteRefused
from neo.domain.telemetry.event import Emit, EmitAll
from neo.domain.units import NS_PER_S

Message = TypeVar("Message")
HEARD = (
    Persisted,
    PersistRefused,
    Journaled,
    StorageFailed,
    Emit,
    EmitAll,
    MarketUpdated,
    BalancesChanged,
    InventoryChanged,
    RiskBreached,
    CheckpointReport,
    Recovery,
)


class Listener(Actor):
    """Keeps what it hears, and asks for what it is told to ask for."""

    def __init__(self, heard: list[object]) -> None:
        super().__init__()
        self._heard = heard

    @handles(*HEARD)
    def on_message(self, message: object) -> None:
        self._heard.append(message)

    @handles(list)
    def on_script(self, script: list[tuple[str, object]]) -> None:
        for to, message in script:
            self.request(to, message, 60 * NS_PER_S)


class Stage:
    """`play` puts the actor under test on it, `cue` has a listener ask it, `heard` is what a listener was told."""

    def __init__(self, *listeners: str, seed: int = 0) -> None:
        self.kernel = SimKernel(seed)
        self.system = SimSystem(self.kernel, policy="fifo")
        self._heard: dict[str, list[object]] = {}
        for name in listeners:
            self._heard[name] = []
            self.system.spawn(ChildSpec(name, Listener, {"heard": self._heard[name]}))
        self.pass_time(0)

    def play(self, name: str, actor: type[Actor], **kwargs: Any) -> None:
        self.system.spawn(ChildSpec(name, actor, kwargs))
        self.pass_time(0)

    def cue(self, listener: str, *messages: object, to: str = names.STATE_WRITER) -> None:
        """All of `messages` at one instant, in this order."""
        self.system.tell(listener, [(to, message) for message in messages])
        self.pass_time(0)

    def tell(self, to: str, message: object) -> None:
        self.system.tell(to, message)
        self.pass_time(0)

    def pass_time(self, seconds: int) -> None:
        self.system.run_until(self.kernel.now_ns() + max(1, seconds * NS_PER_S))

    def heard(self, listener: str, message_class: type[Message]) -> list[Message]:
        return [message for message in self._heard[listener] if type(message) is message_class]


class PaperStore:
    """A state store of one list. `breaks` has the next commit raise, `refuses` names a sender whose writes are at fault."""

    def __init__(self) -> None:
        self.groups: list[tuple[JournalWrite, ...]] = []
        self.snapshots: list[Snapshot] = []
        self.checkpoints: list[CheckpointMode] = []
        self.lsn = 0
        self.breaks = False
        self.refuses = ""
        self.closed = False

    def commit(self, writes: Sequence[JournalWrite]) -> tuple[WriteAccepted | WriteRefused, ...]:
        if self.breaks:
            raise StorageUnknown("disk full")
        self.groups.append(tuple(writes))
        return tuple(self._write(write) for write in writes)

    def _write(self, write: JournalWrite) -> WriteAccepted | WriteRefused:
        if write.sender == self.refuses:
            return WriteRefused("poison")
        first, self.lsn = self.lsn + 1, self.lsn + len(write.events)
        return WriteAccepted(first, self.lsn)

    def record_snapshots(self, rows: Sequence[Snapshot]) -> None:
        if self.breaks:
            raise StorageUnknown("disk full")
        self.snapshots.extend(rows)

    def checkpoint(self, mode: CheckpointMode) -> CheckpointReport:
        self.checkpoints.append(mode)
        from decimal import Decimal

        return CheckpointReport(mode, False, 3, 3, Decimal(1))

    def recovery(self) -> Recovery:
        return Recovery(self.lsn, (), (), (), (), (), ())

    def close(self) -> None:
        self.closed = True
