"""The secrets that a configuration names, for whoever keeps them out of what is written."""

from __future__ import annotations

from collections.abc import Mapping

from neo.domain.config.configuration import Config
from neo.infra.alerts.secrets import secrets_of_alerts


def secrets_in(config: Config, environment: Mapping[str, str]) -> tuple[str, ...]:
    """What must never be written, whatever the mode: the values of the variables that the configuration names."""
    exchange = config.exchange
    names = (exchange.key_variable, exchange.secret_variable, exchange.password_variable)
    keys = tuple(environment[name] for name in names if environment.get(name))
    return keys + secrets_of_alerts(config.alerts, environment)
