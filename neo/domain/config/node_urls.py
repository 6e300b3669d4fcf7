"""Addresses of XRP Ledger servers: which texts are addresses, and which of them are safe from eavesdroppers.

A server is reached over a WebSocket (ws, wss), which also brings news by itself, or over JSON-RPC (http, https), or both.
Source: https://xrpl.org/docs/tutorials/http-websocket-apis/get-started
"""

from __future__ import annotations

import re
from typing import Any

from neo.domain.config.bounds import Rule
from neo.records import frozen

#: A list that is longer than this is a mistake; every server costs a connection.
NODES_MAX = 16
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
_PORT_MAX = 65_535
_URL = re.compile(
    r"(?P<scheme>wss?|https?)://(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)"
    r"(?::(?P<port>[0-9]{1,5}))?(?:/[^\s@]*)?"
)


@frozen
class NodeUrls(Rule):
    """A list of distinct server addresses without passwords; empty is allowed (modes without a real ledger)."""

    def complaint(self, value: Any) -> str | None:
        if len(value) > NODES_MAX:
            return f"must have at most {NODES_MAX} entries, but has {len(value)}"
        for url in value:
            wrong = url_complaint(url)
            if wrong is not None:
                return wrong
        twice = next((url for place, url in enumerate(value) if url in value[:place]), None)
        return None if twice is None else f"names {twice} twice"

    def schema(self) -> dict[str, Any]:
        return {
            "items": {"type": "string", "pattern": "^(?:wss?|https?)://[^@\\s]+$"},
            "maxItems": NODES_MAX,
            "uniqueItems": True,
        }


def url_complaint(url: str) -> str | None:
    """Why `url` is no usable server address, or None. A password in it is not repeated."""
    if "@" in url:
        return "has an entry with a user name or password: these would end up in logs"
    found = _URL.fullmatch(url)
    if found is None:
        return f"has the entry {url!r}, which is not an address: it must begin with wss://, ws://, https:// or http://"
    if found["port"] is not None and not 0 < int(found["port"]) <= _PORT_MAX:
        return f"has the entry {url!r}, whose port is not between 1 and {_PORT_MAX}"
    return None


def is_private(url: str) -> bool:
    """Whether nobody on the way can read or change what is said: encrypted, or it never leaves this machine."""
    found = _URL.fullmatch(url)
    return found is not None and (found["scheme"] in ("wss", "https") or found["host"] in _LOOPBACK)
