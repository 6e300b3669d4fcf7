"""The engine behind the seam: composition root for sessions, harness for campaigns. Heavy; loaded by load_engine()."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path

from neo.cli.engine_seam import EngineSeam, RunningRecording, RunningSession, SimulationJob, SimulationOutcome
from neo.domain.readiness.finding import Finding
from neo.harness.campaign import run_seed
from neo.harness.plans import PLANS, plan_named
from neo.infra.config.loader import Loaded, load
from neo.system.in_virtual_time import start_replay
from neo.system.on_threads import start_on_threads
from neo.system.readiness import examine
from neo.system.recording import start_recording


class Engine:
    """Implements EngineSeam."""

    def start(self, loaded: Loaded) -> RunningSession:
        return start_on_threads(loaded)

    def start_replay(self, loaded: Loaded, data: Sequence[Path]) -> RunningSession:
        return start_replay(loaded, data)

    def examine(self, loaded: Loaded | None) -> tuple[Finding, ...]:
        return examine(loaded)

    def start_recording(self, loaded: Loaded, out: Path, bytes_max: int) -> RunningRecording:
        return start_recording(loaded, out, bytes_max)

    def simulate(self, job: SimulationJob) -> SimulationOutcome:
        """One seed, to its end."""
        began = time.perf_counter()
        config = load(job.config, os.environ).config if job.config is not None else None
        report = run_seed(job.seed, job.hours, plan_named(job.faults), config=config, digest=job.digest)
        return SimulationOutcome(
            seed=report.seed,
            halt_reason=report.ended[-1].halt_reason if report.ended else "",
            broken=tuple(str(broken) for broken in report.broken),
            digest=report.digest,
            fills=report.fills,
            restarts=report.boots - 1,
            messages=report.messages,
            elapsed_s=time.perf_counter() - began,
        )

    def fault_plans(self) -> Sequence[str]:
        return tuple(PLANS)


def engine_seam() -> EngineSeam:
    return Engine()
