"""Everything that may be wrong with a node, switched on and off while clients are connected."""

from __future__ import annotations

import json
import threading
import time
from contextlib import suppress

import attrs
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.connection import Connection

from neo.domain.units import NS_PER_S
from tests.infra.sandbox.xrpl.conftest import Sandboxes
from tests.infra.sandbox.xrpl.raw_client import ask, hear, next_sequence, post, rpc, signed_offer, socket_to
from tests.patience import PATIENCE_S

SHORT_S = 0.3
#: More than are sent until the server has closed.
ASKED_MAX = 100_000


@attrs.define
class Stopwatch:
    """A clock that a test moves."""

    at_ns: int

    def __call__(self) -> int:
        return self.at_ns


def test_a_killed_node_refuses_connections_and_comes_back_on_the_same_port(sandboxes: Sandboxes) -> None:
    sandbox = sandboxes(nodes=2)
    port = sandbox.nodes[0].port
    with socket_to(sandbox) as socket:
        sandbox.nodes[0].kill()

        with pytest.raises(ConnectionClosed):
            socket.recv(timeout=PATIENCE_S)
        with pytest.raises(ConnectionRefusedError):
            rpc(sandbox.urls_http[0], "ping")
    assert rpc(sandbox.urls_http[1], "ping") == {"status": "success"}

    sandbox.nodes[0].revive()

    assert sandbox.nodes[0].port == port
    assert rpc(sandbox.urls_http[0], "ping") == {"status": "success"}


def test_a_node_that_lags_serves_the_ledger_of_some_closes_ago(sandboxes: Sandboxes) -> None:
    sandbox = sandboxes(nodes=2)
    head = sandbox.close_ledger(times=5).index

    sandbox.nodes[1].fault(lag_ledgers=3)

    assert rpc(sandbox.urls_http[0], "ledger_closed")["ledger_index"] == head
    assert rpc(sandbox.urls_http[1], "ledger_closed")["ledger_index"] == head - 3
    assert rpc(sandbox.urls_http[1], "ledger_current")["ledger_current_index"] == head - 2
    assert rpc(sandbox.urls_http[1], "server_info")["info"]["complete_ledgers"] == f"1000-{head - 3}"
    assert rpc(sandbox.urls_http[1], "ledger", ledger_index=head)["error"] == "lgrNotFound"


def test_a_node_that_caught_up_tells_all_the_ledgers_that_it_owes(sandboxes: Sandboxes) -> None:
    sandbox = sandboxes()
    sandbox.close_ledger(times=4)
    with socket_to(sandbox) as socket:
        first = ask(socket, "subscribe", streams=["ledger"])["result"]["ledger_index"]
        sandbox.nodes[0].fault(lag_ledgers=2)
        sandbox.close_ledger(times=2)
        sandbox.nodes[0].heal()
        sandbox.close_ledger()

        heard = [hear(socket)["ledger_index"] for _ in range(3)]

    assert heard == [first + 1, first + 2, first + 3]


def test_a_node_that_is_overloaded_answers_503_and_closes_with_1008_after_a_warning(sandboxes: Sandboxes) -> None:
    sandbox = sandboxes()
    with socket_to(sandbox) as before:
        sandbox.nodes[0].fault(refuse_503=True, close_1008=True)

        with pytest.raises(ConnectionClosed) as closed:
            before.recv(timeout=PATIENCE_S)
        assert closed.value.rcvd is not None and closed.value.rcvd.code == 1008
    assert post(sandbox.urls_http[0], "{}") == (503, "Server is overloaded\r\n")
    with socket_to(sandbox) as after:
        assert ask(after, "ping")["warning"] == "load"
        with pytest.raises(ConnectionClosed) as ended:
            after.recv(timeout=PATIENCE_S)
        assert ended.value.rcvd is not None and ended.value.rcvd.reason == "threshold exceeded"


def test_a_node_without_a_network_says_that_it_is_not_synced(sandboxes: Sandboxes) -> None:
    sandbox = sandboxes()
    with socket_to(sandbox) as socket:
        assert ask(socket, "subscribe", streams=["server"])["result"]["server_status"] == "full"

        sandbox.nodes[0].fault(not_synced=True)

        assert hear(socket)["server_status"] == "disconnected"
    url = sandbox.urls_http[0]
    account = sandbox.wallet.account
    assert rpc(url, "fee")["error"] == "notSynced"
    assert rpc(url, "account_info", account=account)["error_message"] == "notSynced"
    assert rpc(url, "submit", tx_blob=signed_offer(sandbox, 1))["error"] == "notSynced"
    assert rpc(url, "server_info")["info"]["complete_ledgers"] == "empty"
    assert rpc(url, "server_info")["info"]["server_state"] == "disconnected"


def test_a_submit_whose_reply_is_lost_was_accepted_all_the_same(sandboxes: Sandboxes) -> None:
    sandbox = sandboxes(nodes=2)
    sequence = next_sequence(sandbox)
    sandbox.nodes[1].fault(lost_submit_replies=1.0)

    with pytest.raises(ConnectionError):
        rpc(sandbox.urls_http[1], "submit", tx_blob=signed_offer(sandbox, sequence))
    with socket_to(sandbox, node=1) as socket:
        request = {"id": 7, "command": "submit", "tx_blob": signed_offer(sandbox, sequence + 1)}
        socket.send(json.dumps(request))
        assert ask(socket, "ping")["status"] == "success"
    sandbox.close_ledger()

    assert [record.tx_json["Sequence"] for record in sandbox.history()] == [sequence, sequence + 1]


def test_a_half_open_connection_stays_open_and_says_nothing_for_ever(sandboxes: Sandboxes) -> None:
    sandbox = sandboxes()
    with socket_to(sandbox, ping_interval=None) as socket:
        ask(socket, "subscribe", streams=["ledger"])
        sandbox.nodes[0].fault(half_open=True)
        sandbox.close_ledger()
        unanswered = socket.ping()
        socket.send(json.dumps({"id": 1, "command": "ping"}))

        with pytest.raises(TimeoutError):
            socket.recv(timeout=SHORT_S)
        assert not unanswered.wait(SHORT_S)
        sandbox.nodes[0].heal()
        sandbox.close_ledger()
        with pytest.raises(TimeoutError):
            socket.recv(timeout=SHORT_S)
    with socket_to(sandbox) as fresh:
        assert ask(fresh, "ping")["status"] == "success"


def test_a_request_over_http_to_a_half_open_node_hangs(sandboxes: Sandboxes) -> None:
    sandbox = sandboxes()
    sandbox.nodes[0].fault(half_open=True)

    with pytest.raises(TimeoutError):
        post(sandbox.urls_http[0], "{}", timeout_s=SHORT_S)


def test_ledgers_that_are_missing_are_holes_in_complete_ledgers_and_in_the_history(sandboxes: Sandboxes) -> None:
    sandbox = sandboxes()
    url, account = sandbox.urls_http[0], sandbox.wallet.account
    sequence = next_sequence(sandbox)
    for number in range(3):
        rpc(url, "submit", tx_blob=signed_offer(sandbox, sequence + number))
        sandbox.close_ledger()

    sandbox.nodes[0].fault(missing_ledgers=((1001, 1002),))

    assert rpc(url, "server_info")["info"]["complete_ledgers"] == "1000,1003"
    history = rpc(url, "account_tx", account=account)
    assert (history["ledger_index_min"], history["ledger_index_max"]) == (1003, 1003)
    assert [each["ledger_index"] for each in history["transactions"]] == [1003]
    assert rpc(url, "account_tx", account=account, ledger_index_min=1000)["error"] == "lgrIdxMalformed"
    version_1 = rpc(url, "account_tx", api_version=1, account=account, ledger_index_min=1000, ledger_index_max=1002)
    assert version_1["error"] == "lgrIdxsInvalid"
    assert rpc(url, "tx", transaction=sandbox.history()[0].hash)["error"] == "txnNotFound"


def test_a_client_that_is_let_go_while_it_asks_hears_why(sandboxes: Sandboxes) -> None:
    """What is on its way when the server closes must not turn the farewell into a reset."""
    sandbox = sandboxes()

    for _ in range(5):
        with socket_to(sandbox) as socket:
            asking = threading.Thread(target=ask_until_let_go, args=(socket,))
            asking.start()
            hear(socket)
            sandbox.nodes[0].fault(close_1008=True)
            with pytest.raises(ConnectionClosed) as closed:
                while True:
                    hear(socket)
            asking.join(PATIENCE_S)
            sandbox.nodes[0].heal()

        assert closed.value.rcvd is not None and closed.value.rcvd.code == 1008


def ask_until_let_go(socket: Connection) -> None:
    """Never waits for an answer."""
    with suppress(ConnectionClosed):
        for number in range(ASKED_MAX):
            socket.send(json.dumps({"id": number, "command": "ping"}))


def test_a_client_that_asks_too_much_is_warned_let_go_and_kept_out_until_it_has_been_quiet(
    sandboxes: Sandboxes,
) -> None:
    clock = Stopwatch(at_ns=time.time_ns())
    sandbox = sandboxes(clock=clock)
    sandbox.nodes[0].fault(rate_limited=True)
    warned = answered = 0

    with socket_to(sandbox) as socket, pytest.raises(ConnectionClosed) as closed:
        for _ in range(2_000):
            answer = ask(socket, "ping")
            answered += 1
            warned += answer.get("warning") == "load"

    assert closed.value.rcvd is not None and closed.value.rcvd.code == 1008
    assert 0 < warned < answered
    clock.at_ns += NS_PER_S
    assert post(sandbox.urls_http[0], "{}")[0] == 503
    clock.at_ns += 60 * NS_PER_S
    assert post(sandbox.urls_http[0], "{}")[0] != 503
    with socket_to(sandbox) as socket:
        assert "warning" not in ask(socket, "ping")


def test_a_stream_in_disorder_says_some_things_twice_some_late_and_some_never(sandboxes: Sandboxes) -> None:
    sandbox = sandboxes()
    faults = {"reordered_messages": 0.3, "duplicated_messages": 0.3, "omitted_messages": 0.2}
    with socket_to(sandbox) as socket:
        ask(socket, "subscribe", streams=["ledger"])
        sandbox.nodes[0].fault(**faults)
        sandbox.close_ledger(times=60)
        sandbox.nodes[0].heal()
        last = sandbox.close_ledger(times=2).index
        heard = [hear(socket)["ledger_index"]]
        while heard[-1] != last:
            heard.append(hear(socket)["ledger_index"])

    assert len(set(heard)) < 62
    assert len(heard) > len(set(heard))
    assert heard != sorted(heard)


def test_slow_answers_are_late(sandboxes: Sandboxes) -> None:
    sandbox = sandboxes()
    sandbox.nodes[0].fault(slow_ms=4_000)

    with pytest.raises(TimeoutError):
        post(sandbox.urls_http[0], json.dumps({"method": "ping"}), timeout_s=SHORT_S)

    sandbox.nodes[0].fault(slow_ms=50)
    assert post(sandbox.urls_http[0], json.dumps({"method": "ping"}))[0] == 200
