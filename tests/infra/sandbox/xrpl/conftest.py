"""Sandboxes on loopback sockets. Ledgers close on command, so that no test waits for a clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from neo.infra.sandbox.xrpl.plan import SandboxPlan
from neo.infra.sandbox.xrpl.server import SandboxServer

Sandboxes = Callable[..., SandboxServer]


@pytest.fixture
def sandboxes() -> Iterator[Sandboxes]:
    """Start any number of servers with `sandboxes(nodes=2, ...)`; all are stopped at the test's end."""
    started: list[SandboxServer] = []

    def start(**changes: Any) -> SandboxServer:
        settings: dict[str, Any] = {"close_every_s": None, "market": None, **changes}
        server = SandboxServer(SandboxPlan(**settings))
        server.start()
        started.append(server)
        return server

    yield start
    for server in started:
        server.stop()


@pytest.fixture
def sandbox(sandboxes: Sandboxes) -> SandboxServer:
    """One node, nobody else trades, ledgers close on command."""
    return sandboxes()
