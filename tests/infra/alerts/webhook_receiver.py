"""A receiver of webhooks on loopback: a real HTTP server that keeps what was posted and answers as it is told."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Receiver:
    """`status` is the answer to the next posts. `texts` are the bodies, `bodies` the same as JSON."""

    def __init__(self) -> None:
        self.status = 204
        self.bodies: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.url = ""
        self.arrived = threading.Event()

    def kinds(self) -> list[tuple[str, str]]:
        return [(body["kind"], body["cause"]) for body in self.bodies]


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.bodies.append(json.loads(content))
            receiver.paths.append(self.path)
            self.send_response(receiver.status)
            self.send_header("Content-Length", "0")
            self.end_headers()
            receiver.arrived.set()

        def log_message(self, format: str, *args: object) -> None:
            """Nothing on the terminal."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        serving.start()
        receiver.url = f"http://127.0.0.1:{server.server_address[1]}/hook/T0KENt0ken?key=SeCr3tSeCr3t"
        try:
            yield receiver
        finally:
            server.shutdown()
            serving.join()
