"""The sandbox's front without a socket, and a clock that a test moves."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from typing import Any
from urllib.parse import urlencode

import attrs

from neo.infra.sandbox.exchange.building import build_exchange
from neo.infra.sandbox.exchange.dialects import dialect_of
from neo.infra.sandbox.exchange.front import Front, Reply
from neo.infra.sandbox.exchange.plan import DialectName, ExchangePlan
from neo.infra.sandbox.exchange.request import ApiRequest
from neo.infra.sandbox.exchange.site import ExchangeSite
from tests.infra.sandbox.exchange.clients import plan


@attrs.define
class MovedClock:
    at_ms: int = 1_700_000_000_000
    drift_ms: int = 0

    def now_ms(self) -> int:
        return self.at_ms + self.drift_ms


class Offline:
    """Requests are answered at once and in fair weather."""

    def __init__(self, dialect: DialectName, made: ExchangePlan | None = None) -> None:
        self.plan = made or plan(dialect, limit_share=0)
        self.clock = MovedClock()
        spoken = dialect_of(dialect)
        self.site = ExchangeSite(self.plan, build_exchange(self.plan, spoken, self.clock.now_ms()), self.clock)
        self.front = Front(self.site, spoken, asyncio.Event())
        self.endpoints = {(each.method, each.path): each for each in spoken.endpoints}

    def ask(self, method: str, path: str, params: dict[str, str] | None = None, *, signed: bool = False) -> Reply:
        """A well-formed request; signed with the first account's secret when asked."""
        values = dict(params or {})
        if signed:
            values.setdefault("timestamp", str(self.clock.now_ms()))
        query = urlencode(values)
        if signed:
            query += "&signature=" + self.signature(query)
        return self.send(method, path, query, "")

    def send(self, method: str, path: str, query: str, body: str, api_key: str | None = None) -> Reply:
        """Any request at all."""
        key = self.plan.accounts[0].api_key if api_key is None else api_key
        request = ApiRequest(method, path, query, body, key, "127.0.0.1")
        return self.front.answer(request, self.endpoints.get((method, path)))

    def json(self, method: str, path: str, params: dict[str, str] | None = None, *, signed: bool = False) -> Any:
        reply = self.ask(method, path, params, signed=signed)
        assert reply.status == 200, reply.body
        return json.loads(reply.body)

    def signature(self, text: str) -> str:
        return hmac.new(self.plan.accounts[0].secret.encode(), text.encode(), hashlib.sha256).hexdigest()
