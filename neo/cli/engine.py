"""The engine behind the seam: composition root for sessions, harness for campaigns. Loaded by load_engine().

Each way in imports what it needs when it is taken: a simulation has no use for the clients of real venues, which take longer
to import than an hour of it takes to run.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path

from neo.cli.engine_seam import EngineSeam, RunningRecording, RunningSession
from neo.cli.simulation_job import SimulationJob, SimulationOutcome
from neo.domain.readiness.finding import Finding
from neo.infra.config.loader import Loaded, load


class Engine:
    """Implements EngineSeam."""

    def start(self, loaded: Loaded) -> RunningSession:
        from neo.system.on_threads import start_on_threads

        return start_on_threads(loaded)

    def start_replay(self, loaded: Loaded, data: Sequence[Path], from_ns: int | None = None) -> RunningSession:
        from neo.system.in_virtual_time import start_replay

        return start_replay(loaded, data, from_ns)

    def examine(self, loaded: Loaded | None) -> tuple[Finding, ...]:
        from neo.system.readiness import examine

        return examine(loaded)

    def start_recording(self, loaded: Loaded, out: Path, bytes_max: int) -> RunningRecording:
        from neo.system.recording import start_recording

        return start_recording(loaded, out, bytes_max)

    def simulate(self, job: SimulationJob) -> SimulationOutcome:
        """One seed, to its end."""
        from neo.harness.campaign import run_seed
        from neo.harness.plans import plan_named

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
        from neo.harness.plans import PLANS

        return tuple(PLANS)


def engine_seam() -> EngineSeam:
    return Engine()
