"""An engine for the commands' own tests: it implements the seam and ends when it is told to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs

from neo.cli.engine_seam import RunningRecording, RunningSession
from neo.cli.simulation_job import SimulationJob, SimulationOutcome
from neo.domain.messages.session import SessionEnded, StopSignal
from neo.domain.readiness.finding import Finding
from neo.infra.config.loader import Loaded
from neo.infra.control.status import EngineStatus, MarketStatus, MoneyStatus
from neo.system.recording import RecordingProgress

START_NS = 1_767_225_600 * 10**9
SESSION = "session_20260101_000000"


def a_status(**changes: Any) -> EngineStatus:
    status = EngineStatus(
        session_id=SESSION,
        run_id="deadbeef",
        mode="sim",
        phase="trading",
        pid=1,
        directory="sessions/x",
        started_at_ns=START_NS,
        now_ns=START_NS + 1_800 * 10**9,
        ends_at_ns=START_NS + 3_600 * 10**9,
        speed=Decimal(60),
        market=MarketStatus(
            symbol="XRP/RLUSD", base="XRP", quote="RLUSD", anchor=Decimal("0.52"), anchor_source="clob"
        ),
        money=MoneyStatus(base_balance=Decimal(1000), quote_balance=Decimal(900), fills=7, realised=Decimal("1.5")),
    )
    return attrs.evolve(status, **changes)


class FakeSession:
    """Each `wait` runs the next of `steps`; after the last one the session has ended."""

    def __init__(self, base: Path, steps: Sequence[Callable[[FakeSession], object]] = ()) -> None:
        self.session_id = SESSION
        self.directory = base / SESSION
        self.database = base / "neo.db"
        (self.directory / "logs").mkdir(parents=True)
        self.signals: list[StopSignal] = []
        self.closed = False
        self.ended = SessionEnded(SESSION, "duration_elapsed", "after 3600 s as configured", 0)
        self.current = a_status()
        self._steps = list(steps)

    def wait(self, slice_s: float) -> SessionEnded | None:
        if not self._steps:
            return self.ended
        self._steps.pop(0)(self)
        return None

    def stop(self, signal: StopSignal) -> None:
        self.signals.append(signal)

    def status(self) -> EngineStatus:
        return self.current

    def close(self) -> tuple[str, ...]:
        self.closed = True
        return ()


class FakeRecording:
    """Each `wait` runs the next of `steps`, which says why it is over; one more ledger each time."""

    def __init__(self, steps: Sequence[Callable[[], str | None]] = ()) -> None:
        self.ledgers = 0
        self.closed = False
        self._steps = list(steps)

    def wait(self, slice_s: float) -> str | None:
        self.ledgers += 1
        return self._steps.pop(0)() if self._steps else None

    def progress(self) -> RecordingProgress:
        return RecordingProgress(self.ledgers, 90_000 + self.ledgers, 1_000_000 * self.ledgers, 0)

    def close(self) -> None:
        self.closed = True


@attrs.define
class FakeEngine:
    """Hands out one prepared session; simulated seeds break when `broken_seeds` says so."""

    session: FakeSession | None = None
    recording: FakeRecording | None = None
    findings: tuple[Finding, ...] = ()
    examined: list[Loaded | None] = attrs.field(factory=list)
    outs: list[tuple[Path, int]] = attrs.field(factory=list)
    failure: BaseException | None = None
    broken_seeds: tuple[int, ...] = ()
    interrupted_seed: int | None = None
    started: list[Loaded] = attrs.field(factory=list)
    data: list[Path] = attrs.field(factory=list)
    began: list[int | None] = attrs.field(factory=list)
    jobs: list[SimulationJob] = attrs.field(factory=list)

    def start(self, loaded: Loaded) -> RunningSession:
        self.started.append(loaded)
        if self.failure is not None:
            raise self.failure
        assert self.session is not None
        return self.session

    def start_replay(self, loaded: Loaded, data: Sequence[Path], from_ns: int | None = None) -> RunningSession:
        self.began.append(from_ns)
        self.data.extend(data)
        return self.start(loaded)

    def examine(self, loaded: Loaded | None) -> tuple[Finding, ...]:
        self.examined.append(loaded)
        return self.findings

    def start_recording(self, loaded: Loaded, out: Path, bytes_max: int) -> RunningRecording:
        self.outs.append((out, bytes_max))
        if self.failure is not None:
            raise self.failure
        assert self.recording is not None
        return self.recording

    def simulate(self, job: SimulationJob) -> SimulationOutcome:
        self.jobs.append(job)
        if job.seed == self.interrupted_seed:
            raise KeyboardInterrupt
        broken = ("money appeared",) if job.seed in self.broken_seeds else ()
        return SimulationOutcome(
            seed=job.seed, halt_reason="duration_elapsed", broken=broken, digest=f"d{job.seed}", fills=2, elapsed_s=0.5
        )

    def fault_plans(self) -> Sequence[str]:
        return ("none", "default")
