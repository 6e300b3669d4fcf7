"""A client without opinions: what is sent and what comes back, as it is on the wire."""

from __future__ import annotations

import http.client
import json
from typing import Any
from urllib.parse import urlsplit

from websockets.sync.client import connect
from websockets.sync.connection import Connection
from xrpl.core import binarycodec, keypairs

from neo.infra.sandbox.xrpl.server import SandboxServer
from tests.patience import PATIENCE_S


def post(url: str, body: bytes | str, timeout_s: float = PATIENCE_S) -> tuple[int, str]:
    """(HTTP status, text). ConnectionError or TimeoutError when there is no answer."""
    place = urlsplit(url)
    connection = http.client.HTTPConnection(str(place.hostname), place.port, timeout=timeout_s)
    try:
        connection.request("POST", "/", body.encode() if isinstance(body, str) else body)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def rpc(url: str, method: str, api_version: int = 2, **params: Any) -> dict[str, Any]:
    """The `result` of one JSON-RPC call."""
    status, text = post(url, json.dumps({"method": method, "params": [{**params, "api_version": api_version}]}))
    assert status == 200, text
    result: dict[str, Any] = json.loads(text)["result"]
    return result


def socket_to(sandbox: SandboxServer, node: int = 0, **options: Any) -> Connection:
    return connect(sandbox.urls_ws[node], open_timeout=PATIENCE_S, close_timeout=1.0, **options)


def ask(socket: Connection, command: str, **params: Any) -> dict[str, Any]:
    """One request and the next message that answers it."""
    socket.send(json.dumps({"id": command, "command": command, "api_version": 2, **params}))
    while True:
        message = hear(socket)
        if message.get("id") == command:
            return message


def hear(socket: Connection, timeout_s: float = PATIENCE_S) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(socket.recv(timeout=timeout_s))
    return message


def signed_offer(sandbox: SandboxServer, sequence: int, **changes: Any) -> str:
    """The blob of an offer of the trading wallet: 1 XRP for 3 tokens, far from any market, unless changed."""
    public, private = keypairs.derive_keypair(sandbox.wallet.seed)
    currency, issuer = sandbox.token
    fields: dict[str, Any] = {
        "TransactionType": "OfferCreate",
        "Account": sandbox.wallet.account,
        "Fee": "10",
        "Flags": 0,
        "Sequence": sequence,
        "TakerGets": "1000000",
        "TakerPays": {"currency": currency, "issuer": issuer, "value": "3"},
        "SigningPubKey": public,
        **changes,
    }
    signature = keypairs.sign(bytes.fromhex(binarycodec.encode_for_signing(fields)), private)
    return str(binarycodec.encode({**fields, "TxnSignature": signature}))


def next_sequence(sandbox: SandboxServer) -> int:
    return int(rpc(sandbox.urls_http[0], "account_info", account=sandbox.wallet.account)["account_data"]["Sequence"])
