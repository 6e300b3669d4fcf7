from __future__ import annotations

from decimal import Decimal

import attrs

from neo.cli.figures import price
from neo.cli.status_rows import progress_line, rows
from neo.infra.control.desk_status import (
    BudgetStatus,
    DeskStatus,
    GuardCount,
    NearDropStatus,
    PositionStatus,
    SymbolStatus,
    TierStatus,
    WorkingTradeStatus,
)
from tests.cli.fake_engine import START_NS, a_status

D = Decimal
DESK = DeskStatus(
    venue="mexc",
    quote="USDT",
    watched=29,
    polled=27,
    skipped=2,
    tiers=(
        TierStatus(
            tier="hot",
            interval_ms=1500,
            symbols=(SymbolStatus("BTC/USDT", D(64000), 300),),
            cycles=40,
            overruns=1,
            success_rate=D("0.99"),
            last_cycle_ms=41,
        ),
    ),
    age_p50_ms=2_100,
    age_p99_ms=5_900,
    budget=BudgetStatus(D(1000), D(950), D(25), D(25)),
    positions=(
        PositionStatus(
            symbol="XRP/USDT",
            quantity=D("49.50"),
            entry_price=D("0.50512"),
            cost_quote=D("25.01"),
            opened_at_ns=START_NS,
            mark=D("0.5062"),
            unrealised_quote=D("0.0469"),
        ),
    ),
    unrealised_quote=D("0.0469"),
    working=(
        WorkingTradeStatus(symbol="ADA/USDT"),
        WorkingTradeStatus(
            symbol="BTC/USDT", intent_id="i", purpose="entry", side="buy", quantity=D("0.0004"), limit=D("63000.5")
        ),
    ),
    drops=12,
    drops_blocked=7,
    blocked_by=(GuardCount("spread", 5), GuardCount("cooldown", 3)),
    refused_by_risk=1,
    entries_filled=4,
    exits_filled=3,
    bought_quote=D(100),
    sold_quote=D("75.5"),
    result_quote=D("0.34"),
    trades_today=5,
    result_today_quote=D("-1.2"),
    breakers=("daily_loss",),
    top_drops=(
        NearDropStatus(
            symbol="DOGE/USDT",
            price=D("0.1478"),
            anchor=D("0.15"),
            distance_percent=D("0.03"),
            blocked_by=("spread", "max_positions"),
        ),
    ),
)
DROPS_ONLY = a_status(strategies=("drop_buyer",), market=None, money=None, desks=(DESK,))
LABELS = ["exchange", "tiers", "budget", "positions", "orders", "trades", "drops", "nearest"]


def test_a_drop_session_has_no_line_of_a_ledger() -> None:
    assert [label for label, _ in rows(DROPS_ONLY)] == ["clock", *LABELS, "halts", "actors"]
    line = progress_line(DROPS_ONLY)
    assert "anchor" not in line and "fills" not in line and "RLUSD" not in line


def test_both_strategies_have_their_lines() -> None:
    labels = [label for label, _ in rows(a_status(desks=(DESK,)))]

    assert labels == [
        "clock",
        "price",
        "anchor",
        "quotes",
        "touch",
        "fills",
        "inventory",
        "P&L",
        *LABELS,
        "halts",
        "actors",
    ]
    assert "anchor 0.520000" in progress_line(a_status(desks=(DESK,)))
    assert "4 bought, 3 sold" in progress_line(a_status(desks=(DESK,)))


def test_each_line_of_the_desk_says_what_stands_in_the_status() -> None:
    text = dict(rows(DROPS_ONLY))

    assert text["exchange"] == "mexc: 27 of 29 symbols polled (2 skipped), data age p50 2.1 s, p99 5.9 s"
    assert text["tiers"] == "hot 1 every 1.5 s (last 41 ms, 1 of 40 overrun, 1.0 % unanswered)"
    assert text["budget"] == "1000.00 USDT: 950.00 free, 25.00 reserved, 25.00 in positions"
    assert text["positions"] == "1, unrealised +0.0469 USDT: XRP/USDT 49.5 at 0.505120, now 0.506200 (+0.0469)"
    assert text["orders"] == "ADA/USDT from before; entry buy 0.0004 BTC/USDT at 63000.5 USDT"
    assert text["trades"] == (
        "4 bought for 100.00 USDT, 3 sold for 75.50 USDT, result +0.3400 USDT; today 5 closed, -1.2000 USDT, "
        "BREAKER OPEN: daily_loss"
    )
    assert text["drops"] == "12, 7 stopped by guards, 1 refused by Risk (spread 5, cooldown 3)"
    assert text["nearest"] == "DOGE/USDT 0.147800 is 0.03 % from its trigger [spread, max_positions]"
    assert "result +0.3400 USDT, BREAKER OPEN: daily_loss" in progress_line(DROPS_ONLY)


def test_a_position_without_a_price_is_named_in_every_view() -> None:
    held = attrs.evolve(DESK.positions[0], is_stale=True, mark_age_ms=95_000)
    session = attrs.evolve(DROPS_ONLY, desks=(attrs.evolve(DESK, positions=(held,)),))

    positions = dict(rows(session))["positions"]
    assert "XRP/USDT 49.5 at 0.505120, NOT QUOTED for 95.0 s, last 0.506200" in positions
    assert "HELD AND NOT QUOTED: XRP/USDT" in progress_line(session)
    assert "NOT QUOTED" not in progress_line(DROPS_ONLY)


def test_a_desk_that_knows_nothing_yet_says_so() -> None:
    text = dict(rows(a_status(market=None, money=None, desks=(DeskStatus(venue="mexc", quote="USDT", watched=3),))))

    assert text["exchange"] == "mexc: 0 of 3 symbols polled, data age p50 -, p99 -"
    assert [text[label] for label in ("tiers", "budget", "positions", "orders", "nearest")] == [
        "-",
        "-",
        "none",
        "none under way",
        "-",
    ]


def test_prices_have_six_digits_whatever_a_coin_costs() -> None:
    assert [price(D(each)) for each in ("64000.123", "0.00001234567", "1.5", "0", "NaN")] == [
        "64000.1",
        "0.0000123457",
        "1.50000",
        "0",
        "-",
    ]
