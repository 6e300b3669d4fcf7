"""The experiment log as a table for other programs: CSV always, Parquet where pyarrow is installed."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from neo.domain.errors import NeoError
from neo.domain.experiments.experiment import METRICS, Experiment
from neo.domain.report.times import utc
from neo.domain.session.exit_codes import UNAVAILABLE

#: Columns before those of METRICS and behind them; configuration and difference are JSON texts.
_HEAD = (
    "session", "run_id", "mode", "started_at", "ended_at", "started_at_ns", "ended_at_ns", "halt_reason", "code_version",
    "config_hash", "seed", "compared_with", "note",
)  # fmt: skip
_TAIL = ("hourly", "config_difference", "config")
COLUMNS = (*_HEAD, *METRICS, *_TAIL)


class CannotExport(NeoError):
    """The file cannot be written, or a library for its form is not installed."""

    exit_code = UNAVAILABLE


def export_csv(experiments: Sequence[Experiment], path: Path) -> None:
    """One line for each session, with a heading line; empty where nothing is known."""
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            table = csv.writer(file)
            table.writerow(COLUMNS)
            table.writerows([_plain(cell) for cell in row] for row in rows_of(experiments))
    except OSError as error:
        raise _not_written(path, error) from error


def export_parquet(experiments: Sequence[Experiment], path: Path) -> None:
    """The same columns. Every cell is text, so that amounts keep every digit; null where nothing is known."""
    try:
        arrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError as error:
        raise CannotExport(
            "Parquet needs pyarrow, which is not installed",
            "Install it with `pip install neo-trading-engine[parquet]`, or export CSV.",
        ) from error
    rows = rows_of(experiments)
    columns = {
        name: arrow.array([None if row[i] is None else str(row[i]) for row in rows], arrow.string())
        for i, name in enumerate(COLUMNS)
    }
    try:
        parquet.write_table(arrow.table(columns), str(path))
    except OSError as error:
        raise _not_written(path, error) from error


def rows_of(experiments: Sequence[Experiment]) -> list[tuple[str | None, ...]]:
    """By COLUMNS, exact numbers as text."""
    return [_row(experiment) for experiment in experiments]


def _row(experiment: Experiment) -> tuple[str | None, ...]:
    ended_ns = experiment.ended_at_ns
    head = (
        experiment.session_id,
        experiment.run_id,
        experiment.mode,
        utc(experiment.started_at_ns),
        None if ended_ns is None else utc(ended_ns),
        str(experiment.started_at_ns),
        None if ended_ns is None else str(ended_ns),
        experiment.halt_reason,
        experiment.code_version,
        experiment.config_hash,
        str(experiment.seed),
        experiment.compared_with,
        experiment.note,
    )
    metrics = (experiment.results.get(name) for name in METRICS)
    hourly = {currency: [f"{profit:f}" for profit in profits] for currency, profits in experiment.hourly.items()}
    difference = {key: list(both) for key, both in experiment.difference.items()}
    return (
        *head,
        *(None if value is None else f"{value:f}" for value in metrics),
        json.dumps(hourly),
        json.dumps(difference, sort_keys=True),
        json.dumps(dict(experiment.config), sort_keys=True),
    )


def _plain(cell: Any) -> str:
    """A spreadsheet takes a text that begins so for a formula: such a text gets a quote before it, numbers do not."""
    text = "" if cell is None else str(cell)
    dangerous = text[:1] in ("=", "+", "-", "@", "\t", "\r")
    return f"'{text}" if dangerous and not _is_number(text) else text


def _is_number(text: str) -> bool:
    return text.lstrip("-").replace(".", "", 1).isdecimal()


def _not_written(path: Path, error: OSError) -> CannotExport:
    return CannotExport(f"cannot write {path}: {error.strerror or error}", "Name another file with --out.")
