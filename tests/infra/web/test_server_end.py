"""How the dashboard's server ends: with everybody hung up on, whatever they are doing."""

from __future__ import annotations

import contextlib
import gc
import socket
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from neo.infra.web.server import DashboardServer
from tests.infra.sqlite.books import accept, opened, session
from tests.infra.web.scene import Scene
from tests.patience import PATIENCE_S

ROUNDS = 5
#: Fewer than the server takes at a time.
KNOCKS_MAX = 150
STREAM = b"GET /api/stream HTTP/1.1\r\nHost: localhost\r\n\r\n"


def connection(server: DashboardServer, receive_bytes: int = 0) -> socket.socket:
    place = urlsplit(server.url)
    client = socket.socket()
    if receive_bytes:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
    client.settimeout(PATIENCE_S)
    try:
        client.connect((place.hostname, place.port))
    except OSError:
        client.close()
        raise
    return client


@contextmanager
def nothing_left_open() -> Iterator[None]:
    """Whatever is collected with a socket still open is a warning, and a warning is a failure."""
    gc.collect()
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", ResourceWarning)
        yield
        gc.collect()
    assert [str(each.message) for each in told] == []


def knocking(server: DashboardServer, over: threading.Event, made: list[socket.socket]) -> None:
    """One connection after another, each second one with a request, until it is over."""
    for _ in range(KNOCKS_MAX):
        if over.is_set():
            return
        try:
            made.append(connection(server))
            if len(made) % 2:
                made[-1].sendall(STREAM)
        except OSError:  # nobody listens any more
            continue


def test_a_page_that_does_not_read_is_hung_up_on_at_the_end(tmp_path: Path) -> None:
    # Given a page that asked for the stream and takes nothing of it, and more for it than buffers hold
    scene = Scene(tmp_path / "neo.db")
    with nothing_left_open():
        server = scene.server()
        server.start()
        deaf, listening = connection(server, receive_bytes=4_096), connection(server)
        for each in (deaf, listening):
            each.sendall(STREAM)
            assert each.recv(1)
        for number in range(1_000):
            scene.say("PHASE", phase="x" * 700, why=str(number))
        read = b""
        while b'"why":"999"' not in read:
            piece = listening.recv(65_536)
            assert piece, "the stream ended before everything was said"
            read = read[-100:] + piece
        # When the server ends
        server.stop()
        # Then its end of the connection is closed as well
        with contextlib.suppress(ConnectionResetError):
            while deaf.recv(1_000_000):
                pass
        deaf.close()
        listening.close()
        del server


def test_whoever_comes_in_the_moment_of_the_end_is_hung_up_on(tmp_path: Path) -> None:
    store = opened(tmp_path)
    accept(store, session())
    store.close()
    for _ in range(ROUNDS):
        with nothing_left_open():
            # Given somebody who connects all the time
            server = Scene(tmp_path / "neo.db").server()
            server.start()
            over, made = threading.Event(), list[socket.socket]()
            visitor = threading.Thread(target=knocking, args=(server, over, made))
            visitor.start()
            try:
                # When the server ends
                server.stop()
            finally:
                over.set()
                visitor.join(PATIENCE_S)
                for each in made:
                    each.close()
            # Then no connection is left on its side
            del server
