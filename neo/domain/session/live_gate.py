"""Whether real money may be traded: two separate acts are needed, one written down and one at start."""

from __future__ import annotations

from neo.domain.config.choices import Mode
from neo.domain.config.configuration import Config


def live_refusal(config: Config, *, asked_at_start: bool) -> str | None:
    """Why a session must not start live, or None. `asked_at_start`: `--mode live` stood on the command line."""
    if config.mode is not Mode.LIVE:
        return None
    if not config.allow_live:
        return "mode live needs the written consent allow_live = true in the configuration file"
    if not asked_at_start:
        return "mode live must also be asked for at start: add --mode live"
    return None
