"""What the command line needs of the engine. neo/cli/engine.py implements it; the commands know nothing else of the engine.

Nothing here imports the engine: `neo --help` must not wait for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from neo.cli.simulation_job import SimulationJob, SimulationOutcome
    from neo.domain.messages.session import SessionEnded, StopSignal
    from neo.domain.readiness.finding import Finding
    from neo.infra.config.loader import Loaded
    from neo.infra.control.status import EngineStatus
    from neo.system.recording import RecordingProgress

_IMPLEMENTATION = "neo.cli.engine"


class RunningSession(Protocol):
    """A session that was started. The caller owns it: it waits, passes on signals, and closes it at the end."""

    @property
    def session_id(self) -> str: ...

    @property
    def directory(self) -> Path:
        """The session directory; its logs/ takes crash reports."""
        ...

    @property
    def database(self) -> Path: ...

    def wait(self, slice_s: float) -> SessionEnded | None:
        """Let the session go on for about `slice_s` seconds of real time; its outcome once it has ended.

        On threads this only waits; in virtual time the session runs in here.
        """
        ...

    def stop(self, signal: StopSignal) -> None:
        """Ask for an orderly end. Returns at once; `wait` brings the outcome."""
        ...

    def status(self) -> EngineStatus:
        """What is going on now; cheap enough for several times a second."""
        ...

    def close(self) -> tuple[str, ...]:
        """Give back threads, files and the lock. Names what did not stop; never raises."""
        ...


class RunningRecording(Protocol):
    """Market data on its way into a file. The caller owns it as it owns a session."""

    def wait(self, slice_s: float) -> str | None:
        """Record for about `slice_s` seconds; why it is over, or None. NeoError when the disk refuses."""
        ...

    def progress(self) -> RecordingProgress: ...

    def close(self) -> None: ...


class EngineSeam(Protocol):
    """The engine's ways in. All of them raise NeoError for what the operator can put right."""

    def start(self, loaded: Loaded) -> RunningSession:
        """Start a session on threads and the real clock (times `speed` in simulation)."""
        ...

    def start_replay(self, loaded: Loaded, data: Sequence[Path], from_ns: int | None = None) -> RunningSession:
        """Start a session in virtual time over recorded files, at `from_ns` or where they begin; it ends with them, or after
        session.duration_s."""
        ...

    def examine(self, loaded: Loaded | None) -> tuple[Finding, ...]:
        """Everything that has to be in order before money is traded. None: the configuration could not be read."""
        ...

    def start_recording(self, loaded: Loaded, out: Path, bytes_max: int) -> RunningRecording:
        """Begin or go on to record the market of the configuration into `out`."""
        ...

    def simulate(self, job: SimulationJob) -> SimulationOutcome:
        """Run one seed to its end in virtual time. Called in worker processes too."""
        ...

    def fault_plans(self) -> Sequence[str]:
        """The names that SimulationJob.faults may have."""
        ...


def load_engine() -> EngineSeam:
    """The real engine."""
    return cast(EngineSeam, import_module(_IMPLEMENTATION).engine_seam())
