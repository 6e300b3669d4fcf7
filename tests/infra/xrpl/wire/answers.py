"""Every recorded answer that a parser is for, with that parser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import attrs

from neo.infra.xrpl.wire.account import parse_account, parse_issuer
from neo.infra.xrpl.wire.book_snapshot import parse_book
from neo.infra.xrpl.wire.envelope import open_transaction
from neo.infra.xrpl.wire.fees import parse_fee
from neo.infra.xrpl.wire.history import parse_history_page
from neo.infra.xrpl.wire.ledger import parse_ledger, parse_ledger_closed
from neo.infra.xrpl.wire.offers import parse_offers
from neo.infra.xrpl.wire.pair import WirePair
from neo.infra.xrpl.wire.pool import parse_amm
from neo.infra.xrpl.wire.refusals import port_error, read_refusal
from neo.infra.xrpl.wire.server import parse_server
from neo.infra.xrpl.wire.submission import parse_submit
from neo.infra.xrpl.wire.transaction import parse_transaction
from tests.recordings.recording import load, names

Json = dict[str, Any]
NO_POOL: Json = {"error": "actNotFound", "status": "error"}


@attrs.frozen
class Answer:
    """`parse` takes `content`, or whatever a hostile server makes of it."""

    kind: str
    recording: str
    step: str
    content: Any
    parse: Callable[[Any], object]


@lru_cache(maxsize=1)
def every_answer() -> tuple[Answer, ...]:
    """All of all recordings that are successes, in their order; do not change what is in them."""
    return tuple(answer for name in names() if "definitions" not in name for answer in answers_of(name))


def answers_of(name: str) -> Iterator[Answer]:
    content = load(name)
    pair = WirePair(content["rlusd"]["currency"], content["rlusd"]["issuer"], content["accounts"]["maker"])
    for entry in content["entries"]:
        for kind, found, parse in _of_entry(entry, pair):
            yield Answer(kind, name, entry["step"], found, parse)


Found = tuple[str, Any, Callable[[Any], object]]


def _of_entry(entry: Json, pair: WirePair) -> Iterator[Found]:
    message = entry.get("stream")
    if isinstance(message, dict):
        if message.get("type") == "ledgerClosed":
            yield "ledgerClosed", message, parse_ledger_closed
        if message.get("type") == "transaction" and message.get("validated"):
            yield "transaction message", message, lambda found: parse_transaction(pair, open_transaction(found))
        return
    request, response = entry.get("request"), entry.get("response")
    if not isinstance(request, dict) or not isinstance(response, dict) or "http_status" in response:
        return
    result = response.get("result", response)
    asked = request.get("params", [request])[0] if "method" in request else request
    method = request.get("method") or request.get("command")
    if isinstance(result, dict) and "error" in result:
        yield "refusal", result, _refused
    elif isinstance(result, dict) and method is not None and not asked.get("binary"):
        yield from _of_result(method, asked, result, pair)


def _refused(found: Any) -> object:
    refusal = read_refusal(found)
    return None if refusal is None else (refusal, port_error(refusal, submitting=True))


def _of_result(method: str, asked: Json, result: Json, pair: WirePair) -> Iterator[Found]:
    if method in ("server_info", "server_state"):
        yield method, result, parse_server
    elif method == "fee":
        yield method, result, parse_fee
    elif method == "submit":
        yield method, result, lambda found: parse_submit(found, result["tx_json"]["hash"])
    elif method == "subscribe" and "ledger_time" in result:
        yield method, result, parse_ledger_closed
    elif method in ("tx", "transaction_entry") and result.get("validated") is True:
        yield method, result, lambda found: parse_transaction(pair, open_transaction(found))
    elif method == "ledger" and result.get("validated") is True:
        yield method, result, parse_ledger
    elif method == "account_tx":
        own = attrs.evolve(pair, account=asked["account"])
        yield method, result, lambda found: parse_history_page(own, found)
    elif result.get("validated") is True:
        yield from _of_view(method, asked, result, pair)


def _of_view(method: str, asked: Json, result: Json, pair: WirePair) -> Iterator[Found]:
    own = attrs.evolve(pair, account=asked.get("account", pair.account))
    if method == "account_info":
        issuer = attrs.evolve(pair, issuer=asked["account"])
        yield "account_info of an issuer", result, lambda found: parse_issuer(issuer, found)
        lines = _empty(result, asked["account"], "lines")
        tickets = _empty(result, asked["account"], "account_objects")
        yield method, result, lambda found: parse_facts(own, found, lines, tickets)
    elif method == "account_lines":
        info, tickets = _root(result, asked["account"]), _empty(result, asked["account"], "account_objects")
        yield method, result, lambda found: parse_facts(own, info, found, tickets)
    elif method == "account_objects" and asked.get("type") == "ticket":
        info, lines = _root(result, asked["account"]), _empty(result, asked["account"], "lines")
        yield method, result, lambda found: parse_facts(own, info, lines, found)
    elif method == "account_offers" and "marker" not in result:
        yield method, result, lambda found: parse_offers(own, [found])
    elif method == "amm_info":
        yield method, result, lambda found: parse_amm(pair, found)
    elif method == "book_offers":
        yield from _book(asked, result, pair)


def _book(asked: Json, result: Json, pair: WirePair) -> Iterator[Found]:
    empty = {**result, "offers": []}
    limit = asked.get("limit", 60)
    if asked["taker_gets"] == {"currency": "XRP"} and asked["taker_pays"].get("issuer") == pair.issuer:
        yield "book_offers", result, lambda found: parse_book(pair, found, empty, NO_POOL, limit=limit)
    if asked["taker_pays"] == {"currency": "XRP"} and asked["taker_gets"].get("issuer") == pair.issuer:
        yield "book_offers", result, lambda found: parse_book(pair, empty, found, NO_POOL, limit=limit)


def parse_facts(pair: WirePair, info: Any, lines: Any, tickets: Any) -> object:
    return parse_account(
        pair,
        info,
        [lines],
        [tickets],
        close_time_ns=1,
        base_fee_drops=10,
        open_ledger_fee_drops=10,
        reserve_base_drops=1_000_000,
        reserve_increment_drops=200_000,
    )


def _empty(result: Json, account: str, name: str) -> Json:
    place = {key: result[key] for key in ("ledger_hash", "ledger_index", "validated")}
    return {**place, "account": account, name: []}


def _root(result: Json, account: str) -> Json:
    data = {"Account": account, "Balance": "1", "Flags": 0, "OwnerCount": 0, "Sequence": 1}
    return {**_empty(result, account, "ignored"), "account_data": data}
