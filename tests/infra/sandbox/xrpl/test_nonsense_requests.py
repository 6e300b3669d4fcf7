"""Requests that make no sense: each gets an answer, and the node goes on serving."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from websockets.sync.connection import Connection

from neo.infra.sandbox.xrpl.plan import SandboxPlan
from neo.infra.sandbox.xrpl.rpc.dispatch import ADMIN, METHODS
from neo.infra.sandbox.xrpl.server import SandboxServer
from tests.infra.sandbox.xrpl.raw_client import ask, hear, next_sequence, post, rpc, signed_offer, socket_to

ACCOUNT = "rrrrrrrrrrrrrrrrrrrrrhoLvTp"
FIELDS = (
    "account", "accounts", "accounts_proposed", "account_root", "amm", "amm_account", "api_version", "asset", "asset2",
    "binary", "books", "both", "ctid", "directory", "expand", "fail_hard", "forward", "hash", "index", "ledger_hash",
    "ledger_index", "ledger_index_max", "ledger_index_min", "limit", "marker", "max_ledger", "min_ledger", "offer",
    "owner_funds", "peer", "queue", "ripple_state", "role", "signer_lists", "snapshot", "streams", "taker", "taker_gets",
    "taker_pays", "ticket", "transaction", "transactions", "tx_blob", "tx_hash", "tx_json", "type",
)  # fmt: skip
LIKELY: tuple[Any, ...] = (
    ACCOUNT, "validated", "current", "closed", -1, 0, 1, 1_000, 2**32, 2**64, "0" * 64, "zz", "XRP", "user",
    {"currency": "XRP"}, {"currency": "USD", "issuer": ACCOUNT}, {"ledger": 1, "seq": 0}, {"account": ACCOUNT, "seq": 1},
    {"TransactionType": "OfferCreate", "Account": ACCOUNT}, ["ledger"], [ACCOUNT], [{}], True, None, "", "offer",
)  # fmt: skip

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sampled_from(LIKELY),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=4),
    max_leaves=12,
)
params = st.dictionaries(st.sampled_from(FIELDS), json_values, max_size=6)
methods = st.sampled_from(sorted((set(METHODS) | ADMIN) - {"ledger_accept"}))
#: A request that hangs takes long to shrink: the first one found is small enough.
FUZZ = settings(
    max_examples=200,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxServer]:
    with SandboxServer(SandboxPlan(close_every_s=None, accept_by_request=False)) as server:
        server.close_ledger(times=3)
        rpc(server.urls_http[0], "submit", tx_blob=signed_offer(server, next_sequence(server)))
        server.close_ledger()
        yield server


@pytest.fixture
def socket(sandbox: SandboxServer) -> Iterator[Connection]:
    with socket_to(sandbox) as opened:
        yield opened


def well_formed(answer: dict[str, Any]) -> bool:
    """An error has a name; a success has what the envelope needs."""
    if answer["status"] == "error":
        return isinstance(answer["error"], str) and answer["error"] != "internal"
    return bool(answer["status"] == "success")


@FUZZ
@given(method=methods, given_params=params)
def test_any_parameters_over_http_get_a_json_answer(
    sandbox: SandboxServer, method: str, given_params: dict[str, Any]
) -> None:
    status, text = post(sandbox.urls_http[0], json.dumps({"method": method, "params": [given_params]}))

    if status == 200:
        assert well_formed(json.loads(text)["result"])
    else:
        assert (status, text) in ((403, "Forbidden\r\n"), (400, "invalid_API_version\r\n"))


@FUZZ
@given(method=methods, given_params=params)
def test_any_parameters_on_a_socket_get_an_answer_with_their_id(
    socket: Connection, method: str, given_params: dict[str, Any]
) -> None:
    answer = ask(socket, method, **given_params)

    assert well_formed(answer)
    assert answer["type"] == "response"


@FUZZ
@given(
    body=st.binary(max_size=200)
    | st.text(max_size=200).map(str.encode)
    | json_values.map(lambda v: json.dumps(v).encode())
)
def test_any_body_over_http_gets_an_answer(sandbox: SandboxServer, body: bytes) -> None:
    status, _ = post(sandbox.urls_http[0], body)

    assert status in (200, 400, 403)


@FUZZ
@given(message=st.binary(max_size=200) | st.text(max_size=200) | json_values.map(json.dumps))
def test_any_message_on_a_socket_gets_an_answer(socket: Connection, message: bytes | str) -> None:
    socket.send(message)

    heard = hear(socket)

    assert heard.get("type") in ("error", "response")


@FUZZ
@given(
    cut=st.integers(min_value=0, max_value=400),
    flipped=st.integers(min_value=0, max_value=399),
    value=st.integers(0, 15),
)
def test_a_damaged_blob_is_refused(sandbox: SandboxServer, cut: int, flipped: int, value: int) -> None:
    blob = signed_offer(sandbox, 500)
    damaged = blob[: min(flipped, len(blob) - 1)] + f"{value:X}" + blob[min(flipped, len(blob) - 1) + 1 :]
    damaged = damaged[: len(damaged) - cut] if cut % 2 else damaged

    result = rpc(sandbox.urls_http[0], "submit", tx_blob=damaged)

    assert damaged == blob or result["status"] == "error"


def test_a_body_that_is_too_large_or_nested_too_deeply_is_refused(sandbox: SandboxServer) -> None:
    url = sandbox.urls_http[0]

    assert post(url, "[" * 100_000)[0] == 400
    assert post(url, " " * 1_100_000)[0] == 400
    assert rpc(url, "ping") == {"status": "success"}
