"""Many lives of the drop buyer with everything going wrong: every invariant holds on every seed.

`neo simulate --config config/drop.toml --seeds 0-2999 --hours 0.2 --faults default` is the long form of the same.
"""

from __future__ import annotations

from decimal import Decimal

import attrs
import pytest

from neo.domain.config.configuration import Config
from neo.harness import PLANS, World, run_seed
from tests.simulation.drop_plants import DROP_BUGS, PlantedDrop, drop_config, tight_config

QUARTER = Decimal("0.25")
CAMPAIGN = (
    *(("default", seed) for seed in range(12)),
    *(("crashes", seed) for seed in range(100, 103)),
    *(("kills", seed) for seed in range(200, 204)),
    *(("venue", seed) for seed in range(300, 303)),
)


def binance_config() -> Config:
    """New orders are answered with their status; fees are taken from what is bought, or from BNB while there is any."""
    config = tight_config()
    watched = (*config.exchange.watchlist[:-1], "BNB/USDT")
    return attrs.evolve(config, exchange=attrs.evolve(config.exchange, name="binance", watchlist=watched))


@pytest.mark.parametrize(("plan", "seed"), CAMPAIGN, ids=lambda value: str(value))
def test_every_invariant_of_the_exchange_side_holds_whatever_goes_wrong(plan: str, seed: int) -> None:
    config = binance_config() if seed % 2 else tight_config()
    report = run_seed(seed, QUARTER, PLANS[plan], config=config)

    assert report.broken == ()
    assert report.fills > 0


def test_a_trade_whose_orders_could_not_leave_has_more_names_than_limits_and_no_more_orders() -> None:
    """Seed 3460 of config/drop.toml: names were allowed by the number of limits, and tries that never left have names too."""
    report = run_seed(3_460, Decimal("0.2"), PLANS["default"], config=drop_config())

    assert report.broken == ()
    assert report.fills > 0


@pytest.mark.parametrize("bug", DROP_BUGS.values(), ids=DROP_BUGS.keys())
def test_a_planted_bug_of_the_exchange_side_is_found(bug: PlantedDrop) -> None:
    def plant(world: World) -> None:
        world.replaced.update(bug.actors)

    for seed in range(bug.seeds):
        report = run_seed(seed, QUARTER, bug.plan, config=bug.config(), plant=plant)
        if report.broken:
            break

    assert {broken.invariant for broken in report.broken} & set(bug.invariants)
    assert run_seed(seed, QUARTER, bug.plan, config=bug.config()).broken == (), "without the bug the same seed is clean"
