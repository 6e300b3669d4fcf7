"""Chat and mail through apprise, an optional library that knows some hundred services by the form of an address."""

from __future__ import annotations

import re
from importlib import import_module
from typing import Any

from neo.domain.alerts.cause import Urgency
from neo.domain.alerts.notice import Notice, NoticeKind, Sender, body, headline
from neo.domain.errors import NeoError
from neo.domain.session.exit_codes import UNAVAILABLE
from neo.infra.alerts.address import Failure
from neo.infra.alerts.port import require_port

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*(?=://)")
#: What a plugin of apprise can raise.
_FAULTS = (OSError, ValueError, TypeError, AttributeError, LookupError, RuntimeError, AssertionError, ArithmeticError)


class AlertsExtraMissing(NeoError):
    """Chat and mail were asked for and apprise is not installed."""

    exit_code = UNAVAILABLE


class AppriseChannel:
    """One address. Its form is checked when it is made: ValueError when apprise does not know it."""

    def __init__(self, url: str) -> None:
        try:
            self._apprise: Any = import_module("apprise")
        except ImportError as absent:
            raise AlertsExtraMissing(
                "alerts by chat and mail need apprise, which is not installed",
                "Install neo with the extra: pip install 'neo-trading-engine[alerts]'",
            ) from absent
        # Sent on the thread that asks, within the time limits of apprise's requests. With a limit for the whole of a service it
        # takes threads of its own, which keep a process alive for as long as a service holds it up.
        asset = self._apprise.AppriseAsset(async_mode=False, service_timeout=0)
        self._service = self._apprise.Apprise(asset=asset)
        require_port(url, may_be_token=True)
        if not self._service.add(url):
            raise ValueError("is no address that apprise knows")
        scheme = _SCHEME.match(url)
        self._name = f"apprise {scheme.group()}" if scheme else "apprise"

    @property
    def name(self) -> str:
        return self._name

    def deliver(self, notice: Notice, sender: Sender, undelivered: int) -> Failure | None:
        try:
            taken = self._service.notify(
                title=headline(notice, sender), body=body(notice, sender, undelivered), notify_type=self._kind(notice)
            )
        except _FAULTS as fault:
            return Failure(type(fault).__name__)
        return None if taken else Failure("refused, or not reached: the log has apprise's own words")

    def close(self) -> None:
        """Nothing stays open between two messages."""

    def _kind(self, notice: Notice) -> Any:
        kinds = self._apprise.NotifyType
        if notice.kind is NoticeKind.RECOVERED:
            return kinds.SUCCESS
        by_urgency = {Urgency.URGENT: kinds.FAILURE, Urgency.WARNING: kinds.WARNING, Urgency.INFO: kinds.INFO}
        return by_urgency[notice.urgency]
