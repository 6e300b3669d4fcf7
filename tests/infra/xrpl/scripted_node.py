"""A server on a real socket of this machine that answers from a ScriptedLedger, and misbehaves when a test says so."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from aiohttp import WSCloseCode, WSMsgType, web

from neo.infra.sandbox.attended_socket import AttendedSocket
from neo.infra.sandbox.listening import accept_no_more, bound
from tests.infra.xrpl.scripted_ledger import FIRST_LEDGER, Json, ScriptedLedger, recorded
from tests.patience import PATIENCE_S

Result = TypeVar("Result")
#: What a method returns instead of an answer when nothing is to be said.
SILENCE: Json = {"silence": True}


class ServerLoop:
    """One event loop in a thread for all scripted nodes of a test."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="scripted-nodes")
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Do `work` on the loop and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE_S)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE_S)
        self._loop.close()


class ScriptedNode:
    """JSON-RPC and WebSocket on one port. `overrides` replace the answer to a method: a function of the parameters."""

    def __init__(self, loop: ServerLoop, ledger: ScriptedLedger) -> None:
        self.ledger = ledger
        self.overrides: dict[str, Callable[[Json], Json | str]] = {}
        self.asked: Counter[str] = Counter()
        self.connections = 0
        self.refuses_sockets = False
        self.mute = False
        self.network_id = 0
        self.state = "full"
        #: Ledgers that the node is behind.
        self.lag = 0
        self.ranges: str | None = None
        #: Keeps the port while nobody listens.
        self._reserved = bound("127.0.0.1", 0)
        self.port: int = self._reserved.getsockname()[1]
        self._listening: socket.socket | None = None
        self._server_loop = loop
        self._sockets: dict[web.WebSocketResponse, AttendedSocket] = {}
        self._attendants: set[asyncio.Task[Any]] = set()
        self._runner: web.AppRunner | None = None
        self.listen()

    @property
    def ws_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/"

    @property
    def http_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    @property
    def index(self) -> int:
        """The newest ledger that the node knows."""
        return self.ledger.index - self.lag

    # ---------------------------------------------------------------------------------------------- what a test does

    def listen(self) -> None:
        """Begin to listen, on the same port as before."""
        self._server_loop.run(self._listen())

    def close(self) -> None:
        """Connections end, and new ones are refused by the operating system."""
        self._server_loop.run(self._close())

    def end(self) -> None:
        """Close for good: the port is free again."""
        self.close()
        self._reserved.close()

    def announce(self, index: int | None = None) -> None:
        """Tell everybody that a ledger closed: the newest unless given."""
        self.push(self.ledger.announced(self.index if index is None else index))

    def push(self, *messages: Json | str) -> None:
        self._server_loop.run(self._push(messages))

    def drop(self, code: int = WSCloseCode.GOING_AWAY) -> None:
        """Close every WebSocket with this code."""
        self._server_loop.run(self._drop(code))

    # ------------------------------------------------------------------------------------------------------ the server

    async def _listen(self) -> None:
        app = web.Application()
        app.router.add_get("/", self._socket)
        app.router.add_post("/", self._post)
        self._runner = web.AppRunner(app, shutdown_timeout=0.2)
        await self._runner.setup()
        self._listening = bound("127.0.0.1", self.port)
        await web.SockSite(self._runner, self._listening).start()

    @property
    def closed(self) -> bool:
        """Whether nobody listens."""
        return self._runner is None

    async def _close(self) -> None:
        if self._listening is not None:
            await accept_no_more(self._listening)
            self._listening = None
        await self._drop(WSCloseCode.GOING_AWAY)
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _drop(self, code: int) -> None:
        for attended in self._sockets.values():
            attended.let_go(code, b"threshold exceeded")
        if self._attendants:
            await asyncio.wait(self._attendants)

    async def _push(self, messages: tuple[Json | str, ...]) -> None:
        for each in list(self._sockets):
            with suppress(ConnectionResetError):  # a client that leaves in this moment hears no more
                for message in messages:
                    if not self.mute:
                        await each.send_str(message if isinstance(message, str) else json.dumps(message))

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        if self.refuses_sockets:
            return web.Response(status=404)
        made = web.WebSocketResponse()
        await made.prepare(request)
        self.connections += 1
        attended, attendant = AttendedSocket(made), asyncio.current_task()
        assert attendant is not None
        self._sockets[made] = attended
        self._attendants.add(attendant)
        try:
            async for frame in attended:
                if frame.type is WSMsgType.TEXT:
                    await self._respond(made, json.loads(frame.data))
        finally:
            del self._sockets[made]
            self._attendants.discard(attendant)
        return made

    async def _respond(self, to: web.WebSocketResponse, asked: Json) -> None:
        answer = self._answer(asked["command"], asked)
        if self.mute or answer is SILENCE or to.closed:
            return
        if isinstance(answer, str):
            await to.send_str(answer)
        elif "error" in answer:
            await to.send_str(json.dumps({"id": asked["id"], "status": "error", "type": "response", **answer}))
        else:
            told = {"id": asked["id"], "status": "success", "type": "response", "result": answer}
            await to.send_str(json.dumps(told))

    async def _post(self, request: web.Request) -> web.StreamResponse:
        asked = await request.json()
        answer = self._answer(asked["method"], asked["params"][0])
        if answer is SILENCE or self.mute:
            await asyncio.sleep(PATIENCE_S)
        if isinstance(answer, str):
            return web.Response(text=answer, status=503 if answer == "overloaded" else 200)
        status = "error" if "error" in answer else "success"
        return web.json_response({"result": {**answer, "status": status}})

    def _answer(self, method: str, params: Json) -> Json | str:
        self.asked[method] += 1
        override = self.overrides.get(method)
        return override(params) if override is not None else self.honest(method, params)

    # ------------------------------------------------------------------------------------------------------- answers

    def honest(self, method: str, params: Json) -> Json:
        """What a good server says."""
        ledger = self.ledger
        if method == "server_state":
            return {"state": self._state()}
        if method == "subscribe":
            told = ledger.announced(self.index)
            return {k: v for k, v in told.items() if k not in {"type", "txn_count"}} if "streams" in params else {}
        if method == "fee":
            return recorded_fee()
        if method == "account_tx":
            return self._account_tx(params)
        if method == "submit":
            return self._submitted(params)
        index = params.get("ledger_index", "validated")
        index = self.index if index == "validated" else index
        if not FIRST_LEDGER <= index <= self.index:
            return _error("lgrNotFound")
        if method == "ledger":
            return ledger.header(index)
        if method == "amm_info":
            return {
                **_error("actNotFound"),
                "ledger_index": index,
                "ledger_hash": ledger.hash(index),
                "validated": True,
            }
        return ledger.view(_view(method, params), index)

    def _state(self) -> Json:
        ledger, index = self.ledger, self.index
        return {
            "build_version": "3.2.0",
            "complete_ledgers": self.ranges or f"{FIRST_LEDGER}-{index}",
            "load_base": 256,
            "load_factor": 256,
            "server_state": self.state,
            "network_id": self.network_id,
            "peers": 10,
            "validated_ledger": {
                "base_fee": 10,
                "close_time": ledger.close_time_s(index),
                "hash": ledger.hash(index),
                "reserve_base": 1_000_000,
                "reserve_inc": 200_000,
                "seq": index,
            },
        }

    def _account_tx(self, params: Json) -> Json:
        first, last = params["ledger_index_min"], params["ledger_index_max"]
        if last > self.index or first < FIRST_LEDGER:
            return _error("lgrIdxMalformed")
        found = self.ledger.transactions(first, last)
        start = params.get("marker", {"seq": 0})["seq"]
        page = found[start : start + params["limit"]]
        answer = {
            "account": params["account"],
            "ledger_index_min": first,
            "ledger_index_max": last,
            "limit": params["limit"],
            "transactions": page,
            "validated": True,
        }
        if start + len(page) < len(found):
            answer["marker"] = {"ledger": page[-1]["ledger_index"], "seq": start + len(page)}
        return answer

    def _submitted(self, params: Json) -> Json:
        return {
            "accepted": True,
            "applied": True,
            "broadcast": True,
            "engine_result": "tesSUCCESS",
            "engine_result_code": 0,
            "engine_result_message": "",
            "kept": True,
            "open_ledger_cost": "10",
            "queued": False,
            "account_sequence_available": 5,
            "account_sequence_next": 5,
            "tx_blob": params["tx_blob"],
            "tx_json": {"hash": hash_of_blob(params["tx_blob"])},
            "validated_ledger_index": self.index,
        }


def hash_of_blob(blob: str) -> str:
    """Scripted nodes call a transaction by the first 64 digits of its blob."""
    return blob[:64]


def recorded_fee() -> Json:
    return {
        "current_ledger_size": "0",
        "current_queue_size": "0",
        "drops": {"base_fee": "10", "median_fee": "5000", "minimum_fee": "10", "open_ledger_fee": "12"},
        "expected_ledger_size": "1000",
        "ledger_current_index": 3,
        "levels": {
            "median_level": "128000",
            "minimum_level": "256",
            "open_ledger_level": "256",
            "reference_level": "256",
        },
        "max_queue_size": "20000",
    }


def _view(method: str, params: Json) -> Json:
    if method == "account_objects":
        return {"account": params["account"], "account_objects": []}
    same = ("account", "taker_gets", "taker_pays")
    answer = recorded(method, lambda asked: all(asked.get(key) == params.get(key) for key in same))
    answer.pop("status", None)
    return answer


def _error(code: str) -> Json:
    return {"error": code, "error_code": 1, "error_message": code}
