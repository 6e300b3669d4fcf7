"""A world in virtual time: a ledger that goes on whatever happens, a directory, and engines that live and die in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import attrs

from neo.actors import names
from neo.actors.runtime import Actor, ChildSpec, Envelope, Faults, Port, RestartPolicy, SimKernel, SimSystem
from neo.domain.config.choices import Mode
from neo.domain.config.configuration import Config
from neo.domain.messages.session import (
    OperatorHalt,
    OperatorResume,
    Phase,
    SessionEnded,
    StopRequested,
    StopSignal,
)
from neo.domain.messages.storage import Recovery
from neo.domain.ports import EXCHANGE_PORT, LEDGER_PORT
from neo.domain.safety.halts import HaltReason
from neo.domain.units import seconds_ns
from neo.harness.audit import Audit
from neo.harness.configuration import sim_config
from neo.harness.plans import NO_FAULTS, FaultPlan
from neo.harness.sabotage import Sabotage
from neo.harness.scratch import scratch_directory
from neo.harness.trades_watched import TradesWatched
from neo.harness.witness import Record, Witness
from neo.infra.config.canonical import canonical_text
from neo.infra.session.run_id import seeded_run_id
from neo.infra.simulated.gateway import SimulatedLedgerGateway
from neo.infra.simulated.prices import PricePath
from neo.infra.sqlite.books_reader import BooksReader
from neo.infra.sqlite.connection import Synchronous
from neo.infra.sqlite.startup import StoreClock, StoreSettings
from neo.infra.telemetry.line_encoder import LineEncoder
from neo.infra.telemetry.memory_sink import MemorySink
from neo.system.assembly import assemble
from neo.system.books import StoreKeeper, make_sure_it_is_closed, open_session
from neo.system.cast import Parts, buys_drops, makes_markets
from neo.system.identity import SessionIdentity
from neo.system.simulated_venue import BOOKS_TO, FACTS_TO, opening_wallet, simulated_signer, simulated_venue

if TYPE_CHECKING:
    from neo.infra.paper.venue import PaperVenue
    from neo.infra.simulated_exchange.gateway import SimulatedExchangeGateway

#: In a simulation dozens of crashes an hour are the point: the restart limit is not.
PATIENT = RestartPolicy(intensity=1_000)


class World:
    """Deterministic: the same seed, configuration, plan and calls give the same trace. Use it as a context manager.

    `replaced` puts actors of your own into the places of neo's, by name (a class alone is given what neo's own would be
    given); `ports` does the same with venues. Both may be changed until the next boot.
    """

    def __init__(
        self,
        seed: int = 0,
        config: Config | None = None,
        plan: FaultPlan = NO_FAULTS,
        *,
        prices: PricePath | None = None,
        trace: bool = False,
        policy: RestartPolicy = PATIENT,
        replaced: Mapping[str, ChildSpec | type[Actor]] | None = None,
        ports: Mapping[str, Port] | None = None,
        directory: Path | None = None,
    ) -> None:
        self.config = attrs.evolve(config or sim_config(), seed=seed)
        self.plan = plan
        self.policy = policy
        self.replaced = dict(replaced or {})
        self.ports = dict(ports or {})
        self.kernel = SimKernel(seed, trace="hash" if trace else "off")
        self._temporary = scratch_directory() if directory is None else None
        self.directory = directory or Path(self._temporary.name if self._temporary else ".")
        self.database = self.directory / "neo.db"
        self.telemetry = MemorySink()
        self.gateway: SimulatedLedgerGateway = simulated_venue(
            self.config, self.kernel, opening_wallet(self.config), prices
        )
        #: What the engine trades on: the ledger itself, or in mode paper an imagined account before it, new at each boot.
        self.venue: SimulatedLedgerGateway | PaperVenue = self.gateway
        self.gateway.faults = plan.ledger
        if makes_markets(self.config):
            self.gateway.start()
        #: Where drops are bought; None when none are.
        self.exchange: SimulatedExchangeGateway | None = None
        if buys_drops(self.config):
            # loaded where drops are bought: a world without them starts a quarter sooner
            from neo.system.exchange_venue import opening_holdings, simulated_exchange

            self.exchange = simulated_exchange(self.config, self.kernel, opening_holdings(self.config))
            self.exchange.faults = plan.exchange
        self.boots = 0
        self.witness = Witness()
        self.trades = TradesWatched(self.config.exchange_risk)
        self.audit = Audit(self.config.xrpl.account)
        self.sabotage = Sabotage()
        self.session_ids: list[str] = []
        #: With the message classes that they ask for; none: all.
        self._observers: list[tuple[Callable[[Envelope], None], tuple[type, ...]]] = [
            (self.witness.see, self.witness.CLASSES)
        ]
        if self.exchange is not None:
            self._observers.append((self.trades.see, self.trades.CLASSES))
        self._interceptors: list[Callable[[Envelope], Envelope | None]] = []
        self._system: SimSystem | None = None
        self._keeper: StoreKeeper | None = None
        self._reader: BooksReader | None = None
        self._lossy = plan.actors != Faults()

    # ------------------------------------------------------------------------------------------------- life and death

    def boot(self) -> Self:
        """Start an engine on the present database, as after a first install or a crash."""
        if self._system is not None and self._system.alive and self._system.outcome is None:
            raise RuntimeError("an engine runs already: end it, or kill it")
        self._stop_reading()
        self.boots += 1
        self.witness.phases.clear()
        system = SimSystem(self.kernel, faults=self.plan.actors, boot=self.boots)
        clock = StoreClock(self.kernel.now_ns, self.kernel.mono_ns)
        identity = self._identity()
        keeper = StoreKeeper(StoreSettings(self.database, 0, Synchronous.OFF), identity.session_id, clock)
        imagined = self.config.mode is Mode.PAPER
        store = keeper.open()
        opening = open_session(store, identity, self.config, self.kernel.now_ns(), venue_is_new=imagined)
        self.venue = self._imagined_venue(store.recovery()) if imagined else self.gateway
        if makes_markets(self.config):
            system.ports[LEDGER_PORT] = self.venue
            self.venue.attach(system.tell, FACTS_TO, BOOKS_TO)
        if self.exchange is not None:
            system.ports[EXCHANGE_PORT] = self.exchange
            self.exchange.attach(system.tell, names.EXCHANGE_DATA)
        system.ports.update(self.ports)
        for observer, message_classes in self._observers:
            system.observe(observer, message_classes)
        for interceptor in self._interceptors:
            system.intercept(interceptor)
        if self.sabotage.used:
            self.sabotage.install(system)
        self._system, self._keeper = system, keeper
        self.session_ids.append(identity.session_id)
        encoder = LineEncoder(identity.session_id, identity.run_id)
        parts = Parts(
            self.config,
            identity.session_id,
            identity.run_id,
            keeper.take,
            self.telemetry,
            encoder.line,
            simulated_signer(self.config),
        )
        assemble(system, parts, opening, self.policy, self.replaced)
        return self

    def _imagined_venue(self, books: Recovery) -> PaperVenue:
        from neo.system.paper_venue import paper_venue

        return paper_venue(self.config, self.gateway, self.kernel, books)

    def kill9(self) -> None:
        """The process is gone in this instant: nothing is flushed, nobody is told. The ledger goes on."""
        self._lossy = True
        self._stop_reading()
        self.system.kill9()
        self._detach()
        self.keeper.abandon()
        self._system = None

    def _detach(self) -> None:
        self.venue.detach()
        if self.exchange is not None:
            self.exchange.detach()

    def finish(self, limit_s: int = 300) -> SessionEnded:
        """Ask for an orderly end, wait for it, and close the books."""
        if self.ended is None:
            self.stop()
            self.run_for(limit_s, until=lambda: self.ended is not None)
        return self.bury()

    def bury(self) -> SessionEnded:
        """Close what an ended session leaves behind; how it ended."""
        ended = self.ended
        if ended is None:
            raise RuntimeError(f"the session has not ended (phase {self.phase}): run on, finish() or kill9()")
        self._stop_reading()
        self.system.kill9()
        self._detach()
        make_sure_it_is_closed(self.keeper, ended, self.kernel.now_ns())
        self._system = None
        return ended

    def close(self) -> None:
        """End the world: no orderly stop, only the files go."""
        if self._system is not None:
            self.kill9()
        self._stop_reading()
        self.gateway.stop()
        if self._temporary is not None:
            self._temporary.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # --------------------------------------------------------------------------------------------------------- time

    def run_for(self, seconds: Decimal | int, until: Callable[[], bool] | None = None) -> None:
        """Let virtual time pass, all of it or `until` something holds (looked at every virtual second)."""
        end_ns = self.kernel.now_ns() + seconds_ns(seconds)
        if until is None:
            self._run_until(end_ns)
            return
        while self.kernel.now_ns() < end_ns and not until():
            self._run_until(min(end_ns, self.kernel.now_ns() + seconds_ns(1)))

    def run_to(self, at_ns: int) -> None:
        """Let time pass to an instant, or to the end of the session if that comes first."""
        while self.kernel.now_ns() < at_ns and self.ended is None:
            self._run_until(min(at_ns, self.kernel.now_ns() + seconds_ns(10)))

    def _run_until(self, at_ns: int) -> None:
        system = self._system
        if system is not None and system.alive:
            system.run_until(at_ns)
        self.kernel.run_until(at_ns)

    def until_trading(self, limit_s: int = 300) -> Self:
        """Run until the session trades."""
        self.run_for(limit_s, until=lambda: self.phase is Phase.TRADING or self.ended is not None)
        if self.phase is not Phase.TRADING:
            raise AssertionError(f"not trading after {limit_s} s: phase {self.phase}, ended {self.ended}")
        return self

    # ------------------------------------------------------------------------------------------- the operator's hands

    def stop(self, signal: StopSignal = StopSignal.SIGTERM) -> None:
        self.system.tell(names.SUPERVISOR, StopRequested(signal))

    def halt(self, note: str = "") -> None:
        self.system.tell(names.SUPERVISOR, OperatorHalt("harness", note))

    def resume(self, venue: str = "") -> None:
        self.system.tell(names.SUPERVISOR, OperatorResume("harness", venue))

    def break_once(self, name: str, message_class: type, *, after: bool = False) -> None:
        """The next time that actor `name` handles such a message it raises: before its handler runs, or `after` it."""
        if not self.sabotage.used and self._system is not None:
            self.sabotage.install(self._system)
        self.sabotage.arm(name, message_class, after=after)

    def heal(self) -> None:
        """No faults from now on."""
        self.plan = NO_FAULTS
        self.gateway.faults = NO_FAULTS.ledger
        if self.exchange is not None:
            self.exchange.faults = NO_FAULTS.exchange
        if self._system is not None:
            self._system.faults = NO_FAULTS.actors
            if self.sabotage.used:
                self.sabotage.install(self._system)

    # ------------------------------------------------------------------------------------------------- looking inside

    def observe(self, observer: Callable[[Envelope], None], message_classes: tuple[type, ...] = ()) -> None:
        """See every message between actors, or those of some classes, of this engine and of those that boot later."""
        self._observers.append((observer, message_classes))
        if self._system is not None:
            self._system.observe(observer, message_classes)

    def intercept(self, interceptor: Callable[[Envelope], Envelope | None]) -> None:
        """Change messages, or lose them (None)."""
        self._interceptors.append(interceptor)
        if self._system is not None:
            self._system.intercept(interceptor)

    def record(self, *message_classes: type) -> Record:
        """Keep every message of these classes from now on."""
        record = Record()
        self.observe(record.see, message_classes)
        return record

    @property
    def phase(self) -> Phase | None:
        """What the supervisor said last."""
        return self.witness.phase

    @property
    def venue_phases(self) -> Mapping[str, Phase]:
        """What the supervisor said last of each venue; empty before it spoke."""
        return self.witness.phases

    @property
    def system(self) -> SimSystem:
        if self._system is None:
            raise RuntimeError("no engine runs: boot() first")
        return self._system

    @property
    def keeper(self) -> StoreKeeper:
        if self._keeper is None:
            raise RuntimeError("no engine was booted yet")
        return self._keeper

    @property
    def is_running(self) -> bool:
        return self._system is not None and self.ended is None

    @property
    def has_engine(self) -> bool:
        return self._system is not None

    @property
    def halted(self) -> bool:
        """The session is on its way out, or held."""
        return self.phase in (Phase.HALTING, Phase.HELD, Phase.STOPPING)

    def halted_at(self, venue: str) -> bool:
        """Nothing trades at this venue any more, whatever goes on elsewhere."""
        return self.witness.phases.get(venue) in (Phase.HALTING, Phase.HELD, Phase.STOPPING)

    @property
    def loses_messages(self) -> bool:
        """A message may have died with an actor or a process, or somebody took it away."""
        return self._lossy or self.sabotage.used or bool(self._interceptors)

    def opening_balances(self) -> tuple[Decimal, Decimal]:
        """What the wallet held when the world began, in whole units of base and quote."""
        wallet = opening_wallet(self.config)
        return wallet.xrp, wallet.rlusd

    @property
    def ended(self) -> SessionEnded | None:
        """How the present session ended, if it has; a session without a supervisor has ended too."""
        if self._system is None:
            return None
        outcome, fatal = self._system.outcome, self._system.fatal_reason
        if isinstance(outcome, SessionEnded) or fatal is None:
            return outcome if isinstance(outcome, SessionEnded) else None
        halt = HaltReason.ACTOR_FAILURE
        return SessionEnded(self.session_ids[-1], halt.value, fatal, halt.exit_code)

    def books(self) -> Recovery:
        """What is durable now."""
        with self.reader() as reader:
            return reader.recovery()

    def order_count(self) -> int:
        """Orders that were ever written down."""
        with self.reader() as reader:
            return reader.order_count()

    @contextmanager
    def reader(self) -> Iterator[BooksReader]:
        """Everything that is durable, through a read-only connection, which the next look finds open."""
        if self._reader is None:
            self._reader = BooksReader(self.database)
        yield self._reader

    def _stop_reading(self) -> None:
        """An engine finds its files as the last one left them, with nobody inside."""
        reader, self._reader = self._reader, None
        if reader is not None:
            reader.close()

    def _identity(self) -> SessionIdentity:
        session_id = f"session_{self.kernel.seed:06d}_{self.boots:04d}"
        run_id = seeded_run_id(self.kernel.seed, self.boots)
        return SessionIdentity(
            session_id, run_id, self.kernel.now_ns(), "harness", "harness", canonical_text(self.config)
        )
