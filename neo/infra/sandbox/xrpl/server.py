"""The sandbox: a simulated ledger behind real sockets, on an event loop of its own.

    with SandboxServer(SandboxPlan(close_every_s=None)) as sandbox:
        client = JsonRpcClient(sandbox.urls_http[0])
        ...
        sandbox.close_ledger()

Whatever touches the ledger runs on the loop's thread; the methods here may be called from any other.
"""

from __future__ import annotations

import asyncio
import random
import threading
from collections.abc import Callable, Coroutine
from typing import Any, Self, TypeVar

from neo.infra.sandbox.sandbox_loop import SANDBOX_THREADS, sandbox_loop
from neo.infra.sandbox.xrpl.chain.chain import Chain
from neo.infra.sandbox.xrpl.chain.clock import SpeededClock, seconds_between
from neo.infra.sandbox.xrpl.chain.first_ledger import served_model
from neo.infra.sandbox.xrpl.chain.model import LedgerModel, StateView
from neo.infra.sandbox.xrpl.chain.records import LedgerRecord, TransactionRecord
from neo.infra.sandbox.xrpl.plan import SandboxPlan
from neo.infra.sandbox.xrpl.sandbox_node import SandboxNode
from neo.infra.sandbox.xrpl.serving.host import NodeHost
from neo.infra.sandbox.xrpl.serving.identity import identity_of
from neo.infra.sandbox.xrpl.serving.node import Node
from neo.infra.sandbox.xrpl.wallets import TradingWallet, trading_wallet
from neo.records import frozen

Result = TypeVar("Result")
#: Makes the first ledger of a plan, closed at a time in ns since 1970.
FirstModel = Callable[[SandboxPlan, int], LedgerModel]
_CALL_S_MAX = 30.0
_NAME = f"{SANDBOX_THREADS} ledger"


@frozen
class Snapshot:
    """The last validated ledger: its record, and its state, which does not change any more."""

    record: LedgerRecord
    state: StateView


class SandboxServer:
    """Starts with `start` or as a context manager; `stop` ends it and frees the ports."""

    def __init__(self, plan: SandboxPlan | None = None, first_model: FirstModel = served_model) -> None:
        self.plan = plan or SandboxPlan()
        self._first_model = first_model
        self.wallet: TradingWallet = trading_wallet(self.plan.seed)
        self.nodes: tuple[SandboxNode, ...] = ()
        self._clock = self.plan.clock or SpeededClock(speed=self.plan.speed)
        self._loop = sandbox_loop(_NAME)
        self._thread = threading.Thread(target=self._run, name=_NAME, daemon=True)
        self._chain: Chain | None = None
        self._hosts: list[NodeHost] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._closed = threading.Condition()

    # ---------------------------------------------------------------------------------------------------- life cycle

    def start(self) -> None:
        """Listen; raises OSError when a port is taken, and leaves nothing behind then."""
        self._thread.start()
        try:
            self._call(self._begin())
        except BaseException:
            self.stop()
            raise
        self.nodes = tuple(SandboxNode(host, self._call) for host in self._hosts)

    def stop(self) -> None:
        """End every connection and the loop. May be called twice."""
        if self._loop.is_closed():
            return
        if self._thread.is_alive():
            self._call(self._end())
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
        self._loop.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    # ----------------------------------------------------------------------------------------------------- questions

    @property
    def urls_ws(self) -> tuple[str, ...]:
        return tuple(f"ws://{self.plan.host}:{node.port}" for node in self.nodes)

    @property
    def urls_http(self) -> tuple[str, ...]:
        return tuple(f"http://{self.plan.host}:{node.port}" for node in self.nodes)

    @property
    def token(self) -> tuple[str, str]:
        """(currency, issuer) of the token that is traded."""
        return self.chain.model.token

    @property
    def chain(self) -> Chain:
        """The chain itself: only for code that runs on the server's loop, see `on_loop`."""
        assert self._chain is not None, "the server has not been started"
        return self._chain

    def snapshot(self) -> Snapshot:
        """The last validated ledger."""
        return self.on_loop(lambda: Snapshot(self.chain.head, self.chain.model.validated()))

    def history(self) -> tuple[TransactionRecord, ...]:
        """Every validated transaction that ever touched the trading wallet, oldest first: the truth for audits."""
        return self.on_loop(lambda: tuple(self.chain.watched))

    def ledgers(self) -> tuple[LedgerRecord, ...]:
        """Validated ledgers that are kept, oldest first."""
        return self.on_loop(lambda: tuple(self.chain.ledgers.values()))

    # ------------------------------------------------------------------------------------------------------ commands

    def close_ledger(self, times: int = 1) -> LedgerRecord:
        """Close the open ledger now, beside whatever the clock does; the last one that was closed."""

        def close() -> LedgerRecord:
            for _ in range(times - 1):
                self.chain.close()
            return self.chain.close()

        return self.on_loop(close)

    def wait_for_ledger(self, index: int, timeout_s: float = 30.0) -> LedgerRecord:
        """Wait until ledger `index` is validated; TimeoutError when it is not in time."""
        with self._closed:
            if not self._closed.wait_for(lambda: self.chain.model.index >= index, timeout_s):
                raise TimeoutError(f"ledger {index} is not validated after {timeout_s} s") from self.failure()
        return self.snapshot().record

    def on_loop(self, question: Callable[[], Result]) -> Result:
        """Run `question` on the server's thread and give its answer: for whoever wants to see or change the model."""

        async def ask() -> Result:
            return question()

        return self._call(ask())

    # ------------------------------------------------------------------------------------------------------ the loop

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    def _call(self, work: Coroutine[Any, Any, Result]) -> Result:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_CALL_S_MAX)

    async def _begin(self) -> None:
        plan = self.plan
        model = self._first_model(plan, self._clock())
        self._chain = chain = Chain(model, self._clock, plan.history_ledgers_max, plan.states_kept)
        chain.watched_account = self.wallet.account
        for number in range(plan.nodes):
            rng = random.Random(f"node-{plan.seed}-{number}")
            manual = plan.close_every_s is None and plan.accept_by_request
            node = Node(chain, number, identity_of(plan.seed, number), rng, plan.network_id, manual)
            node.started_ns = self._clock()
            host = NodeHost(node, plan.host, plan.port + number if plan.port else 0, self.wallet.account)
            self._hosts.append(host)
            await host.apply(plan.schedule.faults_at(number, 0.0))
        chain.on_close.append(self._ledger_closed)
        chain.on_proposal.extend(host.proposed for host in self._hosts)
        if plan.close_every_s is not None:
            self._tasks.append(asyncio.ensure_future(self._close_by_clock(plan.close_every_s / plan.speed)))
        if plan.schedule.episodes:
            self._tasks.append(asyncio.ensure_future(self._follow_schedule()))

    async def _end(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for host in self._hosts:
            await host.close()
        await self._loop.shutdown_asyncgens()
        await self._loop.shutdown_default_executor()

    def failure(self) -> BaseException | None:
        """Why ledgers have stopped closing by the clock, or faults being switched; None while all is well."""
        return self.on_loop(lambda: next(filter(None, map(_failure_of, self._tasks)), None))

    async def _close_by_clock(self, every_s: float) -> None:
        """Closes do not drift: each is due at a multiple of the interval after the start."""
        start_s = self._loop.time()
        number = 0
        while True:
            number += 1
            await asyncio.sleep(max(0.0, start_s + number * every_s - self._loop.time()))
            self.chain.close()

    async def _follow_schedule(self) -> None:
        plan, start_ns = self.plan, self._clock()
        for change_s in plan.schedule.changes_s():
            due_s = change_s - seconds_between(start_ns, self._clock())
            await asyncio.sleep(max(0.0, due_s / plan.speed))
            for host in self._hosts:
                await host.apply(plan.schedule.faults_at(host.node.number, change_s))

    def _ledger_closed(self, record: LedgerRecord) -> None:
        for host in self._hosts:
            host.ledger_closed(record)
        with self._closed:
            self._closed.notify_all()


def _failure_of(task: asyncio.Task[None]) -> BaseException | None:
    return task.exception() if task.done() and not task.cancelled() else None
