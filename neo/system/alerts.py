"""The alerts of a running session: fed by its telemetry, never in its way."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING

from neo.domain.alerts.notice import Sender
from neo.domain.config.configuration import Config
from neo.domain.ports import TelemetrySink
from neo.infra.telemetry.fan_out import FanOut

if TYPE_CHECKING:
    from neo.infra.alerts.alert_thread import AlertThread

_log = logging.getLogger("neo.session")
#: Real seconds that the last messages of a session get.
LAST_WORDS_S = 5.0


class SessionAlerts:
    """Does nothing at all unless the configuration wants alerts; httpx and apprise are only loaded then."""

    def __init__(self, config: Config, session_id: str) -> None:
        self._config = config.alerts
        self._sender = Sender(session_id, config.mode.value)
        self._thread: AlertThread | None = None

    def beside(self, sink: TelemetrySink) -> TelemetrySink:
        """What telemetry writes into: `sink`, and the alerts as well when there are to be some."""
        if not self._config.enabled:
            return sink
        if self._thread is None:
            self._thread = self._start()
        return FanOut({"telemetry": sink, "alerts": self._thread})

    def close(self) -> None:
        """After the last line; never raises."""
        if self._thread is not None and not self._thread.finish(LAST_WORDS_S):
            _log.warning("the last alerts were not delivered in time")
        self._thread = None

    def _start(self) -> AlertThread:
        from neo.infra.alerts.addresses import open_addresses
        from neo.infra.alerts.alert_thread import AlertThread

        book = open_addresses(self._config, os.environ)
        for problem in book.problems:
            _log.error("an address for alerts cannot be used: %s", problem)
        if not book.addresses:
            _log.error(
                "alerts are enabled and nobody is told: neither %s nor %s holds an address that can be used",
                self._config.webhook_env,
                self._config.channels_env,
            )
        thread = AlertThread(self._config, self._sender, book.addresses)
        thread.start()
        return thread
