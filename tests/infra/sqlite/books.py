"""Events and stores for the tests of this folder."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import attrs

from neo.domain.market.instrument import Side
from neo.domain.messages.journal import (
    CapitalKind,
    CapitalRecorded,
    EngineStateSet,
    FillRecorded,
    JournalEvent,
    OrderIntended,
    SessionOpened,
)
from neo.domain.messages.storage import MarketSnapshot
from neo.domain.ports import JournalWrite, WriteAccepted, WriteRefused
from neo.infra.sqlite.connection import Synchronous
from neo.infra.sqlite.startup import StoreClock, StoreSettings
from neo.infra.sqlite.state_store import SqliteStateStore, open_state_store

START_NS = 1_790_000_000 * 10**9


@attrs.define
class HandClock:
    """Time that only the test moves."""

    at_ns: int = START_NS

    def now_ns(self) -> int:
        return self.at_ns

    def clock(self) -> StoreClock:
        return StoreClock(self.now_ns, self.now_ns)


def settings(directory: Path, runs_kept: int = 0, synchronous: Synchronous = Synchronous.OFF) -> StoreSettings:
    return StoreSettings(directory / "neo.db", runs_kept, synchronous)


def opened(directory: Path, runs_kept: int = 0, hand_clock: HandClock | None = None) -> SqliteStateStore:
    return open_state_store(settings(directory, runs_kept), clock=(hand_clock or HandClock()).clock())


def write(*events: JournalEvent, at_ns: int = START_NS, sender: str = "test") -> JournalWrite:
    return JournalWrite(sender, at_ns, events)


def accept(store: SqliteStateStore, *events: JournalEvent, at_ns: int = START_NS) -> WriteAccepted:
    (result,) = store.commit([write(*events, at_ns=at_ns)])
    assert isinstance(result, WriteAccepted), result
    return result


def refuse(store: SqliteStateStore, *events: JournalEvent) -> str:
    (result,) = store.commit([write(*events)])
    assert isinstance(result, WriteRefused), result
    return result.reason


def session(session_id: str = "s1", started_at_ns: int = START_NS) -> SessionOpened:
    return SessionOpened(session_id, "0123abcd", "sim", started_at_ns, "hash", "1.0", 7, "sessions/s1")


def order(number: int = 1, side: Side = Side.BUY, offer_sequence: int | None = 100) -> OrderIntended:
    return OrderIntended(
        order_id=f"o{number}",
        intent_id=f"i{number}",
        session_id="s1",
        venue="xrpl",
        symbol="XRP/RLUSD",
        side=side,
        price=Decimal("0.5120"),
        quantity=Decimal(30),
        quote_quantity=Decimal("15.36"),
        level=0,
        offer_sequence=offer_sequence,
    )


def fill(
    number: int = 1, of_order: int = 1, side: Side = Side.BUY, base: str = "10", quote: str = "5.12"
) -> FillRecorded:
    return FillRecorded(
        fill_id=f"f{number}",
        venue="xrpl",
        order_id=f"o{of_order}",
        symbol="XRP/RLUSD",
        side=side,
        base_quantity=Decimal(base),
        quote_quantity=Decimal(quote),
        ledger_index=1000 + number,
        position=0,
        transaction_hash=f"T{number}",
        traded_at_ns=START_NS,
        is_maker=True,
    )


def deposit(number: int = 1, asset: str = "XRP", amount: str = "1000") -> CapitalRecorded:
    return CapitalRecorded(f"c{number}", "s1", "xrpl", asset, Decimal(amount), CapitalKind.DEPOSIT)


def note(text: str, key: str = "note") -> EngineStateSet:
    return EngineStateSet(key, text)


def snapshot(number: int, *, suspended: str | None = None) -> MarketSnapshot:
    return MarketSnapshot(
        session_id="s1",
        at_ns=START_NS + number,
        venue="xrpl",
        symbol="XRP/RLUSD",
        ledger_index=number,
        best_bid=Decimal("0.5119"),
        best_ask=Decimal("0.5121"),
        pool_mid=Decimal("0.512"),
        anchor=None if suspended else Decimal("0.512"),
        anchor_source=None if suspended else "amm",
        divergence_bps=Decimal("0.5"),
        our_bid=Decimal("0.5118"),
        our_ask=Decimal("0.5122"),
        distance_to_bid_touch_bps=Decimal("-1.95"),
        distance_to_ask_touch_bps=Decimal("-1.95"),
        suspended=suspended,
        base_balance=Decimal(100),
        quote_balance=Decimal(50),
    )
