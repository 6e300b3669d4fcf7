"""The whole engine on real threads at 60 times the clock, with the harness's configuration."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from neo.actors import names
from neo.actors.runtime import ThreadSystem
from neo.domain.messages.session import SessionEnded, StopRequested, StopSignal
from neo.domain.ports import LEDGER_PORT
from neo.harness import PATIENT, Sabotage, Witness, sim_config
from neo.infra.sqlite.books_reader import BooksReader
from neo.infra.sqlite.connection import Synchronous
from neo.infra.sqlite.startup import StoreClock, StoreSettings
from neo.infra.telemetry.line_encoder import LineEncoder
from neo.infra.telemetry.memory_sink import MemorySink
from neo.system.assembly import assemble
from neo.system.books import StoreKeeper, make_sure_it_is_closed, open_session
from neo.system.cast import Parts
from neo.system.identity import SessionIdentity
from neo.system.pace import with_grace
from neo.system.simulated_venue import BOOKS_TO, FACTS_TO, opening_wallet, simulated_signer, simulated_venue
from tests.patience import PATIENCE_S

LOOK_EVERY_S = 0.02


class ThreadedWorld:
    """Boots on entry; on exit everything is stopped, whatever state it is in."""

    def __init__(self, directory: Path, seed: int = 0) -> None:
        self.config = with_grace(sim_config(), sim_config().speed)
        self.database = directory / "neo.db"
        self.system = ThreadSystem(seed, float(self.config.speed))
        self.witness = Witness()
        self.sabotage = Sabotage()
        self.telemetry = MemorySink()
        self.gateway = simulated_venue(self.config, self.system, opening_wallet(self.config))
        clock = StoreClock(self.system.now_ns, time.monotonic_ns)
        self._keeper = StoreKeeper(StoreSettings(self.database, 0, Synchronous.OFF), "s1", clock)

    def __enter__(self) -> Self:
        identity = SessionIdentity("s1", "0123abcd", self.system.now_ns(), "test", "test", "{}")
        opening = open_session(self._keeper.open(), identity, self.config, self.system.now_ns())
        self.system.ports[LEDGER_PORT] = self.gateway
        self.gateway.attach(self.system.tell, FACTS_TO, BOOKS_TO)
        self.system.observe(self.witness.see)
        self.sabotage.install(self.system)
        encode = LineEncoder("s1", "0123abcd").line
        signer = simulated_signer(self.config)
        parts = Parts(self.config, "s1", "0123abcd", self._keeper.take, self.telemetry, encode, signer)
        assemble(self.system, parts, opening, PATIENT)
        self.gateway.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.gateway.stop()
        self.system.shutdown(PATIENCE_S)
        self._keeper.abandon()

    def wait_until(self, what: Callable[[], bool], limit_s: float = PATIENCE_S) -> None:
        """Real seconds; AssertionError when it does not come about."""
        give_up_s = time.monotonic() + limit_s
        while not what():
            if time.monotonic() > give_up_s:
                raise AssertionError(f"not within {limit_s} s: phase {self.witness.phase}, {self.system.fatal_reason}")
            self.system.wait(LOOK_EVERY_S)

    def end(self) -> SessionEnded:
        """An orderly stop, and the books closed."""
        self.system.tell(names.SUPERVISOR, StopRequested(StopSignal.SIGTERM))
        self.wait_until(lambda: self.system.outcome is not None)
        ended = self.system.outcome
        assert isinstance(ended, SessionEnded)
        self.gateway.stop()
        self.system.shutdown(PATIENCE_S)
        assert make_sure_it_is_closed(self._keeper, ended, self.system.now_ns()) is None
        return ended

    def reader(self) -> BooksReader:
        return BooksReader(self.database)
