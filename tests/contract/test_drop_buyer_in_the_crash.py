"""19 May 2021 on 20 markets: the drops are those of a plain count, each has one fate, and the report tells all of it."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from neo.domain.config.drop import DropConfig
from neo.domain.messages.dropping import TradePurpose
from neo.domain.session.drop_report import DropReport, drop_report
from neo.domain.session.drop_report_text import drop_report_lines
from neo.domain.session.drop_rows import DropRows
from neo.domain.strategy.drop.anchor import DropTriggerMode
from tests.contract.drop_replay import VENUE, Market, Replay, recorded_markets
from tests.contract.plain_drops import plain_drops

MODES = [mode.value for mode in DropTriggerMode]


@pytest.fixture(scope="module")
def markets(shared_recordings: Path) -> tuple[Market, ...]:
    return recorded_markets(shared_recordings)


@pytest.fixture(scope="module", params=MODES)
def replayed(request: pytest.FixtureRequest, markets: tuple[Market, ...]) -> tuple[DropConfig, Replay]:
    config = DropConfig(drop_trigger_mode=request.param)
    return config, Replay(config).run(markets)


def report(replay: Replay) -> DropReport:
    return drop_report(DropRows(venue=VENUE, quote="USDT", counts=replay.state.counts, trades=replay.executed))


def test_the_drops_of_every_symbol_are_those_of_a_plain_count(
    replayed: tuple[DropConfig, Replay], markets: tuple[Market, ...]
) -> None:
    config, replay = replayed
    assert len(markets) == 20
    for market in markets:
        before = [(bar.at_ns, bar.close) for bar in market.before]
        prices = [(bar.at_ns, bar.close) for bar in market.day]
        closes = [(at_ns, price) for symbol, at_ns, price in replay.closed if symbol == market.symbol]
        found = replay.dropped_at_ns.get(market.symbol, [])
        assert found == plain_drops(config, before, prices, closes), market.symbol
    assert len(replay.drops) > len(markets)


def test_every_drop_has_one_fate(replayed: tuple[DropConfig, Replay]) -> None:
    _, replay = replayed
    counts = replay.state.counts
    bought = [row for row in replay.executed if row.purpose == TradePurpose.ENTRY.value]
    refused = [each for each in replay.refused if each.trade.purpose is TradePurpose.ENTRY]
    assert counts.drops == len(replay.drops) == len(replay.fates)
    assert len([fate for fate in replay.fates if not fate]) == len(bought) + len(refused)
    assert counts.drops == counts.blocked + len(bought) + len(refused)
    assert len({row.intent_id for row in replay.executed}) == len(replay.executed)


def test_refusals_are_counted_by_guard_and_agree_with_what_was_held(replayed: tuple[DropConfig, Replay]) -> None:
    _, replay = replayed
    assert replay.disagreements == []
    named = Counter(reason for fate in replay.fates if fate for reason in fate.split(","))
    assert dict(replay.state.counts.blocked_by) == named
    alone = Counter(fate for fate in replay.fates if fate and "," not in fate)
    assert dict(replay.state.counts.blocked_only_by) == alone


def test_the_report_has_every_trade_and_its_money(replayed: tuple[DropConfig, Replay]) -> None:
    _, replay = replayed
    told = report(replay)
    assert [trade.intent_id for trade in told.trades] == [row.intent_id for row in replay.executed]
    assert told.unanswered == 0
    assert told.why_nothing == ""
    assert told.result_quote == replay.deposit - 400
    assert sum(count for _, count in told.refused_by_risk) == len(replay.refused)
    sold = sum(1 for row in replay.executed if row.purpose == TradePurpose.EXIT.value)
    assert sum(count for _, count in told.exits) == sold


@pytest.mark.parametrize(
    ("config", "deposit", "because"),
    [
        (DropConfig(global_trading=False), Decimal(400), "the engine was not trading"),
        (DropConfig(order_flow_enabled=False), Decimal(400), "order_flow_enabled is off"),
        (DropConfig(volume_24h_min=Decimal(10**12)), Decimal(400), "too little volume in 24 hours"),
        (DropConfig(drop_trigger_value=Decimal("0.51")), Decimal(400), "no symbol fell to its trigger"),
        (DropConfig(), Decimal(60), "cash_reserve_usdt would have been touched"),
    ],
)
def test_when_nothing_was_bought_the_report_says_why(
    markets: tuple[Market, ...], config: DropConfig, deposit: Decimal, because: str
) -> None:
    replay = Replay(config, deposit).run(markets)
    told = report(replay)
    assert replay.executed == []
    assert because in told.why_nothing
    assert drop_report_lines(told)[-1] == told.why_nothing
