from __future__ import annotations

import json

import pytest

from neo.cli.context import CliContext
from neo.cli.main import main
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
