"""Configuration files for the tests, made from the ones that neo ships."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from neo.infra.config.fault import ConfigError, Fault
from neo.infra.config.loader import load

REPOSITORY = Path(__file__).parents[3]
SIM = REPOSITORY / "config" / "sim.toml"


def changed_sim(folder: Path, *changes: tuple[str, str]) -> Path:
    """sim.toml with each first text replaced by the second; the first must be there."""
    text = SIM.read_text("utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return written(folder, text)


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "neo.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def faults_of(path: Path, environment: Mapping[str, str] | None = None, **options: str) -> tuple[Fault, ...]:
    """The faults that loading reports; empty when it loads."""
    try:
        load(path, environment or {}, options)
    except ConfigError as error:
        return error.faults
    return ()


def line_of(path: Path, text: str) -> int:
    """Number of the first line that contains `text`."""
    return next(number for number, line in enumerate(path.read_text("utf-8").splitlines(), 1) if text in line)
