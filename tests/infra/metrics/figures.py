"""An engine of which everything is known, so that every metric has something to say; and /metrics as a scraper reads it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import attrs
from prometheus_client.parser import text_string_to_metric_families

from neo.domain.telemetry.event import Emit, TelemetryEvent
from neo.domain.telemetry.events import Heartbeat, WalCheckpoint
from neo.infra.control.desk_status import (
    BudgetStatus,
    DeskStatus,
    GuardCount,
    PositionStatus,
    SymbolStatus,
    TierStatus,
    WorkingTradeStatus,
)
from neo.infra.control.status import (
    ActorState,
    ActorStatus,
    EngineStatus,
    HaltStatus,
    MarketStatus,
    MoneyStatus,
    QuoteStatus,
    VenueStatus,
)
from neo.infra.metrics.event_counts import EventCounts
from neo.infra.metrics.telemetry_metrics import KEPT_EVENTS
from neo.infra.telemetry.line_encoder import LineEncoder
from tests.cli.fake_engine import START_NS, a_status

Figures = Mapping[tuple[str, frozenset[tuple[str, str]]], float]
NOW_NS = START_NS + 1_800 * 10**9


def scraped(text: str) -> Figures:
    """Every sample by name and labels; a name and labels that come twice are refused."""
    found: dict[tuple[str, frozenset[tuple[str, str]]], float] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            key = sample.name, frozenset(sample.labels.items())
            assert key not in found, f"{key} is exported twice"
            found[key] = sample.value
    return found


def figure(figures: Figures, name: str, **labels: str) -> float | None:
    return figures.get((name, frozenset(labels.items())))


def counted(*events: TelemetryEvent) -> EventCounts:
    """Counters that have seen these events, as the encoder writes them."""
    counts, encoder = EventCounts(KEPT_EVENTS), LineEncoder("s1", "r1")
    for event in events:
        counts.write(encoder.encode(Emit(event, "test", START_NS)))
    return counts


def everything_counted() -> EventCounts:
    return counted(Heartbeat(7, 12, 11, 3, 250), WalCheckpoint("PASSIVE", False, 900, 850, Decimal("12.5")))


def a_full_status() -> EngineStatus:
    """Both strategies at work, one venue halted."""
    market = MarketStatus(
        venue="xrpl",
        symbol="XRP/RLUSD",
        base="XRP",
        quote="RLUSD",
        ledger_index=90_000,
        book_at_ns=NOW_NS - 3_500_000_000,
        best_bid=Decimal("0.519"),
        best_ask=Decimal("0.521"),
        anchor=Decimal("0.52"),
        divergence_bps=Decimal("2.5"),
        suspended="divergence",
        distance_bid_bps=Decimal(-5),
        distance_ask_bps=Decimal(-6),
        within_2bps_bid_percent=Decimal(40),
        within_2bps_ask_percent=Decimal(50),
    )
    money = MoneyStatus(
        base_balance=Decimal(1000),
        quote_balance=Decimal(900),
        equity=Decimal(1420),
        realised=Decimal("1.5"),
        unrealised=Decimal("-0.5"),
        fees=Decimal("0.1"),
        fills=7,
        volume=Decimal(70),
        orders_placed=30,
    )
    return attrs.evolve(
        a_status(market=market, money=money),
        strategies=("market_maker", "drop_buyer"),
        desks=(a_full_desk(),),
        quotes=(QuoteStatus("buy", 1, Decimal("0.51"), Decimal(10), "OPEN"),),
        halts=(HaltStatus("risk_rpc_failure", "no answer", START_NS, True, "mexc"),),
        venues=(VenueStatus("xrpl", "trading"), VenueStatus("mexc", "held", "risk_rpc_failure", "no answer")),
        actors=(ActorStatus("strategy", queued=4), ActorStatus("risk", ActorState.LATE, restarts=2)),
        pending=("buy 10 at 0.51 (OPEN)",),
    )


def a_full_desk() -> DeskStatus:
    tier = TierStatus(
        tier="hot",
        interval_ms=3_000,
        symbols=(SymbolStatus("BTC/USDT", Decimal(60_000), 900),),
        cycles=100,
        overruns=2,
        success_rate=Decimal("0.98"),
        last_cycle_ms=1_250,
    )
    held = PositionStatus(
        symbol="BTC/USDT",
        quantity=Decimal("0.01"),
        entry_price=Decimal(60_000),
        cost_quote=Decimal(600),
        opened_at_ns=START_NS,
    )
    return DeskStatus(
        venue="mexc",
        quote="USDT",
        watched=30,
        polled=28,
        skipped=2,
        tiers=(tier,),
        age_p50_ms=800,
        age_p99_ms=2_900,
        budget=BudgetStatus(Decimal(1000), Decimal(300), Decimal(100), Decimal(600)),
        positions=(held,),
        unrealised_quote=Decimal("-3.5"),
        working=(WorkingTradeStatus(symbol="ETH/USDT"),),
        orders_placed=5,
        drops=9,
        drops_blocked=4,
        blocked_by=(GuardCount("btc_trend", 4),),
        refused_by_risk=1,
        entries_filled=3,
        exits_filled=2,
        bought_quote=Decimal(900),
        sold_quote=Decimal(310),
        result_quote=Decimal("12.5"),
        trades_today=2,
        result_today_quote=Decimal("12.5"),
        losses_in_a_row=1,
        breakers=("daily_loss",),
    )
