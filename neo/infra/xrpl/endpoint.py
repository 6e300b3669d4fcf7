"""Where a node listens."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from neo.domain.errors import NeoError
from neo.domain.session.exit_codes import CONFIG
from neo.records import frozen

#: More nodes would cost connections and add nothing.
NODES_MAX = 8
_SOCKETS = frozenset({"ws", "wss"})
_HTTP = frozenset({"http", "https"})
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class EndpointError(NeoError):
    """A node's address cannot be used."""

    exit_code = CONFIG


@frozen
class NodeEndpoint:
    """One node: `name` for people, WebSocket and JSON-RPC address, at least one of them."""

    name: str
    ws_url: str | None = None
    http_url: str | None = None

    def __attrs_post_init__(self) -> None:
        if self.ws_url is None and self.http_url is None:
            raise EndpointError(
                f"node {self.name} has no address", "Give a ws://, wss://, http:// or https:// address."
            )


def is_loopback(url: str) -> bool:
    """Whether a proxy of the environment has no business with this address."""
    return urlsplit(url).hostname in _LOOPBACK


def endpoints(urls: Iterable[str]) -> tuple[NodeEndpoint, ...]:
    """Nodes in the order of their first address. EndpointError for what is no address, and for too many.

    A WebSocket and an HTTP address of the same host and port are one node; of the same host alone, when each kind occurs
    once: public servers listen for both on one name and several ports.
    """
    parts = [(url, _split(url)) for url in dict.fromkeys(urls)]
    sockets = [(url, place) for url, (scheme, place) in parts if scheme in _SOCKETS]
    plain = [(url, place) for url, (scheme, place) in parts if scheme in _HTTP]
    partner = {socket: _partner(place, sockets, plain) for socket, place in sockets}
    taken = {http for http in partner.values() if http is not None}
    nodes = []
    for url, (scheme, (host, port)) in parts:
        name = host if port is None else f"{host}:{port}"
        if scheme in _SOCKETS:
            nodes.append(NodeEndpoint(name, url, partner[url]))
        elif url not in taken:
            nodes.append(NodeEndpoint(name, None, url))
    if not 1 <= len(nodes) <= NODES_MAX:
        raise EndpointError(f"{len(nodes)} nodes are configured", f"Name 1 to {NODES_MAX} nodes.")
    return tuple(nodes)


_Place = tuple[str, int | None]


def _split(url: str) -> tuple[str, _Place]:
    try:
        split = urlsplit(url)
        place = (split.hostname, split.port)
    except ValueError as reason:
        raise EndpointError(f"{url!r} is no address: {reason}", "Write it like wss://host:port.") from None
    if split.scheme not in _SOCKETS | _HTTP or not place[0] or split.username or split.password:
        raise EndpointError(f"{url!r} is no address of a node", "Use ws://, wss://, http:// or https:// and a host.")
    return split.scheme, (place[0], place[1])


def _partner(place: _Place, sockets: list[tuple[str, _Place]], plain: list[tuple[str, _Place]]) -> str | None:
    same = [url for url, other in plain if other == place]
    if same:
        return same[0]
    host = place[0]
    of_host = [url for url, other in plain if other[0] == host]
    alone = sum(other[0] == host for _, other in sockets) == 1
    return of_host[0] if alone and len(of_host) == 1 else None
