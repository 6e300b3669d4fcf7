"""In front of every page: who may ask for what, and what a browser may do with the answer. Pure ASGI, nothing is buffered.

Host is checked against DNS rebinding, Origin against other pages in the same browser; there is no cookie that either could
ride on. The content policy allows own files only: no inline script or style, no other machine.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")
PATH_LENGTH_MAX = 2_000
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)
_HEADERS = (
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)


class Guard:
    """Wraps the application. `hosts` are names besides those of loopback; ports do not matter."""

    def __init__(self, app: ASGIApp, hosts: Iterable[str] = ()) -> None:
        self._app = app
        self._hosts = frozenset((*LOOPBACK_NAMES, *(host.lower() for host in hosts)))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message.setdefault("headers", [])
                message["headers"] = [*headers, *_HEADERS]
                if not any(name == b"cache-control" for name, _ in headers):
                    message["headers"].append((b"cache-control", b"no-store"))
            await send(message)

        refused = self._refusal(scope)
        await (refused or self._app)(scope, receive, guarded)

    def _refusal(self, scope: Scope) -> JSONResponse | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if _name(host) not in self._hosts:
            return _refused(421, "this server does not answer to that host name; key dashboard.hosts adds one")
        if scope["method"] not in ("GET", "HEAD", "POST"):
            return _refused(405, "only GET and POST")
        if len(scope.get("raw_path") or b"") + len(scope.get("query_string") or b"") > PATH_LENGTH_MAX:
            return _refused(414, "the address is too long")
        if scope["method"] == "POST" and not _is_own_page(headers, host):
            return _refused(403, "only the dashboard's own page may give commands")
        return None


def _is_own_page(headers: Headers, host: str) -> bool:
    """A browser says which page a POST comes from; a page of another origin cannot take that away."""
    origin = urlsplit(headers.get("origin", ""))
    site = headers.get("sec-fetch-site", "same-origin")
    return origin.scheme in ("http", "https") and origin.netloc.lower() == host.lower() and site == "same-origin"


def _name(host: str) -> str:
    """The name in a Host header, without its port."""
    host = host.lower()
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0]


def _refused(status: int, why: str) -> JSONResponse:
    return JSONResponse({"error": why}, status)
