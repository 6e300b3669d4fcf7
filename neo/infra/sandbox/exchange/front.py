"""The way of one request: ban, budget, trouble, maintenance, parameters, signature, answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping

import attrs
from aiohttp import web

from neo.infra.sandbox.exchange.api_error import ApiError, Encoded, Json
from neo.infra.sandbox.exchange.dialect import Dialect
from neo.infra.sandbox.exchange.endpoint import Call, Endpoint, Security
from neo.infra.sandbox.exchange.params import Params
from neo.infra.sandbox.exchange.request import ApiRequest
from neo.infra.sandbox.exchange.signing import check_signature
from neo.infra.sandbox.exchange.site import ExchangeSite
from neo.infra.simulated_exchange.disturbance import Trouble
from neo.records import frozen

_BAD_GATEWAY = b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>502 Bad Gateway</body>\r\n</html>\r\n"
_HANG_S_MAX = 600


@frozen
class Reply:
    status: int
    body: bytes
    headers: Mapping[str, str]
    content_type: str = "application/json"


class Front:
    """`closing` is set when the server stops: requests that hang end then."""

    def __init__(self, site: ExchangeSite, dialect: Dialect, closing: asyncio.Event) -> None:
        self._site = site
        self._dialect = dialect
        self._closing = closing
        self._endpoints = {(each.method, each.path): each for each in dialect.endpoints}
        self.requests = 0

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One request, with whatever the weather does to it."""
        self.requests += 1
        arrived = await self._read(request)
        endpoint = self._endpoints.get((arrived.method, arrived.path))
        disturbance = self._site.weather.draw(is_order=endpoint is not None and endpoint.is_order)
        await asyncio.sleep(disturbance.delay_ms / 2_000)
        reply = self._reply(arrived, endpoint, disturbance.trouble)
        await asyncio.sleep(disturbance.delay_ms / 2_000)
        if disturbance.trouble in (Trouble.HANG, Trouble.REPLY_HANGS):
            await self._hang()
        if reply is None or disturbance.trouble in (Trouble.REPLY_LOST, Trouble.REPLY_HANGS):
            return _hung_up(request)
        return web.Response(
            status=reply.status,
            body=reply.body,
            headers=reply.headers,
            content_type=reply.content_type,
            charset="utf-8",
        )

    def _reply(self, arrived: ApiRequest, endpoint: Endpoint | None, trouble: Trouble) -> Reply | None:
        """None when the connection goes without an answer."""
        if not trouble.is_carried_out:
            return self._failed(arrived, trouble)
        reply = self.answer(arrived, endpoint)
        if trouble is Trouble.DUPLICATED:
            reply = self.answer(arrived, endpoint)
        if trouble is Trouble.STATUS_UNKNOWN:
            return _encoded(self._dialect.wording.status_unknown())
        if trouble is Trouble.MALFORMED:
            return attrs.evolve(reply, body=reply.body[: len(reply.body) // 2])
        return reply

    def _failed(self, arrived: ApiRequest, trouble: Trouble) -> Reply | None:
        wording, now_ms = self._dialect.wording, self._site.clock.now_ms()
        if trouble is Trouble.BANNED:
            self._site.limits.ban(arrived.sender, now_ms, 2_000)
            return _encoded(wording.banned(now_ms + 2_000, 2))
        if trouble is Trouble.RATE_LIMITED:
            return _encoded(wording.too_many_requests(1))
        if trouble is Trouble.SERVER_ERROR:
            return _encoded(wording.server_error())
        if trouble is Trouble.BAD_GATEWAY:
            return Reply(502, _BAD_GATEWAY, {}, "text/html")
        return None

    def answer(self, arrived: ApiRequest, endpoint: Endpoint | None) -> Reply:
        """The exchange's own answer, as it would be in fair weather."""
        headers: dict[str, str] = {}
        try:
            answer = self._answered(arrived, endpoint, headers)
        except ApiError as error:
            return _encoded(error, headers)
        body = answer.text if isinstance(answer, Encoded) else json.dumps(answer, separators=(",", ":")).encode()
        return Reply(200, body, headers)

    def _answered(self, arrived: ApiRequest, endpoint: Endpoint | None, headers: dict[str, str]) -> Json:
        site, wording, now_ms = self._site, self._dialect.wording, self._site.clock.now_ms()
        banned_until_ms = site.limits.banned_until_ms(arrived.sender, now_ms)
        if banned_until_ms:
            raise wording.banned(banned_until_ms, -(-(banned_until_ms - now_ms) // 1_000))
        if endpoint is None:
            raise wording.not_found()
        values = arrived.values()
        params = Params(values or {}, wording)
        self._charge(arrived, endpoint, params, now_ms, headers)
        if site.in_maintenance:
            raise wording.maintenance()
        if values is None:
            raise wording.illegal("body")
        account = self._account(arrived, endpoint, params, now_ms)
        site.exchange.advance(now_ms)
        return endpoint.answer(Call(site, params, account, now_ms))

    def _charge(
        self, arrived: ApiRequest, endpoint: Endpoint, params: Params, now_ms: int, headers: dict[str, str]
    ) -> None:
        known = self._site.account(arrived.api_key)
        account = known.name if known is not None and endpoint.security is not Security.PUBLIC else ""
        toll = self._dialect.toll(self._site, endpoint, endpoint.weight(params), arrived.sender, account, now_ms)
        headers.update(toll.headers)
        if toll.wait_s:
            self._site.limits.offend(arrived.sender, now_ms)
            raise self._dialect.wording.too_many_requests(toll.wait_s)

    def _account(self, arrived: ApiRequest, endpoint: Endpoint, params: Params, now_ms: int) -> str:
        """Who asks; empty on public addresses."""
        if endpoint.security is Security.PUBLIC:
            return ""
        if not arrived.api_key:
            raise self._dialect.wording.key_missing()
        account = self._site.account(arrived.api_key)
        if account is None:
            raise self._dialect.wording.key_unknown()
        if endpoint.security is Security.SIGNED:
            check_signature(arrived, params, account, now_ms)
        return account.name

    async def _read(self, request: web.Request) -> ApiRequest:
        body = (await request.read()).decode("utf-8", errors="replace")
        api_key = request.headers.get(self._dialect.key_header, "")
        return ApiRequest(
            request.method, request.path, request.rel_url.raw_query_string, body, api_key, request.remote or ""
        )

    async def _hang(self) -> None:
        try:
            async with asyncio.timeout(_HANG_S_MAX):
                await self._closing.wait()
        except TimeoutError:
            return


def _encoded(error: ApiError, headers: Mapping[str, str] | None = None) -> Reply:
    body = json.dumps(error.body, separators=(",", ":")).encode()
    return Reply(error.status, body, {**(headers or {}), **error.headers})


def _hung_up(request: web.Request) -> web.Response:
    """The connection is closed at once; what is returned reaches nobody."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)
