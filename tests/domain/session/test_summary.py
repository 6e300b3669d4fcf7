from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import attrs

from neo.domain.market.instrument import Side
from neo.domain.messages.journal import FillRecorded
from neo.domain.messages.storage import AssetBalance, MarketSnapshot
from neo.domain.money.wallet import ExplainedLine, WalletItem
from neo.domain.orders.lifecycle import OrderState
from neo.domain.session.summary import SessionSummary, summarise
from neo.domain.session.summary_json import summary_values
from neo.domain.session.summary_rows import CapitalMove, HaltEntry, SummaryRows
from neo.domain.session.summary_text import summary_lines
from neo.domain.units import NS_PER_S
from tests.domain.samples import INSTRUMENT, START_NS, D


@attrs.frozen
class SessionStub:
    """A session row."""

    session_id: str = "session_20260101_000000"
    run_id: str = "0badcafe"
    mode: str = "sim"
    started_at_ns: int = START_NS
    ended_at_ns: int | None = START_NS + 3600 * NS_PER_S
    config_hash: str = "f" * 64
    code_version: str = "0.1.0"
    seed: int = 7
    directory: str = "sessions/session_20260101_000000"
    parent_session: str | None = None
    halt_reason: str | None = "duration_elapsed"
    halt_detail: str | None = "after 3600 s as configured"


def tick(
    second: int, mid: str | None = "0.52", suspended: str | None = None, bid_bps: str | None = "-1"
) -> MarketSnapshot:
    middle = None if mid is None else D(mid)
    return MarketSnapshot(
        "s",
        START_NS + second * NS_PER_S,
        "xrpl",
        "XRP/RLUSD",
        1000 + second,
        None if middle is None else middle - D("0.0001"),
        None if middle is None else middle + D("0.0001"),
        middle,
        middle,
        None if middle is None else "amm",
        D(0),
        None,
        None,
        None if bid_bps is None else D(bid_bps),
        None,
        suspended,
        None,
        None,
    )


def fill(second: int, side: Side, base: str, quote: str) -> FillRecorded:
    at_ns = START_NS + second * NS_PER_S
    return FillRecorded(f"f{second}", "xrpl", "o1", "XRP/RLUSD", side, D(base), D(quote), 5, 0, "H", at_ns, True)


BALANCES = (AssetBalance("xrpl", "XRP", D("9.999988"), D(1000)), AssetBalance("xrpl", "RLUSD", D("-5.1"), D(1200)))


def rows(**changes: Any) -> SummaryRows:
    values: dict[str, Any] = {
        "session": SessionStub(),
        "instrument": INSTRUMENT,
        "orders_by_state": ((OrderState.FILLED, 1), (OrderState.CANCELED, 2)),
        "fills": (fill(6, Side.BUY, "10", "5.1"),),
        "fees": (("XRP", D("0.000012")),),
        "capital": (CapitalMove(START_NS + 9 * NS_PER_S, "RLUSD", D(200)),),
        "balances": BALANCES,
    }
    return SummaryRows(**(values | changes))


def summary(ticks: Sequence[MarketSnapshot] = (tick(4), tick(8), tick(12, "0.53")), **changes: Any) -> SessionSummary:
    return summarise(rows(**changes), ticks)


def test_the_inventory_line_of_each_asset_says_what_trading_and_what_capital_made() -> None:
    base, quote = summary().inventory

    assert base.text == "Inventory reconciliation: fills-only=9.999988, capital_overlay=1000, engine_total=1009.999988"
    assert quote.text == "Inventory reconciliation: fills-only=-5.1, capital_overlay=1200, engine_total=1194.9"


def test_a_deposit_is_in_the_summary_and_not_in_the_profit() -> None:
    told = summary()

    assert told.capital == (CapitalMove(START_NS + 9 * NS_PER_S, "RLUSD", D(200)),)
    assert told.profit.net == D("5.3") - D("5.1") - D("0.000012") * D("0.53")


def test_the_price_of_what_was_owned_before_is_told_apart() -> None:
    assert summary().profit.capital_carry == D(1000) * D("0.01")


def test_a_fill_is_measured_against_the_mid_before_it() -> None:
    assert summary().profit.spread_captured == D("0.1")


def test_orders_are_counted_by_their_final_state_and_the_unproved_are_named() -> None:
    told = summary(orders_by_state=((OrderState.FILLED, 2), (OrderState.UNKNOWN, 1)), orders_unproved=("o2",))

    assert told.orders_total == 3
    assert told.orders_by_state == (("UNKNOWN", 1), ("FILLED", 2))
    assert told.orders_unproved == ("o2",)


def test_suspended_ticks_are_counted_by_reason() -> None:
    told = summary([tick(4), tick(8, suspended="divergence"), tick(12, None, "empty_book", None), tick(16)])

    assert (told.ticks.ticks, told.ticks.quoting, told.ticks.uptime_percent) == (4, 2, D(50))
    assert told.ticks.suspended == (("divergence", 1), ("empty_book", 1))
    assert told.ticks.anchor_sources == (("amm", 3),)


def test_books_and_engine_that_differ_are_an_error_in_the_summary() -> None:
    agreeing = summary(engine_balances=(("XRP", D("1009.999988")), ("RLUSD", D("1194.9"))))
    drifting = summary(engine_balances=(("XRP", D("1009.999988")), ("RLUSD", D("994.9"))))

    assert not agreeing.has_drift
    assert drifting.has_drift
    assert any(line.startswith("ERROR") for line in summary_lines(drifting))


def test_a_session_without_anything_still_has_a_summary() -> None:
    empty = summarise(rows(orders_by_state=(), fills=(), fees=(), capital=(), balances=()), ())

    text = "\n".join(summary_lines(empty))
    assert "Inventory reconciliation: fills-only=0, capital_overlay=0, engine_total=0 (XRP)" in text
    assert "never on the book" in text
    assert (empty.equity, empty.profit.net) == (None, D(0))


def test_a_halt_of_one_venue_is_told_with_its_venue() -> None:
    halts = (
        HaltEntry(START_NS, "risk_xrp_exposure", "x", True, "xrpl"),
        HaltEntry(START_NS, "risk_stale_market_data", "no quote for 31 s", False, "mexc"),
        HaltEntry(START_NS, "kill_switch", "ann", False),
    )

    lines = summary_lines(summary(halts=halts))

    later = [line.split(" UTC ")[-1] for line in lines if "later halt" in line]
    assert later == ["risk_stale_market_data at mexc: no quote for 31 s", "kill_switch: ann"]


def test_the_text_has_every_block_with_units() -> None:
    halts = (HaltEntry(START_NS, "risk_xrp_exposure", "x", True), HaltEntry(START_NS, "kill_switch", "ann", False))

    text = "\n".join(summary_lines(summary(halts=halts, telemetry_problems=2, telemetry_problem_last="disk full")))

    for piece in (
        "mode sim, XRP/RLUSD",
        "2023-11-14 22:13:20 UTC to 2023-11-14 23:13:20 UTC (1:00:00)",
        "3: 1 filled, 2 canceled",
        "1 (1 bought, 0 sold, 1 as maker), volume 5.10 RLUSD",
        "profit after fees     +0.199994 RLUSD",
        "markout 300 s",
        "engine_total=1009.999988 (XRP)",
        "100.0 % of 3 ticks within 2 bps, mean -1.00 bps, median -1.00 bps; |d| 0-2 bps: 3, 2-5 bps: 0",
        "halt                  duration_elapsed: after 3600 s as configured",
        "kill_switch: ann",
        "2, the last: disk full",
    ):
        assert piece in text


def test_a_recovered_session_names_its_parent() -> None:
    told = summary(session=SessionStub(parent_session="session_before", ended_at_ns=None))

    text = "\n".join(summary_lines(told))
    assert "session session_before, which had crashed" in text
    assert "still running" in text


def test_the_json_form_is_exact_and_plain() -> None:
    values = json.loads(json.dumps(summary_values(summary())))

    assert values["profit"]["net"] == "0.1999936400"
    assert values["orders_by_state"] == {"FILLED": 1, "CANCELED": 2}
    assert values["distance"]["bid"]["histogram"] == {"0-2": 3, "2-5": 0, "5-10": 0, "10+": 0}
    assert values["inventory"][0]["text"].startswith("Inventory reconciliation: fills-only=9.999988")
    assert values["format"] == 1


def test_the_wallet_of_a_session_with_real_money_is_explained_line_by_line() -> None:
    told = (ExplainedLine("XRP", WalletItem.TICKET_RESERVE, D("0.4"), "2 x 0.2"),)

    summary = summarise(rows(wallet=told), ())

    assert any("+0.4 XRP reserve of tickets (2 x 0.2)" in line for line in summary_lines(summary))
    assert list(summary_values(summary)["wallet"]) == [
        {"asset": "XRP", "item": "reserve of tickets", "amount": "0.4", "note": "2 x 0.2"}
    ]
