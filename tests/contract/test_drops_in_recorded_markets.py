"""Drops found in a recorded month of 20 markets, held against counts that somebody else made of the same data.

The counts stand in the table of the recordings' own README: `episodes` are rising edges of close ≤ 0.985 × the highest
close of the last five minutes.
"""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from neo.domain.strategy.drop.anchor import AnchorRules, DropAnchor, DropTriggerMode, observed
from neo.domain.strategy.drop.trigger import DropTrigger, TriggerRules, judge
from neo.domain.units import NS_PER_MS, NS_PER_S

MONTH = "ohlcv_1m_2021-04-20_2021-05-20"
_ROW = re.compile(r"^\| (\w+_USDT) \|.*\| (\d+) \| \d+ \|$", re.MULTILINE)
ANCHOR_RULES = AnchorRules(
    mode=DropTriggerMode.ROLLING_PEAK,
    lookback_ns=300 * NS_PER_S,
    clamp_above_peak_bps=Decimal(0),
    stale_after_ns=3600 * NS_PER_S,
    start_above_max_bps=Decimal(0),
)
TRIGGER_RULES = TriggerRules(value=Decimal("0.985"), rearm_bps=Decimal(0), confirm_ticks=1, debounce_ns=0)


def closes(path: Path) -> Iterator[tuple[int, Decimal]]:
    with gzip.open(path, "rt", newline="") as lines:
        for row in csv.DictReader(lines):
            yield int(row["ts_ms"]) * NS_PER_MS, Decimal(row["close"])


def drops(path: Path) -> int:
    anchor, trigger, count = DropAnchor.fresh(ANCHOR_RULES), DropTrigger(), 0
    for at_ns, price in closes(path):
        anchor = observed(ANCHOR_RULES, anchor, price, at_ns)
        peak = anchor.price(ANCHOR_RULES.mode)
        assert peak is not None
        trigger, drop = judge(TRIGGER_RULES, trigger, price, peak, at_ns)
        count += drop is not None
    return count


@pytest.mark.parametrize("symbol", ["AAVE_USDT", "BTC_USDT", "DOGE_USDT", "NEO_USDT", "XRP_USDT"])
def test_the_drops_of_a_month_are_those_that_others_counted(shared_recordings: Path, symbol: str) -> None:
    market = shared_recordings / "market"
    counted = dict(_ROW.findall((market / "README.md").read_text()))
    assert drops(market / MONTH / f"{symbol}.csv.gz") == int(counted[symbol])
