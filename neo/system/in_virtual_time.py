"""A session in virtual time over recorded data: as fast as the machine allows, the same every time."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path

import attrs

from neo.actors.runtime import Envelope, SimKernel, SimSystem
from neo.domain.config.choices import Mode
from neo.domain.messages.session import SessionEnded
from neo.domain.ports import EXCHANGE_PORT, LEDGER_PORT
from neo.domain.units import NS_PER_S, seconds_ns
from neo.infra.config.loader import Loaded
from neo.infra.session.run_id import seeded_run_id
from neo.infra.sqlite.connection import Synchronous
from neo.infra.sqlite.startup import StoreClock, StoreSettings
from neo.system.assembly import assemble
from neo.system.books import StoreKeeper, note_fill_source, open_session
from neo.system.cast import Parts
from neo.system.rare_collections import rare_collections
from neo.system.replayed_market import ReplayedMarket, replayed_market
from neo.system.running import Premises, SessionOnDisk, move_in
from neo.system.simulated_venue import BOOKS_TO, FACTS_TO

#: Virtual seconds between two looks at the real clock.
STEP_S = 60


class ReplaySession(SessionOnDisk):
    """Has a database of its own in the session directory: the books of another session are not touched."""

    def __init__(self, loaded: Loaded, premises: Premises, market: ReplayedMarket) -> None:
        config = loaded.config
        self._kernel = SimKernel(config.seed, market.starts_at_ns)
        system = SimSystem(self._kernel)
        database = premises.directory.state / "neo.db"
        clock = StoreClock(system.now_ns, system.mono_ns)
        settings = StoreSettings(database, 0, Synchronous.OFF)
        keeper = StoreKeeper(settings, premises.identity.session_id, clock)
        super().__init__(premises, database, keeper, system, config)
        self._sim = system
        self._config = config
        self._market = market
        self._while_open = contextlib.ExitStack()

    def open(self) -> None:
        identity, config = self._premises.identity, self._config
        store = self._keeper.open()
        opening = open_session(store, identity, config, self._sim.now_ns())
        note_fill_source(store, self._market.filled_by(config), self._sim.now_ns())
        venue = self._market.venue(config, self._kernel, store.recovery())
        if venue.exchange is not None:
            self._sim.ports[EXCHANGE_PORT] = venue.exchange
        if venue.ledger is not None:
            self._sim.ports[LEDGER_PORT] = venue.ledger
            venue.ledger.attach(self._sim.tell, FACTS_TO, BOOKS_TO)
            venue.ledger.start()
        parts = Parts(
            config,
            identity.session_id,
            identity.run_id,
            self._keeper.take,
            self._premises.sink,
            self._premises.encoder.line,
            venue.signer,
        )
        assemble(self._sim, parts, opening)
        self._while_open.enter_context(rare_collections())

    def observe(self, observer: Callable[[Envelope], None]) -> None:
        """See every message between actors from now on."""
        self._sim.observe(observer)

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


def start_replay(loaded: Loaded, data: Sequence[Path], from_ns: int | None = None) -> ReplaySession:
    """Replay `data` from its beginning or `from_ns` to its end, or for as long as the command line (not the file) says in
    session.duration_s."""
    origin = loaded.origins.get("session.duration_s")
    asked_s = loaded.config.session.duration_s if origin is not None and origin.kind == "command line" else Decimal(0)
    market = replayed_market(loaded.config, data, from_ns, seconds_ns(asked_s) if asked_s else None)
    config = market.configured(attrs.evolve(loaded.config, mode=Mode.REPLAY))
    length_s = Decimal(market.ends_at_ns - market.starts_at_ns) / NS_PER_S
    session = attrs.evolve(config.session, duration_s=min(asked_s, length_s) if asked_s else length_s)
    loaded = attrs.evolve(loaded, config=attrs.evolve(config, session=session))
    premises = move_in(loaded, seeded_run_id(config.seed, 0), time.time_ns())
    premises = attrs.evolve(premises, identity=attrs.evolve(premises.identity, started_at_ns=market.starts_at_ns))
    replay = ReplaySession(loaded, premises, market)
    try:
        replay.open()
    except BaseException:
        replay.close()
        raise
    return replay
