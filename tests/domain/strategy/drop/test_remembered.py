"""Anchors and counts outlive a restart, and whatever stands in their rows does no harm."""

from __future__ import annotations

import json
from decimal import Decimal

import attrs
from hypothesis import example, given
from hypothesis import strategies as st

from neo.domain.messages.dropping import MarketsUpdated, TradePurpose
from neo.domain.messages.storage import Recovery
from neo.domain.strategy.drop.anchor import DropTriggerMode, StoredAnchor
from neo.domain.strategy.drop.buyer import BuyerState, remembering
from neo.domain.strategy.drop.exits import ExitReason
from neo.domain.strategy.drop.guards import BlockReason
from neo.domain.strategy.drop.ledger_of_drops import DropCounts
from neo.domain.strategy.drop.remembered import anchors_key, counts_key, stored_anchors, stored_counts, to_rows
from tests.domain.strategy.drop.buyer_desk import MINUTE_NS, RULES, BuyerDesk, market

A, B = "AAA/USDT", "BBB/USDT"
PERSISTENT = attrs.evolve(RULES, anchor=attrs.evolve(RULES.anchor, mode=DropTriggerMode.PERSISTENT_ANCHOR))
REASONS = st.lists(st.sampled_from(BlockReason), max_size=3, unique=True).map(tuple)


def written(state: BuyerState) -> Recovery:
    rows = to_rows(state, "mexc", "s")
    return Recovery(1, (), (), (), (), tuple((row.key, row.value or "") for row in rows), ())


def row(key: str, text: str) -> Recovery:
    return Recovery(1, (), (), (), (), ((key, text),), ())


def test_an_anchor_comes_back_with_its_price_and_time() -> None:
    desk = BuyerDesk(A, B)
    desk.quote(A, 100)
    assert stored_anchors(written(desk.state), "mexc") == {A: StoredAnchor(Decimal(100), desk.now_ns)}
    assert stored_anchors(written(desk.state), "binance") == {}


def test_an_anchor_stays_written_until_its_symbol_has_been_seen() -> None:
    stored = {A: StoredAnchor(Decimal(100), 7), B: StoredAnchor(Decimal(5), 7)}
    desk = BuyerDesk(A)
    desk.state = remembering(desk.state, stored, DropCounts())
    assert stored_anchors(written(desk.state), "mexc") == stored
    desk.quote(A, 90)
    assert stored_anchors(written(desk.state), "mexc")[B] == stored[B]
    assert stored_anchors(written(desk.state), "mexc")[A].seen_at_ns == desk.now_ns


def test_an_anchor_counts_whether_markets_or_books_were_heard_first() -> None:
    for markets_first in (True, False):
        desk = BuyerDesk(*([A] if markets_first else []), rules=PERSISTENT)
        desk.state = remembering(desk.state, {A: StoredAnchor(Decimal(101), desk.now_ns)}, DropCounts())
        desk.hear(MarketsUpdated("mexc", (market(A),), (), ()))
        desk.quote(A, 100)
        # one per cent above the first price, clamped to half a per cent above the rolling peak
        assert desk.state.books[A].anchor.persistent == Decimal("100.5")


def test_an_anchor_that_is_in_use_is_not_replaced_by_an_older_one() -> None:
    desk = BuyerDesk(A, rules=PERSISTENT)
    desk.quote(A, 100)
    desk.state = remembering(desk.state, {A: StoredAnchor(Decimal(200), desk.now_ns)}, DropCounts())
    desk.quote(A, 100)
    assert desk.state.books[A].anchor.persistent == 100


@given(st.lists(REASONS, max_size=10), st.lists(st.sampled_from(ExitReason), max_size=5))
def test_counts_come_back_as_they_were(drops: list[tuple[BlockReason, ...]], exits: list[ExitReason]) -> None:
    counts = DropCounts(quotes=3)
    for reasons in drops:
        counts = counts.with_drop(reasons)
    for reason in exits:
        counts = counts.with_exit(reason).with_refusal("budget", TradePurpose.EXIT).with_entry_ended("filled")
    assert counts.drops == len(drops) == counts.blocked + counts.proposed
    assert sum(counts.blocked_by.values()) == sum(len(reasons) for reasons in drops)
    assert sum(counts.exits.values()) == len(exits)
    assert counts.refused_by_risk == {}
    assert stored_counts(written(BuyerState(counts=counts)), "s") == counts
    assert stored_counts(written(BuyerState(counts=counts)), "another") == DropCounts()


JSON = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.sampled_from(["NaN", "-1", "0", "Infinity", "x"])
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from([A, "quotes", "blocked_by", "exits"]), inner, max_size=3),
    ),
    max_leaves=6,
)
ANCHOR = st.dictionaries(
    st.just(A), st.tuples(st.sampled_from(["NaN", "-1", "0", "Infinity", "1e9", "x"]), st.just(1_000 * MINUTE_NS))
)


@given(st.one_of(st.text(), JSON.map(json.dumps), ANCHOR.map(json.dumps)))
@example('{"quotes": Infinity}')
def test_whatever_stands_in_the_rows_the_buyer_goes_on(text: str) -> None:
    desk = BuyerDesk(A, rules=PERSISTENT)
    anchors = stored_anchors(row(anchors_key("mexc"), text), "mexc")
    desk.state = remembering(desk.state, anchors, stored_counts(row(counts_key("s"), text), "s"))
    desk.quotes(A, [100, 97])
    assert desk.state.books[A].anchor.persistent is not None
    assert desk.state.counts.drops >= 1
