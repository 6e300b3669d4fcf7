"""Many lives of the engine with everything going wrong: every invariant holds on every seed.

`neo simulate --seeds 0-199 --hours 2 --faults default` is the long form of the same.
"""

from __future__ import annotations

import os
import subprocess
import sys
from decimal import Decimal

import pytest

from neo.harness import PLANS, run_seed
from tests.simulation.plants import BUGS, Planted

HALF_AN_HOUR = Decimal("0.5")
CAMPAIGN = (
    *(("default", seed) for seed in range(20)),
    *(("crashes", seed) for seed in range(100, 106)),
    *(("kills", seed) for seed in range(200, 206)),
    *(("venue", seed) for seed in range(300, 304)),
    ("none", 400),
)


@pytest.mark.parametrize(("plan", "seed"), CAMPAIGN, ids=lambda value: str(value))
def test_every_invariant_holds_whatever_goes_wrong(plan: str, seed: int) -> None:
    report = run_seed(seed, HALF_AN_HOUR, PLANS[plan])

    assert report.broken == (), f"again: neo simulate --seeds {seed} --hours 0.5 --faults {plan}"
    assert report.orders > 50
    assert report.ended[-1].halt_reason == "interrupted_sigterm"


def test_the_faults_of_a_campaign_do_happen() -> None:
    reports = [run_seed(seed, HALF_AN_HOUR, PLANS["kills"]) for seed in range(200, 202)]

    assert sum(report.kills for report in reports) > 0
    assert all(report.boots >= 1 + report.kills for report in reports)


_DIGEST = """
from decimal import Decimal
from neo.harness import PLANS, run_seed
for seed in (3, 4):
    print(run_seed(seed, Decimal("0.25"), PLANS["default"], digest=True).digest)
"""


def _digests(hash_seed: str) -> list[str]:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    done = subprocess.run([sys.executable, "-c", _DIGEST], env=environment, capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_a_seed_lives_the_same_life_in_another_process_with_another_hash_seed() -> None:
    first, second = _digests("1"), _digests("4242")

    assert first == second
    assert len(set(first)) == 2, "two seeds must not live the same life"


@pytest.mark.parametrize("bug", BUGS.values(), ids=BUGS.keys())
def test_a_planted_bug_is_found_and_its_seed_finds_it_again(bug: Planted) -> None:
    for seed in range(bug.seeds):
        report = run_seed(seed, HALF_AN_HOUR, bug.plan, plant=bug.plant)
        if report.broken:
            break

    assert {broken.invariant for broken in report.broken} & set(bug.invariants)
    again = run_seed(seed, HALF_AN_HOUR, bug.plan, plant=bug.plant)
    assert again.broken == report.broken
    assert run_seed(seed, HALF_AN_HOUR, bug.plan).broken == (), "without the bug the same seed is clean"
