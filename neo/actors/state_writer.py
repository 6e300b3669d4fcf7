"""StateWriter: owns the only read-write connection, and confirms nothing before it is durable."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from neo.actors.engine_actor import EngineActor
from neo.actors.names import SUPERVISOR, TELEMETRY
from neo.actors.runtime import Envelope, MailboxSpec, Overflow, handles
from neo.domain.messages.journal import JournalEvent
from neo.domain.messages.storage import (
    Checkpoint,
    Journaled,
    LoadRecovery,
    Persist,
    Persisted,
    PersistRefused,
    RecordSnapshots,
    StorageFailed,
)
from neo.domain.ports import JournalWrite, StateStore, StorageBroken, WriteRefused
from neo.domain.telemetry.event import EmitAll, TelemetryEvent
from neo.domain.telemetry.events import TelemetryProblem
from neo.domain.telemetry.narration import narrate
from neo.records import frozen


@frozen
class GroupDue:
    """Sent to itself behind the writes that are already queued: they all join one transaction."""


class StateWriter(EngineActor):
    """Groups the writes that are waiting into one transaction, then confirms each and tells those who follow its kind."""

    mailbox = MailboxSpec(overflow=Overflow.NEVER)

    def __init__(
        self, open_store: Callable[[], StateStore], followers: Mapping[type[JournalEvent], tuple[str, ...]]
    ) -> None:
        super().__init__()
        self._open_store = open_store
        self._followers = followers
        self._store: StateStore | None = None
        self._group: list[tuple[Envelope, JournalWrite]] = []
        self._counted: dict[tuple[str, int], int] = {}
        self._failure: str | None = None
        self._born_ns = self.mono_ns

    def started(self) -> None:
        self._store = self._open_store()

    def stopping(self) -> None:
        self._write_group()
        if self._store is not None and self._failure is None:
            try:
                self._store.close()
            except StorageBroken as error:
                self._fail(str(error))

    @handles(Persist)
    def on_persist(self, message: Persist) -> None:
        sender = (self.envelope.sender, self.envelope.incarnation)
        refused = self._gap_before(message, sender)
        if refused is not None:
            self._answer(self.envelope, refused)
            return
        self._counted[sender] = message.number
        if self._failure is not None:
            self._answer(self.envelope, PersistRefused(self._failure, storage_failed=True))
            return
        self._group.append((self.envelope, JournalWrite(sender[0], self.now_ns, message.events)))
        if not self.waiting:
            self._write_group()
        elif len(self._group) == 1:
            self.tell(self.name, GroupDue())

    def _gap_before(self, message: Persist, sender: tuple[str, int]) -> PersistRefused | None:
        """Why a write of the same sender may be missing before this one.

        What a crashed writer had in hand is lost, and what was sent behind it still waits in the mailbox: a rebuilt writer
        takes such a write only if it is its sender's first. Later writes come from somebody who was rebuilt as well, or
        who did not depend on the lost one.
        """
        expected = self._counted.get(sender, 0) + 1
        if message.number == expected:
            return None
        if expected != 1:
            return PersistRefused(f"write {message.number} of {sender[0]} came where {expected} was due")
        if self.incarnation > 1 and self.envelope.sent_ns < self._born_ns:
            reason = (
                f"write {message.number} of {sender[0]} waited while the writer was rebuilt: one before it may be lost"
            )
            return PersistRefused(reason, send_again=True)
        return None

    @handles(GroupDue)
    def on_group_due(self, message: GroupDue) -> None:
        self._write_group()

    @handles(LoadRecovery)
    def on_load_recovery(self, message: LoadRecovery) -> None:
        self._write_group()
        if self._store is not None and self._failure is None:
            self.reply(self._store.recovery())

    @handles(Checkpoint)
    def on_checkpoint(self, message: Checkpoint) -> None:
        self._write_group()
        if self._store is not None and self._failure is None:
            self.reply(self._store.checkpoint(message.mode))

    @handles(RecordSnapshots)
    def on_snapshots(self, message: RecordSnapshots) -> None:
        if self._store is not None and self._failure is None:
            try:
                self._store.record_snapshots(message.rows)
            except StorageBroken as error:
                # Nothing there is needed for recovery: the rows are given up and trading goes on.
                self.emit(TelemetryProblem(f"{len(message.rows)} market snapshots were lost: {error}"))

    def _write_group(self) -> None:
        group, self._group = self._group, []
        if not group or self._store is None:
            return
        try:
            results = self._store.commit([write for _, write in group])
        except StorageBroken as error:
            # Nobody is told that it failed: the transaction may be there after all. The books are read again at start.
            self._fail(str(error))
            return
        for (envelope, write), result in zip(group, results, strict=True):
            if isinstance(result, WriteRefused):
                self._answer(envelope, PersistRefused(result.reason))
                continue
            self._answer(envelope, Persisted(result.first_lsn, result.last_lsn))
            self._publish(write, result.first_lsn)

    def _answer(self, envelope: Envelope, answer: Persisted | PersistRefused) -> None:
        """Only who asked by request() waits for an answer."""
        if envelope.correlation:
            self.reply_to(envelope, answer)

    def _publish(self, write: JournalWrite, first_lsn: int) -> None:
        stories: list[tuple[int, TelemetryEvent]] = []
        for lsn, event in enumerate(write.events, first_lsn):
            for follower in self._followers.get(type(event), ()):
                self.tell(follower, Journaled(lsn, write.at_ns, event))
            story = narrate(event)
            if story is not None:
                stories.append((lsn, story))
        if stories:
            self.tell(TELEMETRY, EmitAll(tuple(stories), write.sender, write.at_ns))

    def _fail(self, detail: str) -> None:
        """Fail-stop: nothing is written any more, everybody who asks is told, the supervisor halts."""
        self._failure = detail
        self.tell(SUPERVISOR, StorageFailed(detail))
