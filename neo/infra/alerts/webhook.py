"""A webhook: each notice is posted as one JSON object (docs/alerts.md)."""

from __future__ import annotations

from urllib.parse import urlsplit

import httpx

from neo.domain.alerts.notice import Notice, Sender, as_json
from neo.infra.alerts.address import Failure
from neo.infra.alerts.port import require_port

#: Answers after which another try may go through: too early, too many, or the receiver's own trouble.
_PASSING = frozenset({408, 425, 429})


class Webhook:
    """Any answer of the 200s is a delivery. Redirects are not followed: a token must not go to whom it was not meant for."""

    def __init__(self, url: str, timeout_s: float) -> None:
        """ValueError for what is no address of the web, or when the environment's proxy or certificates cannot be used."""
        try:
            parts = urlsplit(url)
        except ValueError:
            raise ValueError("must be an http:// or https:// address") from None  # its text repeats the address
        if parts.scheme not in ("http", "https") or not parts.hostname or url != url.strip():
            raise ValueError("must be an http:// or https:// address")
        require_port(url)
        self._url = url
        self._name = f"webhook {parts.scheme}://{parts.hostname}"
        try:
            self._client = httpx.Client(timeout=timeout_s, follow_redirects=False)
        except (httpx.InvalidURL, ImportError, OSError, ValueError) as fault:
            # the text of the fault may hold the proxy's address, and a password with it
            raise ValueError(
                f"cannot be used with the proxy or the certificates that the environment names: {type(fault).__name__}"
            ) from fault

    @property
    def name(self) -> str:
        return self._name

    def deliver(self, notice: Notice, sender: Sender, undelivered: int) -> Failure | None:
        # Streamed, so that the answer's body is never read: however long it is, it is not wanted.
        try:
            with self._client.stream("POST", self._url, json=as_json(notice, sender, undelivered)) as answer:
                status = answer.status_code
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as fault:
            return Failure(type(fault).__name__)  # the text of the fault may hold the address
        if 200 <= status < 300:
            return None
        return Failure(f"HTTP {status}", is_final=status < 500 and status not in _PASSING)

    def close(self) -> None:
        self._client.close()
