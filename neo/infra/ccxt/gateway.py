"""The exchange port on top of a real exchange.

Everything that waits for the network lives on an event loop in a thread of its own (ExchangeDesk); here is the side that
the engine sees: `submit` from any thread, `start` and `stop`.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

from neo.domain.messages.venue import PortError, PortFailed
from neo.domain.ports import EXCHANGE_PORT
from neo.domain.telemetry.event import TelemetryEvent
from neo.infra.ccxt.access import ExchangeAccess
from neo.infra.ccxt.client import open_client
from neo.infra.ccxt.exchange_desk import ExchangeDesk, Reply
from neo.infra.ccxt.library import exchange_class
from neo.infra.ccxt.plan import AskingPlan
from neo.infra.ccxt.quote_doubts import Report
from neo.infra.loop_thread import LoopThread

#: Tells an actor, from any thread.
Publish = Callable[[str, object], None]
#: Requests that may be under way: warming up asks for the bars of every symbol at once. More are refused.
REQUESTS_MAX = 4_096


class ExchangeGateway:
    """Port.submit(caller, request, done) for every request of neo/domain/messages/exchange.py.

    `now_ns` is the engine's clock, which quotes are dated with. `report` takes what is to be told of the exchange, on the
    gateway's loop.
    """

    def __init__(
        self, access: ExchangeAccess, plan: AskingPlan, *, now_ns: Callable[[], int], report: Report | None = None
    ) -> None:
        self._access = access
        self._plan = plan
        self._now_ns = now_ns
        self._report: Report = report or _to_nobody
        self._publish: Publish | None = None
        self._quotes_to = ""
        self._class: Any = None
        self._desk: ExchangeDesk | None = None
        self._thread = LoopThread(self._live, "neo-exchange")
        self._under_way = 0
        self._lock = threading.Lock()

    def attach(self, publish: Publish, quotes_to: str) -> None:
        """Who hears the quotes that come by WebSocket, once StreamQuotes asked for some. Called on the gateway's loop."""
        self._publish, self._quotes_to = publish, quotes_to

    def start(self) -> None:
        """Ready for requests on return; nothing is sent yet. UnknownExchange when ccxt does not have it."""
        self._class = exchange_class(self._access.exchange)
        self._thread.start(self._plan.stop_s)

    def stop(self) -> bool:
        """Answer what waits, close every connection; whether that was done in time."""
        return self._thread.stop(2 * self._plan.stop_s)

    def submit(self, caller: str, request: object, done: Reply) -> None:
        """Port protocol. Raises nothing; what is refused here never left the process. `done` is called on the loop."""
        del caller
        with self._lock:
            refused = self._under_way >= REQUESTS_MAX
            if not refused:
                self._under_way += 1
        if refused:
            done(_unavailable(f"{REQUESTS_MAX} requests are under way"))
        elif not self._thread.call(lambda: self._begin(request, done)):
            self._ended()
            done(_unavailable("the gateway is not running"))

    @property
    def flights(self) -> int:
        """Bulk requests for quotes that were begun since the start."""
        desk = self._desk
        return 0 if desk is None else desk.markets.flights

    async def _live(self) -> None:
        client = open_client(self._class, self._access, self._plan.timeout_ms)
        desk = ExchangeDesk(client, self._access, self._plan, self._now_ns, self._tell, self._report)
        self._desk = desk
        try:
            await asyncio.get_running_loop().create_future()  # until it is cancelled
        finally:
            self._desk = None
            await desk.close()

    def _tell(self, message: object) -> None:
        if self._publish is not None:
            self._publish(self._quotes_to, message)

    def _begin(self, request: object, done: Reply) -> None:
        desk = self._desk

        def answered(reply: object) -> None:
            self._ended()
            done(reply)

        if desk is None:
            answered(_unavailable("the gateway is not running"))
        else:
            desk.arrived(request, answered)

    def _ended(self) -> None:
        with self._lock:
            self._under_way -= 1


def _to_nobody(event: TelemetryEvent) -> None:
    del event


def _unavailable(detail: str) -> PortFailed:
    return PortFailed(EXCHANGE_PORT, PortError.UNAVAILABLE, detail)
