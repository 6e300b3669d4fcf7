"""The report says what became of every drop, lists every trade, and never leaves open why nothing was bought."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neo.domain.messages.dropping import TradeOutcome, TradePurpose, TradeRefusal
from neo.domain.session.drop_reasons import GUARD_WORDS, OUTCOME_WORDS, REFUSAL_WORDS
from neo.domain.session.drop_report import DropReport, ExitGroup, Slippage, drop_report
from neo.domain.session.drop_report_text import drop_report_lines, drop_report_values
from neo.domain.session.drop_rows import DropRows
from neo.domain.strategy.drop.exits import ExitReason
from neo.domain.strategy.drop.guards import BlockReason
from neo.domain.strategy.drop.ledger_of_drops import DropCounts
from tests.domain.samples import START_NS, D


@attrs.frozen(kw_only=True)
class TradeRow:
    intent_id: str = "i-1"
    purpose: str = "entry"
    symbol: str = "AAA/USDT"
    quantity: Decimal = Decimal("0.25")
    attempt: int = 1
    filled: Decimal = Decimal("0.25")
    filled_quote: Decimal = Decimal("24.50")
    result_quote: Decimal = Decimal(0)
    outcome: str | None = "filled"
    proposed_at_ns: int = START_NS
    ended_at_ns: int | None = START_NS
    reason: str = "drop"
    touch: Decimal | None = None


@attrs.frozen(kw_only=True)
class PositionRow:
    symbol: str = "AAA/USDT"
    quantity: Decimal = Decimal("0.25")
    spent_quote: Decimal = Decimal("24.50")
    fee_value_quote: Decimal = Decimal("0.02")
    bought: Decimal = Decimal("0.5")
    gross_quote: Decimal = Decimal("48.80")
    opened_at_ns: int = START_NS


NO_FILL = TradeRow(filled=D(0), filled_quote=D(0), outcome="not_filled", attempt=3)


def report(counts: DropCounts, trades: Sequence[TradeRow] = ()) -> DropReport:
    return drop_report(DropRows(venue="mexc", quote="USDT", counts=counts, trades=trades))


def watched(*blocked: tuple[BlockReason, ...], quotes: int = 100) -> DropCounts:
    counts = DropCounts(quotes=quotes)
    for reasons in blocked:
        counts = counts.with_drop(reasons)
    return counts


def test_a_session_that_bought_lists_its_trades_and_has_nothing_to_explain() -> None:
    sale = TradeRow(
        intent_id="i-2",
        purpose="exit",
        reason="take_profit",
        filled_quote=D("24.75"),
        result_quote=D("0.20"),
        attempt=2,
    )
    lost = TradeRow(intent_id="i-3", purpose="exit", filled_quote=D("24"), result_quote=D("-0.55"))
    told = report(watched((), ()).with_exit(ExitReason.TAKE_PROFIT), [TradeRow(), sale, lost])
    assert told.why_nothing == ""
    assert (told.bought_quote, told.sold_quote, told.result_quote) == (D("24.50"), D("48.75"), D("-0.35"))
    assert (told.gains, told.losses) == (1, 1)
    text = "\n".join(drop_report_lines(told))
    for piece in (
        "2 in 100 quotes: 0 stopped by guards, 2 proposed to Risk",
        "2023-11-14 22:13:20 UTC AAA/USDT 0.25 of 0.25 at 98, 1 try, filled, i-1",
        "AAA/USDT 0.25 of 0.25 at 99, +0.200000 USDT, take_profit, 2 tries, filled, i-2",
        "-0.350000 USDT: 1 gains, 1 losses",
        "1 take_profit",
    ):
        assert piece in text
    assert "Nothing was bought" not in text


def test_without_a_quote_the_venue_is_named() -> None:
    assert report(DropCounts()).why_nothing == "Nothing was bought: not one quote came from mexc."


def test_without_a_drop_the_quotes_are_counted() -> None:
    assert report(watched(quotes=1)).why_nothing == "Nothing was bought: in 1 quote no symbol fell to its trigger."


def test_when_guards_stopped_everything_the_most_frequent_is_named() -> None:
    volume, spread = BlockReason.VOLUME, BlockReason.SPREAD
    told = report(watched((volume,), (spread, volume), (volume,), (spread,)))
    assert told.why_nothing == (
        "Nothing was bought: of 4 drops 4 stopped by guards "
        "(most often, 3 x: too little volume in 24 hours, or not known)."
    )
    assert told.blocked_by == (("volume", 3), ("spread", 2))
    assert told.blocked_only_by == (("volume", 2), ("spread", 1))


def test_drops_that_ended_in_different_ways_are_all_in_the_sentence() -> None:
    counts = watched((BlockReason.COOLDOWN,), (), (), ())
    counts = counts.with_refusal(TradeRefusal.CASH_RESERVE.value, TradePurpose.ENTRY)
    counts = counts.with_entry_ended(TradeOutcome.NOT_FILLED.value)
    told = report(counts, [NO_FILL])
    assert told.why_nothing == (
        "Nothing was bought: of 4 drops "
        "1 stopped by guards (most often, 1 x: the symbol's last position had just been closed), "
        "1 refused by Risk (most often, 1 x: cash_reserve_usdt would have been touched), "
        "1 ended without a fill (most often, 1 x: found nobody at any of its limits) "
        "and 1 still under way, or lost on the way."
    )
    assert told.unanswered == 1


def test_a_refused_sale_is_not_the_fate_of_a_drop() -> None:
    counts = watched(()).with_refusal(TradeRefusal.STALE_QUOTE.value, TradePurpose.EXIT)
    told = report(counts)
    assert told.refused_by_risk == ()
    assert told.exits_refused_by_risk == (("stale_quote", 1),)
    assert told.unanswered == 1


def test_trades_are_told_although_a_crash_took_the_counts() -> None:
    told = report(DropCounts(), [TradeRow(outcome=None, ended_at_ns=None)])
    assert told.why_nothing == ""
    assert any("under way, i-1" in line for line in drop_report_lines(told))


@pytest.mark.parametrize(
    ("reasons", "words"),
    [(BlockReason, GUARD_WORDS), (TradeRefusal, REFUSAL_WORDS), (TradeOutcome, OUTCOME_WORDS)],
)
def test_every_reason_has_words(reasons: type[BlockReason], words: dict[str, str]) -> None:
    assert set(words) == {reason.value for reason in reasons}


def test_the_json_form_is_exact_and_plain() -> None:
    values = json.loads(json.dumps(drop_report_values(report(watched((BlockReason.SPREAD,)), [TradeRow()]))))
    assert values["format"] == 1
    assert values["blocked_by"] == {"spread": 1}
    assert values["trades"][0]["filled_quote"] == "24.50"
    assert values["trades"][0]["result_quote"] is None


def exit_of(reason: str, result: str, **changes: Any) -> TradeRow:
    return attrs.evolve(TradeRow(purpose="exit", reason=reason, result_quote=D(result)), **changes)


def test_executed_exits_are_counted_by_reason_with_what_each_brought() -> None:
    told = report(
        watched(()),
        [
            TradeRow(),
            exit_of("take_profit", "0.20"),
            exit_of("stop_loss", "-0.55"),
            exit_of("take_profit", "0.30"),
            exit_of("time_limit", "0", filled=D(0), filled_quote=D(0), outcome="not_filled"),
            exit_of("stop_loss", "-0.01", filled=D(0), filled_quote=D(0), outcome="dust_written_off"),
        ],
    )

    assert told.exits_by_reason == (
        ExitGroup("stop_loss", 2, D("-0.56")),
        ExitGroup("take_profit", 2, D("0.50")),
    )
    assert (told.result_quote, told.gains, told.losses) == (D("-0.06"), 2, 2)
    text = "\n".join(drop_report_lines(told))
    assert "2 take_profit, +0.500000 USDT" in text
    assert "+0.200000 USDT, take_profit, 1 try, filled" in text


def test_slippage_is_measured_from_the_touch_and_a_better_price_is_negative() -> None:
    bought_dearer = TradeRow(filled=D(2), filled_quote=D("200.2"), touch=D(100))
    sold_cheaper = exit_of("stop_loss", "0", filled=D(1), filled_quote=D("98.9"), touch=D(99))
    sold_dearer = exit_of("take_profit", "0", filled=D(1), filled_quote=D("102.5"), touch=D(102))
    told = report(watched(()), [bought_dearer, sold_cheaper, sold_dearer, TradeRow()])

    assert told.entry_slippage == Slippage(1, D("0.2"), D(10))
    assert (told.exit_slippage.trades, told.exit_slippage.cost_quote) == (2, D("-0.4"))
    assert [trade.slippage_bps is None for trade in told.trades] == [False, False, False, True]
    assert any(line.startswith("  slippage of entries") and "+10.00 bps" in line for line in drop_report_lines(told))


def test_open_positions_and_fees_of_every_currency_are_listed() -> None:
    fees = (("MX", D("0.01")), ("USDT", D("0.02")), ("MX", D("0.03")))
    told = drop_report(DropRows(venue="mexc", quote="USDT", fees=fees, positions=(PositionRow(),)))

    assert told.fees == (("MX", D("0.04")), ("USDT", D("0.02")))
    (held,) = told.positions
    assert (held.entry_price, held.cost_quote) == (D("97.6"), D("24.52"))
    text = "\n".join(drop_report_lines(told))
    assert "AAA/USDT 0.25 at 97.6, cost 24.520000 USDT, since 2023-11-14 22:13:20 UTC" in text
    assert "0.04 MX, 0.02 USDT" in text
    assert drop_report_values(told)["fees"] == {"MX": "0.04", "USDT": "0.02"}


def test_a_position_that_was_not_quoted_at_the_end_says_since_when() -> None:
    stale = (("AAA/USDT", 1_700_000_000_000_000_000), ("SOLD/USDT", 1))
    told = drop_report(DropRows(venue="mexc", quote="USDT", positions=(PositionRow(),), stale=stale))

    assert told.positions[0].stale_since_ns == stale[0][1]
    assert any(line.endswith("NOT QUOTED since 2023-11-14 22:13:20 UTC") for line in drop_report_lines(told))
    assert drop_report_values(told)["positions"][0]["stale_since_ns"] == stale[0][1]


REASONS = st.lists(st.sampled_from(BlockReason), max_size=3, unique=True).map(tuple)


@given(st.lists(REASONS, max_size=20), st.lists(st.sampled_from(TradeRefusal), max_size=5), st.booleans())
def test_a_session_has_a_purchase_or_a_reason_and_never_both(
    drops: list[tuple[BlockReason, ...]], refusals: list[TradeRefusal], bought: bool
) -> None:
    counts = watched(*drops)
    for refusal in refusals[: counts.proposed]:
        counts = counts.with_refusal(refusal.value, TradePurpose.ENTRY)
    told = report(counts, [TradeRow() if bought else NO_FILL])
    assert bool(told.why_nothing) is not bought
    assert told.drops == told.blocked + told.unanswered + sum(count for _, count in told.refused_by_risk)
    assert sum(count for _, count in told.blocked_only_by) <= told.blocked <= sum(count for _, count in told.blocked_by)
