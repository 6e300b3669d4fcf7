"""Load a configuration: file, then environment, then command line; every fault is reported at once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from neo.domain.config.configuration import Config
from neo.domain.config.keys import all_sections
from neo.infra.config.canonical import config_hash
from neo.infra.config.fault import ConfigError, Fault
from neo.infra.config.overrides import from_environment, from_options
from neo.infra.config.reading import UNUSED, Origin, Reading, read_keys, section_faults
from neo.infra.config.secrets_written import secret_faults
from neo.infra.config.source_text import read_source
from neo.records import frozen


@frozen
class Loaded:
    """A valid configuration, the hash that is stored with the session, and where each value came from.

    `origins` maps each dotted path; `sources` are the file and every variable and option that took part.
    """

    config: Config
    hash: str
    origins: Mapping[str, Origin]
    sources: tuple[str, ...]


def load(path: Path | str, environment: Mapping[str, str], options: Mapping[str, str] | None = None) -> Loaded:
    """Read `path` and its overrides; `options` maps dotted paths to text of the command line.

    Raises ConfigError with every fault found.
    """
    overrides, faults = from_environment(environment)
    chosen, more = from_options(options or {})
    faults += more
    try:
        source = read_source(Path(path))
    except ConfigError as error:
        raise ConfigError([*error.faults, *faults]) from error
    # Later overrides of one key replace earlier ones: the command line wins over the environment.
    reading = read_keys(source, [*overrides, *chosen])
    found = [*secret_faults(source), *section_faults(source), *reading.faults]
    if found or faults:
        raise ConfigError([*sorted(found, key=_place), *faults])
    config = built(reading.values)
    return Loaded(config, config_hash(config), reading.origins, _sources(str(path), reading))


def built(values: Mapping[str, Any]) -> Config:
    """The configuration of these values by dotted path, all of which are there and of the types of their keys."""
    written: dict[str, dict[str, Any]] = {section: {} for section in all_sections()}
    for path, value in values.items():
        section, _, name = path.rpartition(".")
        written[section][name] = value
    # A table stands behind the one that it is in: from the back each is whole before it becomes a value of the other.
    for path, section_class in reversed(all_sections().items()):
        if path:
            outer, _, name = path.rpartition(".")
            written[outer][name] = section_class(**written[path])
    return Config(**written[""])


def _place(fault: Fault) -> tuple[bool, int, int, str]:
    # Faults without a line (missing tables, variables) come after those that can be walked through in the file.
    return (fault.location.line == 0, fault.location.line, fault.location.column, fault.path)


def _sources(path: str, reading: Reading) -> tuple[str, ...]:
    others = {origin.place for origin in reading.origins.values() if origin.kind not in ("file", "default", UNUSED)}
    return (path, *sorted(others))
