"""The configuration as a command uses it: faults become one error that shows all of them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from neo.domain.errors import NeoError
from neo.domain.session.exit_codes import CONFIG

if TYPE_CHECKING:
    from neo.infra.config.loader import Loaded


class ConfigurationRefused(NeoError):
    """The configuration has faults; the text lists all of them with their places."""

    exit_code = CONFIG


def load_configuration(path: Path, options: Mapping[str, str | None]) -> Loaded:
    """The configuration in `path` with the environment and those `options` that were given."""
    from neo.infra.config.fault import ConfigError
    from neo.infra.config.loader import load

    given = {key: value for key, value in options.items() if value is not None}
    try:
        return load(path, os.environ, given)
    except ConfigError as error:
        raise ConfigurationRefused(str(error)) from error
