"""The configuration of a simulated world, from the file that is shipped with the harness."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from neo.domain.config.configuration import Config
from neo.infra.config.loader import load

#: Where the files lie: a directory, as it is for the page of the dashboard.
FOLDER = Path(__file__).parent


@lru_cache(maxsize=1)
def sim_config() -> Config:
    """The numbers of config/sim.toml, with a session that ends only when it is told to. Change them with attrs.evolve.

    The environment is not consulted: a test must not depend on it.
    """
    return load(FOLDER / "world.toml", {}).config


@lru_cache(maxsize=1)
def drop_config() -> Config:
    """The drop buyer alone, in a hurry, as it trades on a sandbox exchange."""
    return load(FOLDER / "drop_world.toml", {}).config
