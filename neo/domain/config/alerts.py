"""[alerts]: who is told when something needs a person; the file names environment variables, never the addresses."""

from __future__ import annotations

import re
from typing import Any

import attrs

from neo.domain.config.about import about
from neo.domain.config.bounds import Rule, at_least
from neo.records import frozen

WEBHOOK_VARIABLE = "NEO_ALERT_WEBHOOK"
CHANNELS_VARIABLE = "NEO_ALERT_CHANNELS"
#: Names that begin as configuration keys do in the environment, and are none.
ALERT_VARIABLES = frozenset({WEBHOOK_VARIABLE, CHANNELS_VARIABLE})
#: `sign_of_life_hour` for no sign of life.
NO_SIGN_OF_LIFE = -1
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{1,63}")


@frozen
class AddressVariable(Rule):
    """The usual mistake is to write the address itself, token and all: what was written is not repeated."""

    def complaint(self, value: Any) -> str | None:
        if not _NAME.fullmatch(value):
            return "must be the name of an environment variable, not the address itself"
        if value.upper().startswith("NEO_") and value not in ALERT_VARIABLES:
            return f"must not begin with NEO_, unless it is one of {', '.join(sorted(ALERT_VARIABLES))}"
        return None

    def schema(self) -> dict[str, Any]:
        return {"pattern": f"^(?:{_NAME.pattern})$"}


@frozen(kw_only=True)
class AlertsConfig:
    """An alert that cannot be delivered is reported once and holds nothing up."""

    enabled: bool = attrs.field(
        default=False,
        metadata=about("a session on the real clock tells the addresses below what needs a person"),
    )
    webhook_env: str = attrs.field(
        default=WEBHOOK_VARIABLE,
        validator=AddressVariable(),
        metadata=about("environment variable with the address that alerts are posted to as JSON"),
    )
    channels_env: str = attrs.field(
        default=CHANNELS_VARIABLE,
        validator=AddressVariable(),
        metadata=about(
            "environment variable with addresses for chat and mail as apprise writes them, separated by spaces"
        ),
    )
    timeout_s: int = attrs.field(
        default=10,
        validator=at_least(1, at_most=60),
        metadata=about("time within which an address has to take an alert, from the first byte to the last", "s"),
    )
    tries_max: int = attrs.field(
        default=3,
        validator=at_least(1, at_most=10),
        metadata=about("attempts at delivering one alert to one address", "attempts"),
    )
    per_hour_max: int = attrs.field(
        default=20,
        validator=at_least(1, at_most=1000),
        metadata=about("alerts within any hour; those that end trading have as many of their own", "alerts"),
    )
    silence_s: int = attrs.field(
        default=120,
        validator=at_least(10, at_most=86_400),
        metadata=about("time without a word of the engine, not even its heartbeat, that is an alert", "s"),
    )
    sign_of_life_hour: int = attrs.field(
        default=6,
        validator=at_least(NO_SIGN_OF_LIFE, at_most=23),
        metadata=about("hour (UTC) of the daily message that all is well; -1 for none", "h"),
    )
