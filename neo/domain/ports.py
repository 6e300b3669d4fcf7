"""What the engine needs from outside: protocols that infra implements and the composition root plugs in.

Blocking venues are reached by `Actor.call(port, request)`: the request and reply types of the ledger port are in
neo/domain/messages/venue.py. The protocols here are called directly, by exactly one owner each.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from neo.domain.messages.journal import JournalEvent
from neo.domain.messages.storage import CheckpointMode, CheckpointReport, Recovery, Snapshot
from neo.domain.messages.venue import SignedTransaction, UnsignedTransaction
from neo.quickly_built import quickly_built
from neo.records import frozen

#: Name of the ledger port in `call`.
LEDGER_PORT = "ledger"
#: Name of the exchange port; its requests and replies are in neo/domain/messages/exchange.py.
EXCHANGE_PORT = "exchange"


@quickly_built
@frozen
class JournalWrite:
    """Events that become durable together or not at all, on behalf of `sender`."""

    sender: str
    at_ns: int
    events: tuple[JournalEvent, ...]


@quickly_built
@frozen
class WriteAccepted:
    first_lsn: int
    last_lsn: int


@frozen
class WriteRefused:
    """This write alone was rolled back (a constraint, a value that cannot be stored); the others of its group stand."""

    reason: str


class StorageBroken(Exception):
    """The store cannot do what it is there for: disk full, read-only, locked, damaged."""


class StorageUnknown(StorageBroken):
    """A commit raised: its transaction may or may not be durable. Fail-stop, reopen, reconcile."""


class StateStore(Protocol):
    """The only read-write connection. Owned by the StateWriter actor."""

    def commit(self, writes: Sequence[JournalWrite]) -> tuple[WriteAccepted | WriteRefused, ...]:
        """One transaction for all writes, a savepoint for each; durable on return. StorageUnknown when the commit fails."""

    def record_snapshots(self, rows: Sequence[Snapshot]) -> None:
        """Append to the market database; loss of the newest rows in a crash is allowed."""

    def checkpoint(self, mode: CheckpointMode) -> CheckpointReport: ...

    def recovery(self) -> Recovery:
        """Everything that actors rebuild themselves from, as of the last commit."""

    def close(self) -> None:
        """TRUNCATE checkpoint, then close: the WAL is empty afterwards."""


class Signer(Protocol):
    """Turns a transaction into its signed form. Pure: the same transaction has the same hash. The only place that holds keys."""

    @property
    def account(self) -> str: ...

    def sign(self, transaction: UnsignedTransaction) -> SignedTransaction: ...


class TelemetrySink(Protocol):
    """Where telemetry lines go. Must not raise for a failing disk: returns the reason instead, None when written."""

    def write(self, line: str) -> str | None: ...

    def flush(self) -> str | None: ...

    def close(self) -> None: ...
