"""Symbols move between tiers by rule, and do not flutter."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from neo.domain.market.tiers import Placement, SymbolStanding, Tier, TierRules, placed

RULES = TierRules(hot_within_bps=Decimal(50), cool_beyond_bps=Decimal(80), hot_after_drop_ns=300, dwell_ns=60)


def standing(distance: int | None = 500, since_drop: int | None = None, money: bool = False) -> SymbolStanding:
    return SymbolStanding(
        distance_bps=None if distance is None else Decimal(distance), since_drop_ns=since_drop, has_money_in_it=money
    )


def test_a_symbol_near_its_trigger_becomes_hot_at_once() -> None:
    assert placed(RULES, Placement(Tier.COLD, 0), standing(50), 1) == Placement(Tier.HOT, 1)
    assert placed(RULES, Placement(Tier.COLD, 0), standing(51), 1) == Placement(Tier.COLD, 0)


def test_a_hot_symbol_leaves_only_beyond_the_outer_band_and_after_its_time() -> None:
    hot = Placement(Tier.HOT, 0)
    assert placed(RULES, hot, standing(80), 1000) == hot
    assert placed(RULES, hot, standing(81), 59) == hot
    assert placed(RULES, hot, standing(81), 60) == Placement(Tier.COLD, 60)


def test_money_in_a_symbol_keeps_it_warm() -> None:
    assert placed(RULES, Placement(Tier.COLD, 0), standing(money=True), 1) == Placement(Tier.WARM, 1)
    assert placed(RULES, Placement(Tier.HOT, 0), standing(money=True), 60) == Placement(Tier.WARM, 60)


def test_a_drop_keeps_a_symbol_hot_for_a_while() -> None:
    assert placed(RULES, Placement(Tier.HOT, 0), standing(since_drop=299), 500).tier is Tier.HOT
    assert placed(RULES, Placement(Tier.HOT, 0), standing(since_drop=300), 500).tier is Tier.COLD


def test_a_symbol_without_a_price_is_cold() -> None:
    assert placed(RULES, Placement(Tier.COLD, 0), standing(None), 1).tier is Tier.COLD


@given(st.lists(st.integers(45, 85), min_size=2, max_size=200))
def test_a_price_that_trembles_around_the_line_moves_a_symbol_seldom(distances: list[int]) -> None:
    placement, moves = Placement(Tier.COLD, -1000), []
    for at, distance in enumerate(distances):
        after = placed(RULES, placement, standing(distance), at)
        if after != placement:
            moves.append(at)
        placement = after
    demotions = moves[1::2]  # it begins cold: every second move is one
    assert all(down - up >= RULES.dwell_ns for up, down in zip(moves[::2], demotions, strict=False))
