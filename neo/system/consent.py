"""What must be agreed to before anything is made, opened or contacted."""

from __future__ import annotations

from neo.domain.config.choices import Mode
from neo.domain.errors import NeoError
from neo.domain.session.exit_codes import CONFIG, NO_CONSENT
from neo.domain.session.live_gate import live_refusal
from neo.infra.config.loader import Loaded

_STARTABLE = frozenset({Mode.SIM, Mode.PAPER, Mode.LIVE})


class LiveRefused(NeoError):
    """Real money was not consented to twice."""

    exit_code = NO_CONSENT


class ReplayNeedsData(NeoError):
    """A session of mode replay has no clock of its own."""

    exit_code = CONFIG


def require_startable(loaded: Loaded) -> None:
    """LiveRefused without `allow_live = true` in the file and the option at start; ReplayNeedsData for mode replay."""
    mode = loaded.config.mode
    if mode not in _STARTABLE:
        raise ReplayNeedsData("mode replay needs recorded data", "Use: neo replay CONFIG --data FILE")
    origin = loaded.origins.get("mode")
    asked = origin is not None and origin.kind == "command line"
    refusal = live_refusal(loaded.config, asked_at_start=asked)
    if refusal is not None:
        raise LiveRefused(
            refusal, "Nothing was started. docs/live.md (ledger) and docs/live-exchange.md say what to do before."
        )
