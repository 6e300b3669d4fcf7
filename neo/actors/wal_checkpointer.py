"""WALCheckpointer: decides when; the StateWriter, who owns the connection, does it between two transactions."""

from __future__ import annotations

from neo.actors.engine_actor import EngineActor
from neo.actors.names import STATE_WRITER
from neo.actors.runtime import RequestTimedOut, Tick, handles
from neo.domain.messages.storage import Checkpoint, CheckpointMode, CheckpointReport
from neo.domain.safety.checkpoint import CheckpointRecord, judge
from neo.domain.units import NS_PER_S

ANSWER_TIMEOUT_NS = 30 * NS_PER_S


class WALCheckpointer(EngineActor):
    """PASSIVE on a timer; 0 switches it off (a replication program may checkpoint instead)."""

    def __init__(self, interval_ns: int) -> None:
        super().__init__()
        self._interval_ns = interval_ns
        self._record = CheckpointRecord()

    def started(self) -> None:
        if self._interval_ns:
            self.every("checkpoint", self._interval_ns)

    @handles(Tick)
    def on_tick(self, message: Tick) -> None:
        self.request(STATE_WRITER, Checkpoint(CheckpointMode.PASSIVE), ANSWER_TIMEOUT_NS)

    @handles(CheckpointReport)
    def on_report(self, report: CheckpointReport) -> None:
        self._record, event = judge(self._record, report)
        self.emit(event)

    @handles(RequestTimedOut)
    def on_timeout(self, message: RequestTimedOut) -> None:
        """The writer is silent; whether it is stuck is the heartbeat's question."""
