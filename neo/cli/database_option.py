"""Which database a command means: --database, or storage.path of --config, or of config/sim.toml, or the default."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from neo.cli.configuration import load_configuration

STANDARD_CONFIG = Path("config/sim.toml")
STANDARD_DATABASE = Path("state/neo.db")

_Command = TypeVar("_Command", bound=Callable[..., Any])


def database_options(command: _Command) -> _Command:
    """Adds --database and --config."""
    path = click.Path(path_type=Path, dir_okay=False)
    command = click.option("--config", "config", type=path, help="Configuration that names the database.")(command)
    return click.option("--database", type=path, help="Database file; wins over --config.")(command)


def chosen_database(database: Path | None, config: Path | None) -> Path:
    """The database file; ConfigurationRefused when the configuration that should name it has faults."""
    if database is not None:
        return database
    if config is None and not STANDARD_CONFIG.exists():
        return STANDARD_DATABASE
    return Path(load_configuration(config or STANDARD_CONFIG, {}).config.storage.path)
