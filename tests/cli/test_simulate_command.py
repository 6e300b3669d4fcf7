from __future__ import annotations

import json
from pathlib import Path

import pytest

from neo.cli.context import CliContext
from neo.cli.main import main
from neo.cli.simulate import ProgressLines
from tests.cli.fake_engine import FakeEngine


def simulated(engine: FakeEngine, *arguments: str) -> int:
    return main(["simulate", *arguments, "--jobs", "1"], CliContext(engine=lambda: engine))


def test_every_seed_is_run_and_good_news_is_short(capsys: pytest.CaptureFixture[str]) -> None:
    engine = FakeEngine()

    assert simulated(engine, "--seeds", "3-5", "--hours", "2", "--faults", "default") == 0

    assert [(job.seed, str(job.hours), job.faults) for job in engine.jobs] == [
        (3, "2.0", "default"),
        (4, "2.0", "default"),
        (5, "2.0", "default"),
    ]
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("3 seeds of 2 h, faults default: 6 fills")
    assert lines[-1] == "every invariant held on every seed"


def test_a_broken_seed_is_named_with_the_command_that_repeats_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert simulated(FakeEngine(broken_seeds=(4,)), "--seeds", "3-5", "--hours", "2") == 71

    error = capsys.readouterr().err
    assert "seed 4 BROKEN: money appeared" in error
    assert "neo simulate --seeds 4 --hours 2 --faults default" in error


def test_the_repeating_command_names_the_configuration(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    config = tmp_path / "my drop.toml"

    simulated(FakeEngine(broken_seeds=(4,)), "--seeds", "4", "--hours", "2", "--config", str(config))

    assert f"--seeds 4 --hours 2 --faults default --config '{config}'" in capsys.readouterr().err


def test_ctrl_c_ends_with_the_report_of_the_seeds_done(capsys: pytest.CaptureFixture[str]) -> None:
    engine = FakeEngine(broken_seeds=(4,), interrupted_seed=5)

    assert simulated(engine, "--seeds", "3-9", "--hours", "2") == 130

    told = capsys.readouterr()
    assert told.out.startswith("2 seeds of 2 h")
    assert "stopped after 2 of 7 seeds" in told.err
    assert "INVARIANTS BROKEN on 1 seeds: 4" in told.err


def test_a_log_gets_at_most_one_line_of_progress_a_minute(capsys: pytest.CaptureFixture[str]) -> None:
    now_s = 0.0
    lines = ProgressLines(500, clock_s=lambda: now_s)

    for _ in range(500):
        now_s += 0.5
        lines.advance()

    assert capsys.readouterr().err.splitlines() == [f"{done} of 500 seeds" for done in (120, 240, 360, 480)]


def test_digests_are_printed_one_line_a_seed(capsys: pytest.CaptureFixture[str]) -> None:
    simulated(FakeEngine(), "--seeds", "0-1", "--print-digest", "--faults", "none")

    assert capsys.readouterr().out.splitlines()[:2] == ["seed 0 digest d0", "seed 1 digest d1"]


def test_json_is_one_object_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    simulated(FakeEngine(broken_seeds=(1,)), "--seeds", "0-1", "--print-digest", "--json")

    record = json.loads(capsys.readouterr().out)
    assert record["broken_seeds"] == [1]
    assert [outcome["digest"] for outcome in record["outcomes"]] == ["d0", "d1"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["--seeds", "5-3"],
        ["--seeds", "x"],
        ["--seeds", "0-99999999999"],
        ["--seeds", "0", "--hours", "0"],
        ["--seeds", "0", "--hours", "nan"],
        ["--seeds", "0", "--faults", "sharks"],
    ],
)
def test_what_cannot_be_simulated_is_refused_before_anything_runs(arguments: list[str]) -> None:
    engine = FakeEngine()

    assert simulated(engine, *arguments) == 2
    assert engine.jobs == []
