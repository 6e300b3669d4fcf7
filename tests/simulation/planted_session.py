"""A session like the one that the old bot lost: 130 symbols on a slow exchange, asked in batches, and what else went wrong.

Everything comes out of the real engine in virtual time: real telemetry files, a real log, a real database.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import attrs

from neo.actors import names
from neo.actors.runtime import Envelope, Faults
from neo.cli.session_evidence import evidence_of
from neo.domain.config.configuration import Config
from neo.domain.diagnosis.diagnosis import Diagnosis, diagnose
from neo.domain.messages.exchange import FetchQuotes, PlaceExchangeOrder
from neo.domain.messages.journal import OrderTransitioned
from neo.domain.messages.storage import Persist, Persisted
from neo.domain.orders.lifecycle import OrderEvent
from neo.domain.units import NS_PER_MS, NS_PER_S
from neo.harness import World
from neo.infra.config.canonical import canonical_text
from neo.infra.config.loader import load
from neo.infra.simulated_exchange.gateway import SimulatedExchangeGateway
from neo.infra.sqlite.books_reader import BooksReader
from neo.infra.telemetry.debug_trace import open_debug_trace
from neo.infra.telemetry.jsonl_sink import JsonlSink
from neo.infra.telemetry.logging_bridge import LoggingBridge
from tests.infra.config.files import REPOSITORY

SYMBOLS = 130
BATCH_SYMBOLS = 13
BATCH_PAUSE_MS = 150
DEAF_S = 300
#: What is left of an IOC order is cancelled by the exchange, which neo calls expired.
_GONE_UNFILLED = (OrderEvent.PROVED_CANCELED, OrderEvent.PROVED_EXPIRED)
MINUTES = 10


class BatchedExchange:
    """The old bot's way of asking: batches of 13 symbols one after the other, each as slow as the exchange is today."""

    def __init__(self, world: World, median_ms: int) -> None:
        self._world = world
        self._median_ms = median_ms
        self._rng = world.kernel.rng_for("slow exchange")

    def submit(self, caller: str, request: object, done: Callable[[object], None]) -> None:
        exchange = self._world.exchange
        assert isinstance(exchange, SimulatedExchangeGateway)
        if isinstance(request, FetchQuotes):
            batches = -(-len(request.symbols) // BATCH_SYMBOLS)
        elif isinstance(request, PlaceExchangeOrder):
            batches = SYMBOLS // BATCH_SYMBOLS  # orders stood in the same line
        else:
            batches = 1
        latencies_ms = (self._rng.lognormvariate(0, 0.6) * self._median_ms for _ in range(batches))
        delay_ms = sum(latencies_ms) + BATCH_PAUSE_MS * (batches - 1)
        self._world.kernel.after(int(delay_ms) * NS_PER_MS, lambda: exchange.submit(caller, request, done))


def drop_config(*, symbols: int = SYMBOLS, all_hot: bool = False, warn_only: bool = False) -> Config:
    """config/drop.toml with so many symbols and without an end. `all_hot`: every symbol every 1.5 s, as the old bot did it,
    and entries that pay no premium, so that some find nobody."""
    config = load(REPOSITORY / "config" / "drop.toml", {}).config
    watchlist = tuple(f"{_letters(i)}/USDT" for i in range(symbols - 1))
    exchange = attrs.evolve(config.exchange, watchlist=("BTC/USDT", *watchlist))
    drop = config.drop
    if all_hot:
        exchange = attrs.evolve(exchange, hot_within_bps=Decimal(9_000), cool_beyond_bps=Decimal(10_000))
        drop = attrs.evolve(drop, entry_premium_bps=Decimal(0), entry_premium_step_bps=Decimal(0), confirm_ticks=1)
    return attrs.evolve(
        config,
        session=attrs.evolve(config.session, duration_s=Decimal(0)),
        exchange=exchange,
        drop=drop,
        heartbeat=attrs.evolve(config.heartbeat, warn_only=warn_only),
    )


def _letters(number: int) -> str:
    return f"C{chr(65 + number // 26)}{chr(65 + number % 26)}"


@attrs.frozen(kw_only=True)
class Plants:
    """What goes wrong; nothing unless it is asked for. `slow_ms` is the median latency of one batch."""

    slow_ms: int = 0
    canceled_order_kills: bool = False
    deaf: str = ""
    unwritable_logs: bool = False
    unwritable_trace: bool = False


def diagnosed(base: Path, config: Config, plants: Plants, minutes: int = MINUTES) -> Diagnosis:
    """Live through such a session and diagnose it."""
    logs = base / "logs"
    if plants.unwritable_trace:
        config = attrs.evolve(
            config, telemetry=attrs.evolve(config.telemetry, debug_trace=str(base / "a file" / "trace.jsonl"))
        )
        (base / "a file").write_text("where a directory should be")
    with World(5, config, directory=base) as world:
        _telemetry_into(world, logs / "events.jsonl")
        if plants.unwritable_logs:
            logs.write_text("where a directory should be")
        else:
            logs.mkdir()
        if plants.slow_ms:
            world.ports["exchange"] = BatchedExchange(world, plants.slow_ms)
        if plants.canceled_order_kills:
            _kill_router_at_a_canceled_order(world)
        world.boot().until_trading()
        world.run_for(60)
        if plants.unwritable_logs:
            logs.unlink()
            logs.mkdir()
        with LoggingBridge(logs):
            trace = config.telemetry.debug_trace
            open_debug_trace(None if trace == "off" else Path(trace)).close()
        if plants.deaf:
            world.system.faults = Faults(hang={plants.deaf: 1.0}, hang_ns=DEAF_S * NS_PER_S)
            world.run_for(60)
            world.system.faults = Faults()
        world.run_for(60 * (minutes - 2))
        world.finish()
        world.telemetry.close()
        return _diagnosis(world, base)


def _diagnosis(world: World, base: Path) -> Diagnosis:
    with BooksReader(world.database) as reader:
        row = reader.session(world.session_ids[-1])
        assert row is not None
        row = attrs.evolve(row, directory=str(base), config_json=canonical_text(world.config))
        return diagnose(evidence_of(world.database, reader, row, is_running=False))


def _telemetry_into(world: World, path: Path) -> None:
    """The sink of a daemon, by the clock of the world; what it reports goes where a daemon's does."""
    sink = JsonlSink(path, clock_ns=world.kernel.mono_ns, report=lambda notice: None)
    world.telemetry = sink  # type: ignore[assignment]  # a harness reads its telemetry; this test reads files


def _kill_router_at_a_canceled_order(world: World) -> None:
    """Once: it dies of the answer that says that the end of the order is written down."""
    killed: list[str] = []

    def watch(envelope: Envelope) -> None:
        if isinstance(envelope.message, Persist) and envelope.sender == names.EXCHANGE_ROUTER and not killed:
            for event in envelope.message.events:
                if isinstance(event, OrderTransitioned) and event.event in _GONE_UNFILLED:
                    killed.append(event.order_id)
                    world.break_once(names.EXCHANGE_ROUTER, Persisted)

    world.observe(watch)
