"""Threads of the sandboxes bear their name, so that nobody takes them for an engine's, and end with them."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from typing import Any

from neo.harness.live.exchange_world import exchange_plan
from neo.infra.sandbox.exchange.sandbox import SandboxExchange
from neo.infra.sandbox.sandbox_loop import SANDBOX_THREADS
from neo.infra.sandbox.xrpl.plan import SandboxPlan
from neo.infra.sandbox.xrpl.server import SandboxServer
from tests.patience import PATIENCE_S
from tests.threads import threads_since


def worker_of(on_loop: Callable[[Callable[[], object]], object]) -> threading.Thread:
    """A thread to which that loop gives work away, as a web server does with the compression of a long message."""
    workers: queue.SimpleQueue[threading.Thread] = queue.SimpleQueue()

    def work() -> None:
        workers.put(threading.current_thread())

    on_loop(lambda: asyncio.get_running_loop().run_in_executor(None, work))
    return workers.get(timeout=PATIENCE_S)


def test_workers_of_a_sandbox_ledger_bear_its_name_and_are_gone_when_it_has_stopped() -> None:
    before = set(threading.enumerate())
    with SandboxServer(SandboxPlan(close_every_s=None)) as sandbox:
        worker = worker_of(sandbox.on_loop)
        assert worker.name.startswith(SANDBOX_THREADS)
    assert threads_since(before) == []


def test_workers_of_a_sandbox_exchange_bear_its_name_and_are_gone_when_it_has_stopped() -> None:
    def on_loop(question: Callable[[], Any]) -> object:
        return sandbox.within(lambda _: question())

    before = set(threading.enumerate())
    with SandboxExchange(exchange_plan(symbols=2)) as sandbox:
        worker = worker_of(on_loop)
        assert worker.name.startswith(SANDBOX_THREADS)
    assert threads_since(before) == []
