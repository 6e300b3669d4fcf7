"""A sandbox ledger behind real sockets, a directory, and live sessions that begin and end in it.

Ledger time and the engine's clock run at the same multiple of real time, so that half an hour takes three minutes.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

import attrs

from neo.domain.config.choices import Mode
from neo.domain.config.configuration import Config
from neo.harness.live.kill_points import KillPoint
from neo.harness.live.killed_engine import EngineOrder
from neo.harness.live.place import WALLET_TOKEN, WALLET_XRP, LivePlace, as_loaded, live_config
from neo.harness.live.session_holder import SessionHolder
from neo.infra.config.loader import Loaded
from neo.infra.sandbox.xrpl.chain.clock import SpeededClock
from neo.infra.sandbox.xrpl.plan import SandboxPlan
from neo.infra.sandbox.xrpl.server import SandboxServer
from neo.system.on_threads import ThreadedSession, start_on_threads
from neo.system.pace import Pace


def live_plan(seed: int = 0, *, nodes: int = 2, speed: float = 10.0) -> SandboxPlan:
    """A ledger every 4 s of its own time, other traders and a pool."""
    return SandboxPlan(seed=seed, nodes=nodes, speed=speed, wallet_xrp=WALLET_XRP, wallet_token=WALLET_TOKEN)


class LiveWorld(SessionHolder):
    """Use it as a context manager; `configured` may change the configuration before each start."""

    def __init__(self, directory: Path, plan: SandboxPlan | None = None) -> None:
        super().__init__()
        plan = plan or live_plan()
        self.directory = directory
        self.clock = SpeededClock(speed=plan.speed)
        self.sandbox = SandboxServer(attrs.evolve(plan, clock=self.clock))
        self.session_ids: list[str] = []
        self.configured: Callable[[Config], Config] = lambda config: config

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
    def ledger_index(self) -> int:
        """The newest ledger whose book the session has seen, 0 before the first."""
        market = self.session.status().market
        return market.ledger_index if market is not None else 0

    def until_ledger(self, index: int) -> Self:
        """Until the session has seen the book of that ledger."""
        self.until(lambda: self.ledger_index >= index)
        return self
