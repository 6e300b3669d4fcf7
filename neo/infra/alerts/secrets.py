"""What must not be read of the addresses of alerts: whoever knows a webhook's address can write there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from neo.domain.config.alerts import AlertsConfig

#: A part of an address that is shorter is no token, and would be masked in every other line of a log.
_TOKEN_LENGTH_MIN = 8
_RANDOM = re.compile(r"(?=.*[0-9A-Z])[\w.~+:-]+")


def secrets_of_alerts(config: AlertsConfig, environment: Mapping[str, str]) -> tuple[str, ...]:
    """Addresses as a whole, and those parts of them that are credentials or look like tokens."""
    urls = [*environment.get(config.webhook_env, "").split(), *environment.get(config.channels_env, "").split()]
    return tuple(secret for url in urls for secret in (url, *_parts(url)))


def _parts(url: str) -> list[str]:
    try:
        parts = urlsplit(url)
        credentials = [each for each in (parts.username, parts.password) if each]
    except ValueError:
        return []
    # apprise has tokens where a host or a port stands, too; what has a dot there is a host
    places = [each for each in re.split("[@:]", parts.netloc) if "." not in each]
    pieces = re.split(r"[/?&=#]", "/".join((*places, parts.path, parts.query, parts.fragment)))
    tokens = [piece for piece in pieces if len(piece) >= _TOKEN_LENGTH_MIN and _RANDOM.fullmatch(piece)]
    return [spelling for each in (*credentials, *tokens) for spelling in dict.fromkeys((each, unquote(each)))]
