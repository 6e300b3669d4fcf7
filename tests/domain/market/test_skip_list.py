"""A delisted symbol costs one event and nothing after it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from neo.domain.market.skip_list import ALERT_WINDOW_NS, SkipList

SYMBOLS = st.sampled_from(["AAA/USDT", "BBB/USDT", "CCC/USDT", "DDD/USDT"])


def skipping(count: int, at_ns: int = 0) -> SkipList:
    skips = SkipList()
    for number in range(count):
        skips = skips.skipped(f"S{number}/USDT", at_ns, "unknown symbol")
    return skips


def test_a_symbol_is_entered_once_and_keeps_its_first_entry() -> None:
    skips = SkipList().skipped("XPLUS/USDT", 1, "bad symbol")
    assert skips.skipped("XPLUS/USDT", 2, "bad symbol") is skips
    assert ("XPLUS/USDT" in skips, "BTC/USDT" in skips, len(skips)) == (True, False, 1)


def test_a_reload_that_lists_the_symbol_again_brings_it_back() -> None:
    skips = SkipList().skipped("A/USDT", 1, "x").skipped("B/USDT", 2, "x")
    left, back = skips.reloaded({"B/USDT", "C/USDT"})
    assert [entry.symbol for entry in back] == ["B/USDT"]
    assert ("A/USDT" in left, "B/USDT" in left) == (True, False)
    assert left.reloaded({"C/USDT"}) == (left, ())


def test_twenty_at_once_are_alarming_and_one_is_not() -> None:
    assert not skipping(1).is_alarming(0, 5)
    assert not skipping(5).is_alarming(0, 5)
    assert skipping(6).is_alarming(0, 5)
    assert skipping(20).is_alarming(ALERT_WINDOW_NS - 1, 5)
    assert not skipping(20).is_alarming(ALERT_WINDOW_NS, 5)


@given(st.lists(st.tuples(st.booleans(), SYMBOLS), max_size=40))
def test_the_list_holds_exactly_what_was_entered_and_not_listed_since(steps: list[tuple[bool, str]]) -> None:
    skips, expected = SkipList(), set()
    for at_ns, (enters, symbol) in enumerate(steps):
        if enters:
            skips = skips.skipped(symbol, at_ns, "x")
            expected.add(symbol)
        else:
            skips, _ = skips.reloaded({symbol})
            expected.discard(symbol)
    assert {entry.symbol for entry in skips.entries} == expected
    assert len(skips) == len(expected)
