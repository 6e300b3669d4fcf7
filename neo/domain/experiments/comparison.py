"""Two or more sessions side by side: what was different, what came of it, and whether chance could have done that."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from neo.domain.experiments.experiment import METRICS, Experiment
from neo.domain.experiments.interval import LEVEL_PERCENT, Interval, difference_interval, mean_interval
from neo.domain.report.table import Cell, Column, Table, text_column

METHOD = (
    f"Mean profit an hour with its {LEVEL_PERCENT} % interval (Student's t over the hours of a session); differences against the "
    "first session after Welch. Hours hang together a little, so the true intervals are somewhat wider."
)


def settings_table(experiments: Sequence[Experiment]) -> Table:
    """Configuration keys that are not the same in all of them."""
    keys = sorted({key for experiment in experiments for key in experiment.config})
    differing = [key for key in keys if len({_text(experiment.config.get(key)) for experiment in experiments}) > 1]
    return Table(
        key="settings",
        title="What was different",
        about="Configuration keys with their values.",
        columns=(text_column("key", "Key"), *(text_column(e.session_id, e.session_id) for e in experiments)),
        rows=tuple((key, *(_text(e.config.get(key)) for e in experiments)) for key in differing),
        empty="Nothing: their configurations are equal.",
    )


def metrics_table(experiments: Sequence[Experiment]) -> Table:
    """METRICS that any of them has."""
    known = [name for name in METRICS if any(name in experiment.results for experiment in experiments)]
    return Table(
        key="metrics",
        title="What came of it",
        about="",
        columns=(
            text_column("metric", "Metric"),
            text_column("unit", "Unit"),
            *(Column(e.session_id, e.session_id, places=4) for e in experiments),
        ),
        rows=tuple((name, METRICS[name], *(_figure(name, e.results.get(name)) for e in experiments)) for name in known),
        empty="None of them has results.",
    )


def profits_table(experiments: Sequence[Experiment]) -> Table:
    """One row for each session and currency; differences are against the first session."""
    currencies = sorted({currency for experiment in experiments for currency in experiment.hourly})
    rows: list[tuple[Cell, ...]] = []
    for currency in currencies:
        baseline = experiments[0].hourly.get(currency, ())
        for number, experiment in enumerate(experiments):
            values = experiment.hourly.get(currency, ())
            against = difference_interval(values, baseline) if number else None
            rows.append(
                (
                    experiment.session_id,
                    currency,
                    *_cells(mean_interval(values)),
                    *_cells(against)[1:],
                    _verdict(against),
                )
            )
    return Table(
        key="profits",
        title="Profit an hour",
        about=METHOD,
        columns=(
            text_column("session", "Session"),
            text_column("currency", "Currency"),
            Column("hours", "Hours"),
            Column("mean", "Mean", places=4, sign=True),
            Column("low", "from", places=4, sign=True),
            Column("high", "to", places=4, sign=True),
            Column("difference", "Difference", places=4, sign=True),
            Column("difference_low", "from", places=4, sign=True),
            Column("difference_high", "to", places=4, sign=True),
            text_column("verdict", "Verdict"),
        ),
        rows=tuple(rows),
        empty="No session is longer than half an hour.",
    )  # fmt: skip


def _figure(name: str, value: Decimal | None) -> Cell:
    """What has no unit is a count."""
    return int(value) if value is not None and not METRICS[name] else value


def _cells(interval: Interval | None) -> tuple[int, Decimal | None, Decimal | None, Decimal | None]:
    if interval is None:
        return 0, None, None, None
    return interval.count, interval.mean, interval.low, interval.high


def _verdict(against: Interval | None) -> str:
    if against is None:
        return ""
    if against.excludes_zero is None:
        return "too few hours"
    return "differs" if against.excludes_zero else "could be chance"


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
