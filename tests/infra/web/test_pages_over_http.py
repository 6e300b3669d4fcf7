"""The server over a real socket: who is let in, what the answers carry, what happens to clients that misbehave."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from neo.domain.messages.session import OperatorHalt, OperatorResume
from neo.infra.control.command import OperatorCommand, Verb
from neo.infra.control.layout import ControlDirectory
from neo.infra.control.watcher import ControlWatcher
from neo.infra.web import commands, feed
from neo.infra.web.server import DashboardRefused, DashboardServer
from tests.cli.fake_engine import a_status
from tests.infra.sqlite.books import START_NS, accept, opened, session
from tests.infra.web.scene import TOKEN, Scene
from tests.patience import PATIENCE_S


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    store = opened(tmp_path)
    accept(store, session())
    store.close()
    return Scene(tmp_path / "neo.db")


@pytest.fixture
def server(scene: Scene) -> Iterator[DashboardServer]:
    running = scene.server(TOKEN)
    running.start()
    yield running
    assert running.stop()


class Answer:
    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def ask(server: DashboardServer, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> Answer:
    """One request; header names have underscores for hyphens."""
    place = urlsplit(server.url)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=PATIENCE_S)
    try:
        connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        return Answer(connection.getresponse())
    finally:
        connection.close()


def command(server: DashboardServer, verb: str = "halt", **changes: Any) -> Answer:
    """A POST as the page makes it; `token`, `origin`, `kind` and the fields of the body can be changed."""
    token, origin = changes.pop("token", TOKEN), changes.pop("origin", server.url.rstrip("/"))
    kind = changes.pop("kind", "application/json")
    body = json.dumps({"who": "alice", "session": "s1", "note": "spread is wrong"} | changes).encode()
    headers = {"authorization": f"Bearer {token}", "content_type": kind} | ({"origin": origin} if origin else {})
    return ask(server, f"/api/{verb}", "POST", body, **headers)


def test_every_answer_forbids_what_a_page_does_not_need(server: DashboardServer) -> None:
    for path in ("/", "/static/charts.js", "/api/overview", "/nowhere", "/healthz"):
        headers = ask(server, path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] in ("no-store", "no-cache")
        assert headers["set-cookie"] is None and headers["server"] is None


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "localhost.", "169.254.169.254"])
def test_a_foreign_host_is_refused(server: DashboardServer, host: str) -> None:
    answer = ask(server, "/api/overview", host=host)
    assert answer.status == 421 and b"session" not in answer.body


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "127.0.0.1:80", "[::1]:9"])
def test_the_names_of_this_machine_are_served(server: DashboardServer, host: str) -> None:
    assert ask(server, "/healthz", host=host).status == 200


def test_a_name_of_the_configuration_is_served(scene: Scene) -> None:
    server = scene.server(hosts=("desk.lan",))
    server.start()
    try:
        assert ask(server, "/healthz", host="desk.lan:443").status == 200
        assert ask(server, "/healthz", host="other.lan").status == 421
    finally:
        server.stop()


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "", "http://127.0.0.1:1"])
def test_a_command_from_another_page_is_refused_even_with_the_token(
    server: DashboardServer, scene: Scene, origin: str
) -> None:
    answer = command(server, origin=origin)
    assert answer.status == 403
    assert not ControlDirectory.beside(scene.database).commands.exists()


def test_a_wrong_token_is_refused_and_after_five_of_them_the_right_one_too(
    server: DashboardServer, scene: Scene
) -> None:
    for _ in range(5):
        assert command(server, token="wrong").status == 401
    assert command(server).status == 429
    assert not ControlDirectory.beside(scene.database).commands.exists()


def test_without_a_token_a_dashboard_only_shows(scene: Scene) -> None:
    server = scene.server()
    server.start()
    try:
        assert ask(server, "/api/overview").json["actions"] is False
        assert command(server).status == 403
    finally:
        server.stop()


def test_a_halt_reaches_the_engine_with_who_and_why(server: DashboardServer, scene: Scene) -> None:
    # Given an engine that looks for commands
    control = ControlDirectory.beside(scene.database)
    control.make()
    taken: list[OperatorHalt | OperatorResume] = []
    watcher = ControlWatcher(control, "s1", lambda message: taken.append(message))
    # When somebody halts from the page, while the engine polls
    place = urlsplit(server.url)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=PATIENCE_S)
    body = json.dumps({"who": " alice\n\u202e", "session": "s1", "note": "spread\x00 is wrong"})
    headers = {
        "authorization": f"Bearer {TOKEN}",
        "content-type": "application/json",
        "origin": server.url.rstrip("/"),
    }
    connection.request("POST", "/api/halt", body, headers)
    connection.sock.settimeout(0.05)
    answer = None
    for _ in range(400):
        watcher.poll()
        try:
            answer = Answer(connection.getresponse())
            break
        except TimeoutError:
            continue
    connection.close()
    # Then the engine has it, and the page its answer
    assert answer is not None and answer.status == 200 and answer.json["accepted"] is True
    assert taken == [OperatorHalt("dashboard alice", "spread  is wrong")]


@pytest.mark.parametrize(
    "changes",
    [{"who": ""}, {"who": "\x00 "}, {"who": "\ud800"}, {"who": 3}, {"session": "another"}, {"kind": "text/plain"}],
)
def test_a_command_that_is_none_leaves_nothing_behind(
    server: DashboardServer, scene: Scene, changes: dict[str, Any]
) -> None:
    assert command(server, **changes).status == 400
    assert not ControlDirectory.beside(scene.database).commands.exists()


def test_a_body_that_is_nested_too_deeply_is_no_command(server: DashboardServer) -> None:
    headers = {"authorization": f"Bearer {TOKEN}", "content_type": "application/json", "origin": server.url.rstrip("/")}
    assert ask(server, "/api/halt", "POST", b"[" * 4_000, **headers).status == 400


def test_a_body_that_is_too_large_is_not_read_to_its_end(server: DashboardServer) -> None:
    assert command(server, note="x" * (commands.BODY_BYTES_MAX + 1)).status == 400


def test_a_request_line_without_end_is_refused(server: DashboardServer) -> None:
    assert ask(server, "/" + "x" * 5_000).status == 414
    assert ask(server, "/healthz", "DELETE").status == 405


@pytest.mark.parametrize("name", ["..%2fapp.py", "%2e%2e/app.py", "README.md", "nothing.js"])
def test_no_file_besides_the_pages_own_is_served(server: DashboardServer, name: str) -> None:
    assert ask(server, f"/static/{name}").status == 404


def test_a_file_that_the_browser_has_is_not_sent_again(server: DashboardServer) -> None:
    tag = ask(server, "/static/charts.js").headers["etag"]
    again = ask(server, "/static/charts.js", if_none_match=tag)
    assert (again.status, again.body) == (304, b"")


def test_ready_means_trading_with_every_actor_and_healthy_means_serving(server: DashboardServer, scene: Scene) -> None:
    assert ask(server, "/readyz").status == 200
    scene.status = a_status(session_id="s1", phase="held")
    answer = ask(server, "/readyz")
    assert answer.status == 503 and answer.json["reasons"] == ["the session is held"]
    assert ask(server, "/healthz").body == b"ok\n"


def test_the_token_is_in_no_answer(server: DashboardServer) -> None:
    for path in (
        "/",
        "/api/overview",
        "/api/charts",
        "/api/orders",
        "/api/sessions",
        "/api/compare?session=s1",
        "/readyz",
    ):
        answer = ask(server, path, authorization=f"Bearer {TOKEN}")
        assert answer.status == 200 and TOKEN.encode() not in answer.body


def test_a_hostile_session_name_in_the_address_is_only_a_name(server: DashboardServer) -> None:
    for name in ("'%20OR%201=1--", "..%2f..%2fetc", "%00"):
        answer = ask(server, f"/api/charts?session={name}&from_ms=-1")
        assert answer.status == 200 and answer.json["ticks"]["at_ms"] == []


@pytest.mark.parametrize("from_ms", ["9" * 13, "9" * 20, "9" * 1_500])
def test_a_time_beyond_every_session_has_no_error(server: DashboardServer, from_ms: str) -> None:
    assert ask(server, f"/api/charts?session=s1&from_ms={from_ms}").status == 200


def test_a_port_that_is_taken_is_a_clear_message(scene: Scene, server: DashboardServer) -> None:
    port = urlsplit(server.url).port
    with pytest.raises(DashboardRefused, match=f"port {port}.*in use") as refusal:
        scene.server(port=port)
    assert "dashboard.port" in refusal.value.advice and refusal.value.exit_code == 69


def test_a_missing_database_is_said_and_the_pages_still_come(tmp_path: Path) -> None:
    server = Scene(tmp_path / "none.db").server()
    server.start()
    try:
        assert ask(server, "/").status == 200
        answer = ask(server, "/api/charts")
        assert answer.status == 503 and "no such file" in answer.json["error"]
    finally:
        server.stop()


def stream(server: DashboardServer, last_event_id: str = "", receive_bytes: int = 0) -> socket.socket:
    """A connection that has asked for the stream."""
    place = urlsplit(server.url)
    connection = socket.socket()
    if receive_bytes:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
    connection.settimeout(PATIENCE_S)
    connection.connect((place.hostname, place.port))
    connection.sendall(
        f"GET /api/stream HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: {last_event_id}\r\n\r\n".encode()
    )
    return connection


def read_until(connection: socket.socket, wanted: bytes) -> bytes:
    read = b""
    while wanted not in read:
        piece = connection.recv(65_536)
        if not piece:
            raise AssertionError(f"ended before {wanted!r}: {read[-300:]!r}")
        read += piece
    return read


def test_a_page_gets_events_with_ids_and_goes_on_where_it_was(server: DashboardServer, scene: Scene) -> None:
    # Given a page that has seen the first tick
    scene.tick(1)
    first = stream(server)
    read = read_until(first, b'"tick":1,')
    seen = read.partition(b"id: ")[2].partition(b"\n")[0].decode()
    first.close()
    # When it comes back after the second
    scene.tick(2)
    again = stream(server, seen)
    read = read_until(again, b'"tick":2,')
    again.close()
    # Then it gets that one only, and is told that nothing is missing
    assert b'"resumed": true' in read and b'"tick":1,' not in read


def test_a_client_that_does_not_read_is_dropped_and_another_one_never_notices(
    server: DashboardServer, scene: Scene
) -> None:
    # Given one that reads and one that does not
    deaf, listening = stream(server, receive_bytes=4_096), stream(server)
    read_until(listening, b"hello")
    # When more is said than is kept
    total, read = 3 * feed.RING_FRAMES, b""
    for number in range(1, total + 1):
        scene.say("PHASE", phase="x" * 400, why=str(number))
        if number % 500 == 0:
            read += read_until(listening, f'"why":"{number}"'.encode())
    # Then the one that reads has all of it
    assert read.count(b'"why":"') == total
    # And the other one's connection has come to its end with less
    got = 0
    while piece := deaf.recv(1_000_000):
        got += piece.count(b'"why":"')
    assert got < total
    deaf.close()
    listening.close()


def test_more_pages_than_allowed_are_told_to_wait(scene: Scene) -> None:
    server = scene.server(viewers_max=1)
    server.start()
    try:
        one = stream(server)
        read_until(one, b"hello")
        two = stream(server)
        assert b"503" in read_until(two, b"\r\n\r\n")
        one.close()
        two.close()
    finally:
        server.stop()


def test_an_operator_command_names_the_one_who_gave_it() -> None:
    wish = commands.read_wish(json.dumps({"who": "x" * 200, "session": "s1"}).encode())
    assert len(wish.who) == commands.WHO_LENGTH_MAX and wish.note == ""
    assert OperatorCommand("0" * 16, Verb.HALT, "s1", f"dashboard {wish.who}", "", START_NS).to_json()
