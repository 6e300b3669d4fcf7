"""A sandbox ledger behind real sockets, a directory, and live sessions that begin and end in it.

Ledger time and the engine's clock run at the same multiple of real time, so that half an hour takes three minutes.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

import attrs

from neo.domain.config.choices import Mode
from neo.domain.config.configuration import Config
from neo.domain.messages.session import SessionEnded, StopSignal
from neo.harness.live.kill_points import KillPoint
from neo.harness.live.killed_engine import EngineOrder
from neo.harness.live.place import WALLET_TOKEN, WALLET_XRP, LivePlace, as_loaded, live_config
from neo.infra.config.loader import Loaded
from neo.infra.sandbox.xrpl.chain.clock import SpeededClock
from neo.infra.sandbox.xrpl.plan import SandboxPlan
from neo.infra.sandbox.xrpl.server import SandboxServer
from neo.infra.sqlite.books_reader import BooksReader
from neo.system.on_threads import ThreadedSession, start_on_threads
from neo.system.pace import Pace

SLICE_S = 0.05
#: Real seconds that anything may take before the test that waits for it gives up.
PATIENCE_S = 60.0


def live_plan(seed: int = 0, *, nodes: int = 2, speed: float = 10.0) -> SandboxPlan:
    """A ledger every 4 s of its own time, other traders and a pool."""
    return SandboxPlan(seed=seed, nodes=nodes, speed=speed, wallet_xrp=WALLET_XRP, wallet_token=WALLET_TOKEN)


class LiveWorld:
    """Use it as a context manager; `configured` may change the configuration before each start."""

    def __init__(self, directory: Path, plan: SandboxPlan | None = None) -> None:
        plan = plan or live_plan()
        self.directory = directory
        self.clock = SpeededClock(speed=plan.speed)
        self.sandbox = SandboxServer(attrs.evolve(plan, clock=self.clock))
        self.session_ids: list[str] = []
        self.configured: Callable[[Config], Config] = lambda config: config
        self._session: ThreadedSession | None = None

    def __enter__(self) -> Self:
        self.sandbox.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if self._session is not None:
                self._session.close()
        finally:
            self.sandbox.stop()

    # ---------------------------------------------------------------------------------------------- configuration

    @property
    def database(self) -> Path:
        return Path(self.place.database)

    @property
    def key_file(self) -> Path:
        return self.directory / "regular.key"

    @property
    def urls(self) -> tuple[str, ...]:
        """Both ways into every node."""
        pairs = zip(self.sandbox.urls_ws, self.sandbox.urls_http, strict=True)
        return tuple(url for pair in pairs for url in pair)

    @property
    def place(self) -> LivePlace:
        """Where a session of this world lives and trades."""
        if not self.key_file.exists():
            self.write_key(self.sandbox.wallet.regular_seed)
        return LivePlace(
            str(self.directory),
            self.urls,
            self.sandbox.plan.network_id,
            self.sandbox.wallet.account,
            self.sandbox.token[1],
            str(self.key_file),
        )

    def engine_order(self, point: KillPoint | None = None, nth: int = 1) -> EngineOrder:
        """For an engine in another process, which dies at `point`, or lives until it is killed."""
        clock = self.clock
        named = point.value if point is not None else ""
        return EngineOrder(self.place, clock.speed, clock.start_ns, clock.began_ns, named, nth)

    def config(self, mode: Mode = Mode.LIVE) -> Config:
        return self.configured(live_config(self.place, mode))

    def write_key(self, seed: str, mode: int = 0o600) -> None:
        """What the key file holds, and who may read it."""
        self.key_file.write_text(seed + "\n", encoding="ascii")
        self.key_file.chmod(mode)

    def loaded(self, mode: Mode = Mode.LIVE, *, asked: bool = True) -> Loaded:
        """As from a file and a command line; `asked`: with the option that mode live needs."""
        return as_loaded(self.config(mode), asked=asked)

    # ---------------------------------------------------------------------------------------------------- sessions

    def start(self, mode: Mode = Mode.LIVE, *, asked: bool = True) -> ThreadedSession:
        """A session, as `neo run` starts it. NeoError when it must not start."""
        pace = Pace(self.sandbox.plan.speed, self.clock())
        self._session = start_on_threads(self.loaded(mode, asked=asked), pace)
        self.session_ids.append(self._session.session_id)
        return self._session

    @property
    def session(self) -> ThreadedSession:
        if self._session is None:
            raise RuntimeError("no session runs: start() first")
        return self._session

    def until(self, holds: Callable[[], bool], patience_s: float = PATIENCE_S) -> None:
        """Let the session go on until something holds. AssertionError when it ends before, or patience does."""
        deadline_s = time.monotonic() + patience_s
        while not holds():
            ended = self.session.wait(SLICE_S)
            if ended is not None:
                raise AssertionError(f"the session ended: {ended}")
            if time.monotonic() > deadline_s:
                raise AssertionError(f"not within {patience_s} s; {self.session.status()}")

    @property
    def ledger_index(self) -> int:
        """The newest ledger whose book the session has seen, 0 before the first."""
        market = self.session.status().market
        return market.ledger_index if market is not None else 0

    def until_trading(self) -> Self:
        self.until(lambda: self.session.status().phase == "trading")
        return self

    def until_ledger(self, index: int) -> Self:
        """Until the session has seen the book of that ledger."""
        self.until(lambda: self.ledger_index >= index)
        return self

    def until_ended(self, patience_s: float = PATIENCE_S) -> SessionEnded:
        """Wait for the end and close; how it ended."""
        deadline_s = time.monotonic() + patience_s
        while (ended := self.session.wait(SLICE_S)) is None:
            if time.monotonic() > deadline_s:
                raise AssertionError(f"not ended within {patience_s} s; {self.session.status()}")
        self.close()
        return ended

    def stop(self, signal: StopSignal = StopSignal.SIGTERM) -> SessionEnded:
        """Ask for an orderly end and wait for it."""
        self.session.stop(signal)
        return self.until_ended()

    def close(self) -> tuple[str, ...]:
        """Give back threads, files and the lock; who did not stop."""
        stuck = self.session.close()
        self._session = None
        return stuck

    def abandon(self) -> None:
        """Leave the session as a killed process would leave its books: committed is committed, the rest is gone."""
        self.session.abandon()
        self._session = None

    def reader(self) -> BooksReader:
        """What is durable now."""
        return BooksReader(self.database)
