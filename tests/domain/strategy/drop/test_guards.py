"""Each guard blocks for its own reason; what is not known blocks where it is needed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import attrs
import pytest

from neo.domain.strategy.drop.guards import (
    BlockReason,
    GuardRules,
    MarketConditions,
    SymbolConditions,
    block_reasons,
)

RULES = GuardRules(
    quote_max_age_ns=10,
    max_positions=3,
    cooldown_ns=100,
    spread_max_bps=Decimal(20),
    volume_24h_min=Decimal(1000),
    below_average_max_bps=Decimal(500),
    volatility_max_bps=Decimal(300),
    btc_fall_max_bps=Decimal(200),
    falling_share_max=Decimal("0.6"),
)
GOOD = SymbolConditions(
    bid=Decimal("99.95"),
    ask=Decimal("100.05"),
    quote_age_ns=10,
    volume_24h=Decimal(1000),
    moving_average=Decimal(103),
    volatility_bps=Decimal(300),
    since_closed_ns=100,
)
CALM = MarketConditions(open_positions=2, btc_change_bps=Decimal(-200), falling_share=Decimal("0.6"))


def test_conditions_exactly_at_every_limit_are_good_enough() -> None:
    assert block_reasons(RULES, GOOD, CALM) == ()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"quote_age_ns": 11}, BlockReason.STALE_QUOTE),
        ({"bid": Decimal("99.8")}, BlockReason.SPREAD),
        ({"bid": Decimal("100.06")}, BlockReason.SPREAD),
        ({"bid": Decimal(0)}, BlockReason.SPREAD),
        ({"volume_24h": Decimal(999)}, BlockReason.VOLUME),
        ({"volume_24h": None}, BlockReason.VOLUME),
        ({"moving_average": Decimal(106)}, BlockReason.MOVING_AVERAGE),
        ({"moving_average": None}, BlockReason.MOVING_AVERAGE),
        ({"volatility_bps": Decimal(301)}, BlockReason.VOLATILITY),
        ({"volatility_bps": None}, BlockReason.VOLATILITY),
        ({"since_closed_ns": 99}, BlockReason.COOLDOWN),
        ({"has_position": True}, BlockReason.POSITION_EXISTS),
        ({"order_is_possible": False}, BlockReason.MINIMUM_ORDER),
    ],
)
def test_each_condition_of_the_symbol_blocks_for_its_own_reason(change: dict[str, Any], reason: BlockReason) -> None:
    assert block_reasons(RULES, attrs.evolve(GOOD, **change), CALM) == (reason,)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"btc_change_bps": Decimal(-201)}, BlockReason.BTC_TREND),
        ({"btc_change_bps": None}, BlockReason.BTC_TREND),
        ({"falling_share": Decimal("0.61")}, BlockReason.FALLING_MARKET),
        ({"falling_share": None}, BlockReason.FALLING_MARKET),
        ({"open_positions": 3}, BlockReason.MAX_POSITIONS),
    ],
)
def test_each_condition_of_the_market_blocks_for_its_own_reason(change: dict[str, Any], reason: BlockReason) -> None:
    assert block_reasons(RULES, GOOD, attrs.evolve(CALM, **change)) == (reason,)


@pytest.mark.parametrize(
    ("switch", "reason"),
    [("global_trading", BlockReason.TRADING_OFF), ("order_flow_enabled", BlockReason.ORDER_FLOW)],
)
def test_the_operators_switches_block_by_themselves(switch: str, reason: BlockReason) -> None:
    off: dict[str, Any] = {switch: False}
    assert block_reasons(attrs.evolve(RULES, **off), GOOD, CALM) == (reason,)


def test_a_guard_that_is_switched_off_needs_to_know_nothing() -> None:
    rules = GuardRules(quote_max_age_ns=10, max_positions=3, cooldown_ns=100)
    nothing_known = SymbolConditions(bid=Decimal(0), ask=Decimal(0), quote_age_ns=0)
    assert block_reasons(rules, nothing_known, MarketConditions(open_positions=0)) == ()


def test_all_reasons_are_named_together() -> None:
    symbol = attrs.evolve(GOOD, quote_age_ns=11, has_position=True)
    assert block_reasons(RULES, symbol, attrs.evolve(CALM, open_positions=9)) == (
        BlockReason.STALE_QUOTE,
        BlockReason.POSITION_EXISTS,
        BlockReason.MAX_POSITIONS,
    )
