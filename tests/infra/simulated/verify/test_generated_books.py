"""The verifier follows recordings unlike the two that exist: other sizes, fees, ticks, times, fuller ledgers."""

from __future__ import annotations

from typing import Any

import pytest

from neo.infra.simulated.verify.recording import Course, read_course
from neo.infra.simulated.verify.run import verify_recording
from tests.infra.simulated.verify.generated_book import BookPlan, generate

PLANS = {
    "plain": BookPlan(seed=1),
    "seven accounts": BookPlan(seed=2, traders=7, ledgers=80),
    "offers rest at the start": BookPlan(seed=3, resting_at_start=15),
    "five transactions a ledger": BookPlan(seed=4, for_each_ledger=5, ledgers=25),
    "no ledger indexes": BookPlan(seed=5, tells_ledgers=False),
    "a transfer fee": BookPlan(seed=6, transfer_rate=1_002_000_000),
    "a tick size": BookPlan(seed=7, tick_size=5),
    "a fee, a tick and a pool": BookPlan(seed=8, transfer_rate=1_010_000_000, tick_size=6, pool_fee=100),
    "a pool of another fee": BookPlan(seed=9, pool_fee=1_000),
    "a pool without a fee": BookPlan(seed=10, pool_fee=0),
    "expirations": BookPlan(seed=11, lifetime_s=30, ledgers=100),
    "expirations at an odd time": BookPlan(seed=12, lifetime_s=12, ledgers=100, start_s=851_234_567),
    "everything": BookPlan(
        seed=13,
        traders=5,
        for_each_ledger=3,
        pool_fee=250,
        transfer_rate=1_000_500_000,
        lifetime_s=15,
        resting_at_start=9,
    ),
}


@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
def test_a_generated_book_is_reproduced(plan: BookPlan) -> None:
    verification = verify_recording(read_course("generated", generate(plan)))

    assert verification.mismatches == []
    assert verification.matches["final"] == plan.ledgers * plan.for_each_ledger
    assert verification.matches["offers"] > 20


def _course(content: dict[str, Any]) -> Course:
    return read_course("generated", content)


def test_a_ledger_time_that_the_recording_tells_is_used() -> None:
    content = generate(BookPlan(seed=14, lifetime_s=10, ledgers=40))
    sent = [entry for entry in content["entries"] if "trimmed_tx" in entry]
    for number, entry in enumerate(sent):
        entry["close_time"] = 848_000_001 + number

    assert verify_recording(_course(content)).is_equal
    for entry in sent:
        entry["close_time"] += 1_000_000
    assert not verify_recording(_course(content)).is_equal


def test_an_issuer_that_no_view_shows_is_one_without_fee_and_tick() -> None:
    content = generate(BookPlan(seed=15))
    issuer = content["entries"][0]["request"]["params"][0]["account"]
    content["entries"] = [
        entry
        for entry in content["entries"]
        if entry.get("request", {}).get("params", [{}])[0].get("account") != issuer
    ]

    assert verify_recording(_course(content)).is_equal
