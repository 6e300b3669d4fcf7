from __future__ import annotations

from decimal import Decimal
from typing import Any

import attrs
from hypothesis import given
from hypothesis import strategies as st

from neo.domain.experiments.comparison import metrics_table, profits_table, settings_table
from neo.domain.experiments.experiment import (
    METRICS,
    Experiment,
    config_difference,
    results_from,
    results_text,
)
from neo.domain.experiments.selection import selected
from neo.domain.report.table import cell_text

VALUES = st.one_of(st.none(), st.booleans(), st.integers(), st.text(), st.lists(st.text()))
CONFIGS = st.dictionaries(st.sampled_from("abcdef"), VALUES)
AMOUNTS = st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**9), max_value=10**9)


def experiment(session_id: str, config: dict[str, Any], hourly: tuple[str, ...] = ()) -> Experiment:
    return Experiment(
        session_id=session_id,
        run_id="r",
        mode="sim",
        started_at_ns=0,
        ended_at_ns=1,
        halt_reason="duration_elapsed",
        code_version="v",
        config_hash="h",
        seed=1,
        compared_with=None,
        difference={},
        config=config,
        results={"hours": Decimal(len(hourly))},
        hourly={"RLUSD": tuple(map(Decimal, hourly))},
        note="",
    )


@given(CONFIGS, CONFIGS)
def test_the_difference_turns_one_configuration_into_the_other(before: dict[str, Any], after: dict[str, Any]) -> None:
    difference = config_difference(before, after)

    turned = {**before, **{key: new for key, (_, new) in difference.items()}}
    assert {key: value for key, value in turned.items() if value is not None} == {
        key: value for key, value in after.items() if value is not None
    }
    assert not config_difference(after, after)


@given(
    st.dictionaries(st.sampled_from(list(METRICS)), AMOUNTS),
    st.dictionaries(st.sampled_from(["RLUSD", "USDT"]), st.lists(AMOUNTS).map(tuple)),
)
def test_results_come_back_from_the_database_digit_by_digit(
    results: dict[str, Decimal], hourly: dict[str, tuple[Decimal, ...]]
) -> None:
    assert results_from(results_text(results, hourly)) == (results, hourly)
    assert results_from("") == ({}, {})


def test_a_comparison_shows_what_was_different_and_whether_chance_explains_the_result() -> None:
    steady = experiment("steady", {"strategy.bid_offset_bps": "10", "seed": 1}, ("1", "1.1", "0.9", "1", "1.05"))
    better = experiment("better", {"strategy.bid_offset_bps": "14", "seed": 1}, ("2", "2.1", "1.9", "2", "2.05"))
    wild = experiment("wild", {"strategy.bid_offset_bps": "10", "seed": 2}, ("-20", "30", "5", "-9", "0"))

    rows = profits_table((steady, better, wild)).rows

    assert settings_table((steady, better)).rows == (("strategy.bid_offset_bps", "10", "14"),)
    assert metrics_table((steady, better)).rows == (("hours", "h", 5, 5),)
    assert [(row[0], row[-1]) for row in rows] == [("steady", ""), ("better", "differs"), ("wild", "could be chance")]


def test_counts_are_compared_as_counts() -> None:
    traded = attrs.evolve(experiment("traded", {}), results={"fills": Decimal(4), "volume": Decimal(4)})
    table = metrics_table((traded,))

    shown = {row[0]: cell_text(table.columns[2], row[2]) for row in table.rows}
    assert shown == {"fills": "4", "volume": "4.0000"}


def test_sessions_are_chosen_by_what_changed_and_by_what_was_in_effect() -> None:
    first = experiment("first", {"a": "1", "on": True, "list": ["x", "y"]})
    second = attrs.evolve(first, session_id="second", difference={"a": ("1", "2")}, config={"a": "2"})

    def chosen(*conditions: str) -> list[str]:
        return [each.session_id for each in selected((first, second), conditions)]

    assert chosen() == ["first", "second"]
    assert chosen("a") == ["second"]
    assert chosen("a=1") == ["first"]
    assert chosen("on=true", "list=x,y") == ["first"]
    assert chosen("a=2", "on=true") == []
