"""Every rule between keys: it accepts what agrees, and names both sides of what does not."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from neo.domain.config.agreement import AGREEMENTS, contradictions, side_value
from neo.domain.config.choices import Mode

AGREEING: dict[str, Any] = {
    "mode": Mode.SIM,
    "speed": Decimal(60),
    "engine.tick_interval_seconds": Decimal(4),
    "strategy.requote_interval_seconds": Decimal(4),
    "alerts.channels_env": "NEO_ALERT_CHANNELS",
    "alerts.webhook_env": "NEO_ALERT_WEBHOOK",
    "strategy.clob_switch_threshold_bps": Decimal(3),
    "strategy.anchor_max_divergence_bps": Decimal(10),
    "strategy.price_floor": Decimal("0.1"),
    "strategy.price_ceiling": Decimal(10),
    "strategy.bid_offset_bps": Decimal(6),
    "strategy.ask_offset_bps": Decimal(6),
    "strategy.min_spread_bps": Decimal(4),
    "strategy.viability.adverse_move_bps": Decimal("1.5"),
    "strategy.viability.max_spread_bps": Decimal(60),
    "strategy.expiration_s": 120,
    "strategy.levels": 1,
    "strategy.level_size_step": Decimal(0),
    "order_size.base_size_rlusd": Decimal(15),
    "risk.max_xrp_exposure": Decimal(2500),
    "risk.max_rlusd_exposure": Decimal(2500),
    "risk.max_drawdown_rlusd": Decimal(500),
    "risk.max_orders_per_minute": 120,
    "risk.market_data_age_max_s": Decimal(20),
    "risk.ledger_age_max_s": Decimal(20),
    "heartbeat.interval_s": Decimal(5),
    "heartbeat.timeout_s": Decimal(20),
    "xrpl.base": "XRP",
    "xrpl.nodes": ("wss://one.example",),
    "xrpl.quote": "RLUSD",
    "xrpl.account": "rB8ARcAqkfZvz2bHqDKvB9Y8C36mT4xy5T",
    "xrpl.issuer": "rMxCKbEDwqr76QuheSUMdEGf4B9xJ8m5De",
    "sim.start_price": Decimal("0.52"),
    "sim.wallet_xrp": Decimal(1000),
    "sim.wallet_rlusd": Decimal(1000),
    "sim.ledger_close_s": Decimal(4),
    "paper.wallet_rlusd": Decimal(500),
    "storage.path": "state/neo.db",
    "session.directory": "sessions",
    "engine.strategies": ("market_maker",),
    "exchange.watchlist": ("BTC/USDT", "XRP/USDT"),
    "exchange.quote": "USDT",
    "exchange.hot_within_bps": Decimal(60),
    "exchange.cool_beyond_bps": Decimal(100),
    "exchange_risk.position_size_usdt": Decimal(25),
    "exchange_risk.symbol_cap_usdt": Decimal(30),
    "exchange_risk.max_quote_exposure": Decimal(250),
    "exits.take_profit_bps": Decimal(50),
    "exits.stop_loss_bps": Decimal(100),
    "exits.switch_above_bps": Decimal(10),
    "exits.switch_below_bps": Decimal(40),
    "exits.ladder_step_bps": Decimal(10),
    "exits.exit_tries_max": 5,
    "exchange.cold_interval_s": Decimal(6),
    "exchange_risk.market_data_age_max_s": Decimal(30),
    "drop.entry_premium_bps": Decimal(5),
    "drop.entry_premium_step_bps": Decimal(10),
    "drop.entry_tries_max": 3,
}

# One disagreement each: what is changed, and the key that must be complained about.
DISAGREEMENTS: list[tuple[dict[str, Any], str]] = [
    ({"strategy.requote_interval_seconds": Decimal(5)}, "strategy.requote_interval_seconds"),
    ({"alerts.channels_env": "NEO_ALERT_WEBHOOK"}, "alerts.channels_env"),
    ({"strategy.anchor_max_divergence_bps": Decimal(3)}, "strategy.anchor_max_divergence_bps"),
    ({"strategy.price_ceiling": Decimal("0.1"), "mode": Mode.REPLAY}, "strategy.price_ceiling"),
    ({"strategy.min_spread_bps": Decimal("12.5")}, "strategy.min_spread_bps"),
    ({"strategy.bid_offset_bps": Decimal(55)}, "strategy.viability.max_spread_bps"),
    (
        {"strategy.min_spread_bps": Decimal(8), "strategy.viability.max_spread_bps": Decimal(7)},
        "strategy.viability.max_spread_bps",
    ),
    ({"strategy.viability.adverse_move_bps": Decimal(60)}, "strategy.viability.max_spread_bps"),
    ({"strategy.expiration_s": 4}, "strategy.expiration_s"),
    ({"order_size.base_size_rlusd": Decimal(2501)}, "order_size.base_size_rlusd"),
    ({"risk.max_drawdown_rlusd": Decimal(5000)}, "risk.max_drawdown_rlusd"),
    ({"risk.max_orders_per_minute": 29}, "risk.max_orders_per_minute"),
    ({"strategy.levels": 5}, "risk.max_orders_per_minute"),
    ({"risk.market_data_age_max_s": Decimal(3)}, "risk.market_data_age_max_s"),
    ({"risk.ledger_age_max_s": Decimal(4)}, "risk.ledger_age_max_s"),
    ({"heartbeat.timeout_s": Decimal(5)}, "heartbeat.timeout_s"),
    ({"mode": Mode.PAPER, "speed": Decimal(1), "xrpl.nodes": ()}, "xrpl.nodes"),
    ({"mode": Mode.LIVE, "speed": Decimal(1), "xrpl.nodes": ()}, "xrpl.nodes"),
    ({"xrpl.quote": "XRP"}, "xrpl.quote"),
    ({"xrpl.account": "rMxCKbEDwqr76QuheSUMdEGf4B9xJ8m5De"}, "xrpl.account"),
    ({"sim.start_price": Decimal("0.05")}, "sim.start_price"),
    ({"sim.wallet_xrp": Decimal(5000)}, "sim.wallet_xrp"),
    ({"sim.wallet_rlusd": Decimal(2501)}, "sim.wallet_rlusd"),
    ({"mode": Mode.PAPER}, "speed"),
    ({"mode": Mode.PAPER, "speed": Decimal(1), "paper.wallet_rlusd": Decimal(2501)}, "paper.wallet_rlusd"),
    ({"session.directory": "state/neo.db/"}, "storage.path"),
    ({"exchange.watchlist": ()}, "exchange.watchlist"),
    ({"exchange.watchlist": ("BTC/USDC",)}, "exchange.watchlist"),
    ({"exchange.cool_beyond_bps": Decimal(60)}, "exchange.cool_beyond_bps"),
    ({"exchange_risk.symbol_cap_usdt": Decimal(24)}, "exchange_risk.position_size_usdt"),
    ({"exits.take_profit_bps": Decimal(10)}, "exits.take_profit_bps"),
    ({"exits.stop_loss_bps": Decimal(40)}, "exits.stop_loss_bps"),
    ({"exits.ladder_step_bps": Decimal(1000), "exits.exit_tries_max": 7}, "exits.ladder_step_bps"),
    ({"exchange_risk.market_data_age_max_s": Decimal(6)}, "exchange_risk.market_data_age_max_s"),
    ({"exchange_risk.symbol_cap_usdt": Decimal(25)}, "exchange_risk.symbol_cap_usdt"),
]


def test_values_that_agree_have_no_contradiction() -> None:
    assert contradictions(AGREEING) == ()


@pytest.mark.parametrize(("changed", "path"), DISAGREEMENTS, ids=[path for _, path in DISAGREEMENTS])
def test_a_disagreement_is_reported_at_the_key_to_correct(changed: dict[str, Any], path: str) -> None:
    found = contradictions(AGREEING | changed)

    assert path in [each.path for each in found]
    assert all(each.related for each in found)


def test_every_rule_is_broken_by_one_of_the_examples() -> None:
    broken = set()
    for changed, _ in DISAGREEMENTS:
        values = AGREEING | changed
        broken |= {rule.complaint for rule in AGREEMENTS if rule.complaint(*(values[path] for path in rule.paths))}

    assert {rule.complaint for rule in AGREEMENTS} == broken


def test_a_rule_waits_for_all_of_its_keys() -> None:
    values = AGREEING | {"strategy.requote_interval_seconds": Decimal(5)}
    del values["engine.tick_interval_seconds"]

    assert contradictions(values) == ()


def test_a_rule_at_its_boundary_accepts_what_can_just_work() -> None:
    values = AGREEING | {
        "risk.max_orders_per_minute": 30,
        "strategy.min_spread_bps": Decimal(12),
        "risk.market_data_age_max_s": Decimal(4),
        "order_size.base_size_rlusd": Decimal(2500),
    }

    assert contradictions(values) == ()


def test_the_value_of_a_side_adds_growing_levels() -> None:
    assert side_value(Decimal(10), 3, Decimal("0.5")) == Decimal(10) + Decimal(15) + Decimal(20)


@pytest.mark.parametrize("mode", [Mode.PAPER, Mode.LIVE, Mode.REPLAY])
def test_the_start_price_of_the_simulation_does_not_matter_elsewhere(mode: Mode) -> None:
    values = AGREEING | {"mode": mode, "speed": Decimal(1), "strategy.price_floor": Decimal(1)}

    assert contradictions(values) == ()
