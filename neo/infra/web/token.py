"""The token for halt and resume: only ever in an environment variable, never in a file that is stored with a session."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from neo.domain.config.dashboard import DashboardConfig
from neo.infra.web.token_gate import TOKEN_LENGTH_MIN

_log = logging.getLogger("neo.web")


def token_from(environment: Mapping[str, str], config: DashboardConfig) -> str | None:
    """The token, None when there is none that is good enough; the log then says what is wrong with it, never what it is."""
    token = environment.get(config.token_env, "")
    if not token:
        return None
    if len(token) < TOKEN_LENGTH_MIN or not token.isascii() or not token.isprintable() or token != token.strip():
        _log.warning(
            "%s is no token: it needs at least %d printable ASCII characters. The dashboard only shows.",
            config.token_env,
            TOKEN_LENGTH_MIN,
        )
        return None
    return token
