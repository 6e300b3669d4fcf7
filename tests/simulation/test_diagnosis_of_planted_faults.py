"""The analysis of the old bot's lost session, done by the rules: each planted fault is named, and nothing else is."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from neo.domain.diagnosis.diagnosis import Diagnosis
from neo.domain.diagnosis.document import diagnosis_markdown
from neo.domain.diagnosis.problem import Weight
from neo.harness import sim_config
from tests.simulation.planted_session import Plants, diagnosed, drop_config

THE_FIVE = {
    "poll_overruns": Weight.CRITICAL,
    "order_path_failure": Weight.CRITICAL,
    "heartbeat_missed": Weight.HIGH,
    "log_directory_unwritable": Weight.MEDIUM,
    "debug_trace_failed": Weight.MEDIUM,
}
EVERYTHING = Plants(
    slow_ms=400, canceled_order_kills=True, deaf="wal_checkpointer", unwritable_logs=True, unwritable_trace=True
)


def found(diagnosis: Diagnosis) -> dict[str, Weight]:
    return {problem.key: problem.weight for problem in diagnosis.problems}


def failed(diagnosis: Diagnosis) -> list[str]:
    return [check.key for check in diagnosis.checks if check.passed is False]


@pytest.fixture(scope="module")
def lost(tmp_path_factory: pytest.TempPathFactory) -> Diagnosis:
    """The session of the old analysis, with all five faults."""
    return diagnosed(tmp_path_factory.mktemp("lost"), drop_config(all_hot=True, warn_only=True), EVERYTHING)


def test_the_five_problems_of_the_old_analysis_are_found_and_no_sixth(lost: Diagnosis) -> None:
    assert found(lost) == THE_FIVE
    assert failed(lost) == ["overruns", "cycle_time", "errors"]


def test_the_poll_interval_that_is_recommended_is_one_that_the_measured_cycles_support(lost: Diagnosis) -> None:
    (problem,) = [problem for problem in lost.problems if problem.key == "poll_overruns"]
    (hot,) = [tier for tier in lost.evidence.polling if tier.tier == "hot"]

    # 130 symbols in batches of 13 with 150 ms between them took the old bot about 6.5 s
    assert 5_000 < (hot.p50_ms or 0) < 8_000
    assert hot.p95_ms is not None
    assert hot.supported_interval_ms is not None
    late = sum(1 for duration in hot.durations_ms if duration > hot.supported_interval_ms)
    assert late <= hot.cycles * Decimal("0.05")
    assert f"exchange.hot_interval_s = {Decimal(hot.supported_interval_ms) / 1000:.1f}" in problem.advice[0]


def test_the_order_that_was_cancelled_just_before_is_named(lost: Diagnosis) -> None:
    (problem,) = [problem for problem in lost.problems if problem.key == "order_path_failure"]

    assert problem.title.startswith("exchange_router died after expired order")
    assert any("ORDER_EXPIRED of order" in line for line in problem.evidence)
    assert problem.count == 1


def test_the_document_has_everything_that_the_old_analysis_had(lost: Diagnosis) -> None:
    text = diagnosis_markdown(lost)

    for part in ("Verdict", "Validation checklist", "Problems", "Recommendations", "Polling", "Trading activity"):
        assert f"\n## {part}\n" in text
    assert "| exchange.hot_interval_s | 1.5 |" in text
    assert "130 values: BTC/USDT" in text
    assert "| FAIL | 0 polling overruns |" in text


@pytest.mark.parametrize(
    ("plants", "key"),
    [
        (Plants(slow_ms=400), "poll_overruns"),
        (Plants(deaf="wal_checkpointer"), "heartbeat_missed"),
        (Plants(unwritable_logs=True), "log_directory_unwritable"),
        (Plants(unwritable_trace=True), "debug_trace_failed"),
    ],
)
def test_one_planted_fault_is_found_alone(tmp_path: Path, plants: Plants, key: str) -> None:
    diagnosis = diagnosed(tmp_path, drop_config(symbols=40, warn_only=True), plants, minutes=6)

    assert list(found(diagnosis)) == [key]


def test_a_clean_session_of_the_drop_buyer_has_no_problem_and_passes_every_check(tmp_path: Path) -> None:
    diagnosis = diagnosed(tmp_path, drop_config(), Plants())

    assert diagnosis.problems == ()
    assert [check.passed for check in diagnosis.checks] == [True] * 7


@pytest.mark.parametrize("minutes", [5, 60])
def test_a_clean_session_of_the_market_maker_has_no_problem(tmp_path: Path, minutes: int) -> None:
    diagnosis = diagnosed(tmp_path, sim_config(), Plants(), minutes)

    assert diagnosis.problems == ()
    assert failed(diagnosis) == []
    assert diagnosis.is_sound
