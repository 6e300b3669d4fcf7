"""subscribe and unsubscribe. Source: rippled `Subscribe.cpp`, `Unsubscribe.cpp`; recording 08."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha512
from typing import Any

from neo.infra.sandbox.xrpl.chain.records import BookSides
from neo.infra.sandbox.xrpl.methods.books import BOOK_OFFERS, offers_of_book, read_book
from neo.infra.sandbox.xrpl.methods.call import Call, choose_ledger, is_address
from neo.infra.sandbox.xrpl.methods.server import load_fields
from neo.infra.sandbox.xrpl.rpc.errors import RpcError
from neo.infra.sandbox.xrpl.streams.messages import ledger_fields
from neo.infra.sandbox.xrpl.streams.subscriber import STREAMS, Subscriber

_UNKNOWN_ON_HTTP = "Subscriptions need a WebSocket connection."


def subscribe(call: Call) -> dict[str, Any]:
    """Begin to hear of streams, accounts and books; the answer carries what the streams begin with."""
    subscriber = _subscriber(call)
    result: dict[str, Any] = {}
    streams = _streams(call)
    accounts = _accounts(call, "accounts")
    proposed = _accounts(call, "accounts_proposed") | _accounts(call, "rt_accounts")
    books = _books(call)
    for wanted, book in books:
        result |= _snapshot(call, wanted, book, result)
    if "ledger" in streams and call.node.synced:
        result |= ledger_fields(call.node, call.node.chain.ledgers[call.node.known_index])
    if "server" in streams:
        result |= _server_fields(call)
    subscriber.api_version = call.api_version
    subscriber.streams |= streams
    subscriber.accounts |= accounts
    subscriber.accounts_proposed |= proposed
    for wanted, book in books:
        subscriber.books |= _directions(wanted, book)
    return result


def unsubscribe(call: Call) -> dict[str, Any]:
    """Stop hearing of what is named."""
    subscriber = _subscriber(call)
    streams, accounts, books = _streams(call), _accounts(call, "accounts"), _books(call)
    subscriber.streams -= streams
    subscriber.accounts -= accounts
    subscriber.accounts_proposed -= _accounts(call, "accounts_proposed")
    for wanted, book in books:
        subscriber.books -= _directions(wanted, book)
    return {}


def _subscriber(call: Call) -> Subscriber:
    if call.subscriber is None:
        raise RpcError("invalidParams", _UNKNOWN_ON_HTTP)
    return call.subscriber


def _streams(call: Call) -> set[str]:
    streams = call.params.get("streams", [])
    if not isinstance(streams, list):
        raise RpcError("invalidParams")
    for name in streams:
        if name not in STREAMS:
            raise RpcError("malformedStream")
    return set(streams)


def _accounts(call: Call, name: str) -> set[str]:
    if name not in call.params:
        return set()
    accounts = call.params[name]
    if not isinstance(accounts, list):
        raise RpcError("invalidParams")
    if not accounts or not all(isinstance(each, str) and is_address(each) for each in accounts):
        raise RpcError("actMalformed")
    return set(accounts)


def _books(call: Call) -> list[tuple[Mapping[str, Any], BookSides]]:
    books = call.params.get("books", [])
    if not isinstance(books, list):
        raise RpcError("invalidParams")
    read: list[tuple[Mapping[str, Any], BookSides]] = []
    for wanted in books:
        if not isinstance(wanted, dict) or not all(
            isinstance(wanted.get(side), dict) for side in ("taker_pays", "taker_gets")
        ):
            raise RpcError("invalidParams")
        taker = wanted.get("taker")
        if taker is not None and (not isinstance(taker, str) or not is_address(taker)):
            raise RpcError("invalidParams" if not isinstance(taker, str) else "actMalformed")
        read.append((wanted, read_book(wanted)))
    return read


def _directions(wanted: Mapping[str, Any], book: BookSides) -> set[BookSides]:
    return {book, (book[1], book[0])} if wanted.get("both") is True else {book}


def _snapshot(call: Call, wanted: Mapping[str, Any], book: BookSides, before: dict[str, Any]) -> dict[str, Any]:
    """Offers of now: with `both`, bids are the book as it was named and asks its reverse."""
    if wanted.get("snapshot") is not True or not call.node.synced:
        return {}
    chosen = choose_ledger(call, default="validated")
    both = wanted.get("both") is True
    parts = {"bids": book, "asks": (book[1], book[0])} if both else {"offers": book}
    limit = BOOK_OFFERS[1]
    return {name: before.get(name, []) + offers_of_book(call, chosen, each, limit) for name, each in parts.items()}


def _server_fields(call: Call) -> dict[str, Any]:
    node = call.node
    load = load_fields(node.chain.model.fees())
    fields = {
        "hostid": node.identity.host,
        "load_base": load["load_base"],
        "load_factor": load["load_factor"],
        "pubkey_node": node.identity.public_key,
        "random": sha512(f"{node.number}/{node.rng.random()}".encode()).hexdigest()[:64].upper(),
        "server_status": node.server_state,
    }
    return fields | ({"stand_alone": True} if node.synced else {})
