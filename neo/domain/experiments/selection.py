"""Which experiments are meant: by what was changed in them, or by what was in effect."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from neo.domain.experiments.experiment import Experiment


def selected(experiments: Iterable[Experiment], conditions: Sequence[str]) -> list[Experiment]:
    """Those that meet all `conditions`: `KEY` was changed, or `KEY=VALUE` was in effect."""
    return [each for each in experiments if all(_meets(each, condition) for condition in conditions)]


def _meets(experiment: Experiment, condition: str) -> bool:
    key, equals, value = condition.partition("=")
    if not equals:
        return key in experiment.difference
    return key in experiment.config and setting_text(experiment.config[key]) == value.strip()


def setting_text(value: Any) -> str:
    """A value of the configuration as it is written in a condition."""
    if isinstance(value, list):
        return ",".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)
