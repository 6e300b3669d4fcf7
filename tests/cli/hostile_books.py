"""A database in which every text that somebody else chose wants to become part of a page."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from neo.domain.market.instrument import Side
from neo.domain.messages.journal import (
    CapitalKind,
    CapitalRecorded,
    FillRecorded,
    HaltRecorded,
    JournalEvent,
    OrderIntended,
    SessionClosed,
    SessionOpened,
)
from neo.domain.messages.storage import MarketSnapshot
from neo.domain.ports import JournalWrite, WriteAccepted
from neo.infra.sqlite.connection import Synchronous
from neo.infra.sqlite.startup import StoreSettings
from neo.infra.sqlite.state_store import open_state_store

ATTACK = "\"><script>alert('x')</script><img src=x onerror=alert(1)>"
CLOSES_THE_DATA = "</script><script>alert(2)</script>"
T0_NS = 1_767_225_600 * 10**9
SESSION = "session_20260101_000000"
MINUTE_NS = 60 * 10**9


def hostile_database(base: Path) -> Path:
    """One session of an hour with hostile names, details, directory, reasons; the path of its database."""
    path = base / "neo.db"
    store = open_state_store(StoreSettings(path, runs_kept=0, synchronous=Synchronous.OFF), session=SESSION)

    def write(at_ns: int, *events: JournalEvent) -> None:
        (answer,) = store.commit([JournalWrite("test", at_ns, events)])
        assert isinstance(answer, WriteAccepted), answer

    directory, symbol = str(base / ATTACK), f"XRP{CLOSES_THE_DATA}/RLUSD{ATTACK}"
    config = '{"risk.max_xrp_exposure":"2500","risk.max_rlusd_exposure":"2500"}'
    write(T0_NS, SessionOpened(SESSION, ATTACK, "sim", T0_NS, ATTACK, ATTACK, 7, directory, None, config))
    write(T0_NS, CapitalRecorded("c", SESSION, "xrpl", "XRP", Decimal(10), CapitalKind.DEPOSIT, ATTACK))
    order = OrderIntended("o", "o", SESSION, "xrpl", symbol, Side.BUY, Decimal("0.5"), Decimal(10), Decimal(5), 0, 5)
    write(T0_NS + MINUTE_NS, order)
    fill = FillRecorded(
        "f", "xrpl", "o", symbol, Side.BUY, Decimal(10), Decimal(5), 9, 0, "H" * 64, T0_NS + MINUTE_NS, True
    )
    write(T0_NS + 2 * MINUTE_NS, fill)
    store.record_snapshots([_tick(symbol, T0_NS + i * 4 * 10**9, None if i % 2 else ATTACK) for i in range(900)])
    write(T0_NS + 59 * MINUTE_NS, HaltRecorded(SESSION, "kill_switch", ATTACK, True))
    write(T0_NS + 60 * MINUTE_NS, SessionClosed(SESSION, T0_NS + 60 * MINUTE_NS, "kill_switch", ATTACK))
    store.close()
    return path


def _tick(symbol: str, at_ns: int, suspended: str | None) -> MarketSnapshot:
    price, near = Decimal("0.52"), None if suspended else Decimal("-1.5")
    return MarketSnapshot(
        SESSION, at_ns, "xrpl", symbol, 1, price, price + Decimal("0.001"), price, price, "clob", Decimal(0),
        price, price, near, near, suspended, Decimal(10), Decimal(5),
    )  # fmt: skip
