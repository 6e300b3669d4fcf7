"""A session in virtual time over recorded data: as fast as the machine allows, the same every time."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import attrs

from neo.actors.runtime import SimKernel, SimSystem
from neo.domain.config.choices import Mode
from neo.domain.config.configuration import Config
from neo.domain.messages.session import SessionEnded
from neo.domain.ports import LEDGER_PORT
from neo.domain.units import NS_PER_S
from neo.infra.config.loader import Loaded
from neo.infra.replay.recording import RecordedPath, read_fair_price
from neo.infra.session.run_id import seeded_run_id
from neo.infra.sqlite.connection import Synchronous
from neo.infra.sqlite.startup import StoreClock, StoreSettings
from neo.system.assembly import assemble
from neo.system.books import StoreKeeper, open_session
from neo.system.cast import Parts
from neo.system.rare_collections import rare_collections
from neo.system.running import Premises, SessionOnDisk, move_in
from neo.system.simulated_venue import BOOKS_TO, FACTS_TO, opening_wallet, simulated_signer, simulated_venue

_log = logging.getLogger("neo.replay")
#: Scaled prices keep ten digits behind the point.
PRICE_STEP = Decimal("1e-10")
#: Virtual seconds between two looks at the real clock.
STEP_S = 60


class ReplaySession(SessionOnDisk):
    """Has a database of its own in the session directory: the books of another session are not touched."""

    def __init__(self, loaded: Loaded, premises: Premises, recording: ReplayedPrices) -> None:
        config = loaded.config
        self._kernel = SimKernel(config.seed, recording.starts_at_ns)
        system = SimSystem(self._kernel)
        database = premises.directory.state / "neo.db"
        clock = StoreClock(system.now_ns, system.mono_ns)
        settings = StoreSettings(database, 0, Synchronous.OFF)
        keeper = StoreKeeper(settings, premises.identity.session_id, clock)
        super().__init__(premises, database, keeper, system, config)
        self._sim = system
        self._config = config
        self._recording = recording
        self._while_open = contextlib.ExitStack()

    def open(self) -> None:
        identity, config, recording = self._premises.identity, self._config, self._recording
        store = self._keeper.open()
        opening = open_session(store, identity, config, self._sim.now_ns())
        price = recording.start_price
        gateway = simulated_venue(config, self._kernel, opening_wallet(config, price), recording, price)
        self._sim.ports[LEDGER_PORT] = gateway
        gateway.attach(self._sim.tell, FACTS_TO, BOOKS_TO)
        gateway.start()
        parts = Parts(
            config,
            identity.session_id,
            identity.run_id,
            self._keeper.take,
            self._premises.sink,
            self._premises.encoder.encode,
            simulated_signer(config),
        )
        assemble(self._sim, parts, opening)
        self._while_open.enter_context(rare_collections())

    def wait(self, slice_s: float) -> SessionEnded | None:
        """Run for about `slice_s` real seconds."""
        until = time.monotonic() + slice_s
        while time.monotonic() < until:
            self._sim.run_for(STEP_S * NS_PER_S)
            self._ended = self._outcome()
            if self._ended is not None:
                return self._ended
        return None

    def close(self) -> tuple[str, ...]:
        with self._while_open:
            return self._close_books(tuple)


@attrs.frozen
class ReplayedPrices:
    """A recorded fair price, `scale` times what the file says, from `starts_at_ns` to `ends_at_ns`."""

    path: RecordedPath
    scale: Decimal
    starts_at_ns: int
    ends_at_ns: int

    @property
    def start_price(self) -> Decimal:
        return self.price_at(self.starts_at_ns)

    def price_at(self, at_ns: int) -> Decimal:
        price = self.path.price_at(at_ns)
        return price if self.scale == 1 else (price * self.scale).quantize(PRICE_STEP)


def _recorded(config: Config, data: Sequence[Path]) -> ReplayedPrices:
    """A recording of another asset (its first price is outside floor and ceiling) is scaled to sim.start_price."""
    path = read_fair_price(data)
    first = path.price_at(path.start_ns)
    fits = config.strategy.price_floor <= first <= config.strategy.price_ceiling
    scale = Decimal(1) if fits else config.sim.start_price / first
    if not fits:
        _log.warning("recorded price %s is outside floor and ceiling: all prices are scaled by %.6g", first, scale)
    return ReplayedPrices(path, scale, path.start_ns, path.end_ns)


def start_replay(loaded: Loaded, data: Sequence[Path]) -> ReplaySession:
    """Replay `data` to its end, or for as long as the command line (not the file) says in session.duration_s."""
    recording = _recorded(loaded.config, data)
    config = attrs.evolve(loaded.config, mode=Mode.REPLAY)
    length_s = Decimal(recording.ends_at_ns - recording.starts_at_ns) / NS_PER_S
    origin = loaded.origins.get("session.duration_s")
    asked_s = config.session.duration_s if origin is not None and origin.kind == "command line" else Decimal(0)
    session = attrs.evolve(config.session, duration_s=min(asked_s, length_s) if asked_s else length_s)
    loaded = attrs.evolve(loaded, config=attrs.evolve(config, session=session))
    premises = move_in(loaded, seeded_run_id(config.seed, 0), time.time_ns())
    premises = attrs.evolve(premises, identity=attrs.evolve(premises.identity, started_at_ns=recording.starts_at_ns))
    replay = ReplaySession(loaded, premises, recording)
    try:
        replay.open()
    except BaseException:
        replay.close()
        raise
    return replay
