"""A recording of a real server put to the sandbox: the same setup, the same requests, the same signed transactions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from hashlib import sha256, sha512
from typing import Any, Self

import attrs
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect
from websockets.sync.connection import Connection
from xrpl.constants import CryptoAlgorithm
from xrpl.core import addresscodec, binarycodec, keypairs

from neo.domain.units import NS_PER_S, RIPPLE_EPOCH_S
from neo.infra.sandbox.xrpl.chain.simulated import PlayedLedger, SimulatedModel
from neo.infra.sandbox.xrpl.plan import SandboxPlan
from neo.infra.sandbox.xrpl.server import SandboxServer
from neo.infra.simulated.records import Issue, LedgerRules
from neo.infra.simulated.state import LedgerState
from neo.infra.simulated.wire.values import number_text
from tests.contract.conversation import recorded_hashes
from tests.infra.sandbox.xrpl.raw_client import post
from tests.patience import PATIENCE_S
from tests.recordings.recording import load

_GENESIS_PASSPHRASE = b"masterpassphrase"
_GENESIS_DROPS = 100_000_000_000 * 1_000_000
_RLUSD = "524C555344000000000000000000000000000000"
#: File 09 was recorded with an open ledger and a queue that fill soon.
_SMALL_LEDGERS = LedgerRules(open_limit=5, queue_size_min=100)
#: Recordings whose accounts are made, as README there says, before the first entry; file 02 shows it.
_WITHOUT_SETUP = ("01_server", "02_setup", "23_not_synced")


@attrs.frozen
class Turn:
    """One entry that has an answer: what the real server said, and what the sandbox says."""

    number: int
    step: str
    method: str
    theirs: Any
    ours: Any


class Replay:
    """A sandbox in the state in which a recording begins."""

    def __init__(self, name: str) -> None:
        self.content = load(name)
        self._accounts: dict[str, str] = self.content["accounts"]
        self._times = _close_times(self.content["entries"])
        self._setup = name not in _WITHOUT_SETUP
        self._rules = _SMALL_LEDGERS if name == "09_fee_queue" else LedgerRules()
        plan = SandboxPlan(close_every_s=None, accept_by_request=False, first_ledger=2, clock=self._now_ns)
        self.server = SandboxServer(plan, self._first_model)
        self._socket: Connection | None = None
        self._model: SimulatedModel | None = None
        self._kept: list[Any] = []

    def __enter__(self) -> Self:
        self.server.start()
        self._know_recorded_hashes()
        if self._setup:
            self._set_up()
        for blobs in _unrecorded(self.content):
            for blob in blobs:
                self._submit(blob)
            self.close()
        if self.content["scenario"] == "20_book_depth":
            self._place_130_asks()
        if self.content["scenario"] == "23_not_synced":
            self.server.nodes[0].fault(not_synced=True)
        return self

    def __exit__(self, *_: object) -> None:
        if self._socket is not None:
            self._socket.close()
        self.server.stop()

    def turns(self) -> Iterator[Turn]:
        """Everything that the recording shows, in its order, at the end the stream messages as `stream`.

        The order between streams and answers is an accident of the recording client; that among stream messages is not.
        """
        streams: list[tuple[int, str, Any]] = []
        for number, entry in enumerate(self.content["entries"]):
            if "remark" in entry:
                continue
            if "stream" in entry:
                streams.append((number, entry["step"], entry["stream"]))
                continue
            self._catch_up(entry["response"])
            request = entry["request"]
            method = request.get("method") or request.get("command") if isinstance(request, dict) else "text"
            ours = self._asked(entry["transport"], request)
            yield Turn(number, entry["step"], str(method), entry["response"], ours)
        for number, step, theirs in streams:
            yield Turn(number, step, "stream", theirs, self._hear())

    # --------------------------------------------------------------------------------------------------- conversation

    def _catch_up(self, theirs: Any) -> None:
        """Ledgers that closed unrecorded, while the recording waited for something to expire."""
        result = theirs.get("result") if isinstance(theirs, dict) else None
        if not isinstance(result, dict):
            return
        index = result.get("validated_ledger_index")
        if result.get("validated") is True and "transactions" not in result:
            index = result.get("ledger_index")
        while isinstance(index, int) and self.server.snapshot().record.index < index:
            self.close()

    def _asked(self, transport: str, request: Any) -> Any:
        if transport == "http-admin" and request["method"] == "ledger_accept":
            self.close()
            return {"result": {"ledger_current_index": self.server.snapshot().record.index + 1, "status": "success"}}
        if transport == "ws":
            return self._asked_on_socket(request)
        body = request if isinstance(request, str) else json.dumps(request)
        status, text = post(self.server.urls_http[0], body)
        return json.loads(text) if status == 200 else {"http_status": status, "body": text}

    def _asked_on_socket(self, request: Any) -> Any:
        if self._socket is None:
            self._socket = connect(self.server.urls_ws[0])
        if isinstance(request, str):
            binary = request.startswith("(binary frame")
            self._socket.send(b'{"command":"ping","id":77}' if binary else request)
            return None
        self._socket.send(json.dumps(request))
        return self._hear(str(request.get("id")))

    def _hear(self, answer_to: str | None = None) -> Any:
        """The next message; with an id the answer to it, what comes before is kept for later."""
        assert self._socket is not None
        waiting = self._kept
        for position, message in enumerate(waiting):
            if _is_answer(message, answer_to):
                return waiting.pop(position)
        while True:
            try:
                message = json.loads(self._socket.recv(timeout=PATIENCE_S))
            except (TimeoutError, WebSocketException) as nothing:
                return {"nothing heard": type(nothing).__name__}
            if _is_answer(message, answer_to):
                return message
            waiting.append(message)

    def close(self) -> None:
        self.server.close_ledger()

    # ---------------------------------------------------------------------------------------------------------- setup

    def _know_recorded_hashes(self) -> None:
        """The order of the queue depends on the hash of a ledger, which only the recording knows."""
        model, hashes = self._model, recorded_hashes(self.content)
        assert model is not None
        ours = model.ledger.hash_of
        model.know_hashes(lambda index: hashes.get(index) or ours(index))

    def _now_ns(self) -> int:
        """The clock: always the time at which the ledger that is open will close."""
        return (self._close_time_s() + RIPPLE_EPOCH_S) * NS_PER_S

    def _close_time_s(self) -> int:
        """As recorded, or a second after the ledger before."""
        if self._model is None:
            first = min(self._times, default=2)
            return self._times.get(first, 1_000) - (first - 2)
        return self._times.get(self._model.index + 1, self._model.close_time_s + 1)

    def _first_model(self, plan: SandboxPlan, now_ns: int) -> SimulatedModel:
        del plan, now_ns
        state = LedgerState(
            self._rules, issue=Issue(_RLUSD, self._accounts["issuer"]), pool_account=_pool_of(self.content["entries"])
        )
        genesis = self._accounts["genesis"]
        state.drops[genesis], state.sequence[genesis], state.owner_count[genesis] = _GENESIS_DROPS, 1, 0
        self._model = SimulatedModel(PlayedLedger(state, 2, self._close_time_s()), None)
        return self._model

    def _set_up(self) -> None:
        """Funds, flags of the issuer, trust lines, tokens: one ledger for each of the four."""
        people = ("issuer", "maker", "taker", "other")
        holders = people[1:]
        for number, role in enumerate(people, start=1):
            self._send("genesis", number, TransactionType="Payment", Amount="10000000000", Destination=self._of(role))
        self.close()
        for number, flag in ((3, 8), (4, 16)):
            self._send("issuer", number, TransactionType="AccountSet", SetFlag=flag)
        self.close()
        for role in holders:
            self._send(role, 3, TransactionType="TrustSet", LimitAmount=self._tokens("1000000"))
        self.close()
        for number, role in enumerate(holders, start=5):
            amount = self._tokens("10000")
            self._send("issuer", number, TransactionType="Payment", Amount=amount, Destination=self._of(role))
        self.close()

    def _place_130_asks(self) -> None:
        """The book of file 20: 1 XRP each, a thousandth of a token dearer from one to the next."""
        for number in range(130):
            price = self._tokens(number_text(Decimal(2_500 + number).scaleb(-3)))
            self._send("other", 4 + number, TransactionType="OfferCreate", TakerGets="1000000", TakerPays=price)
        self.close()

    def _of(self, role: str) -> str:
        return self._accounts[role]

    def _tokens(self, value: str) -> dict[str, str]:
        return {"currency": _RLUSD, "issuer": self._of("issuer"), "value": value}

    def _send(self, role: str, sequence: int, **fields: Any) -> None:
        """Signed as the recording's client did it: the same fields, so that the hashes are the same."""
        public, private = keypairs.derive_keypair(_seed_of(role))
        head = {
            "Account": self._of(role),
            "Fee": "10",
            "Flags": 0,
            "LastLedgerSequence": self.server.snapshot().record.index + 20,
            "Sequence": sequence,
            "SigningPubKey": public,
        }
        message = bytes.fromhex(binarycodec.encode_for_signing({**head, **fields}))
        blob = binarycodec.encode({**head, **fields, "TxnSignature": keypairs.sign(message, private)})
        self._submit(blob)

    def _submit(self, blob: str) -> None:
        body = json.dumps({"method": "submit", "params": [{"tx_blob": blob}]})
        _, text = post(self.server.urls_http[0], body)
        result = json.loads(text)["result"]
        assert result["engine_result"][:3] in ("tes", "tec"), result


def _is_answer(message: Any, answer_to: str | None) -> bool:
    is_response = message.get("type") == "response" and message.get("id") != 77
    return str(message.get("id")) == answer_to if answer_to is not None else not is_response


def _seed_of(role: str) -> str:
    if role == "genesis":
        entropy = sha512(_GENESIS_PASSPHRASE).digest()[:16]
        return str(addresscodec.encode_seed(entropy, CryptoAlgorithm.SECP256K1))
    entropy = sha256(f"xrpl-recording/{role}".encode()).digest()[:16]
    return str(addresscodec.encode_seed(entropy, CryptoAlgorithm.ED25519))


def _close_times(content: Any) -> dict[int, int]:
    """Ledger times by index, wherever the recording mentions one."""
    times: dict[int, int] = {}
    for found in _objects(content):
        index, iso = found.get("ledger_index"), found.get("close_time_iso")
        if isinstance(index, int) and isinstance(iso, str):
            times[index] = int(datetime.fromisoformat(iso).timestamp()) - RIPPLE_EPOCH_S
        elif isinstance(index, int) and isinstance(found.get("ledger_time"), int):
            times[index] = found["ledger_time"]
        elif isinstance(found.get("seq"), int) and isinstance(found.get("close_time"), int):
            times[found["seq"]] = found["close_time"]
    return times


def _unrecorded(content: dict[str, Any]) -> Iterator[list[str]]:
    """Blobs, ledger by ledger, of trades that happened before the first entry and are only known from the history."""
    if content["scenario"] != "15_history":
        return
    placed: dict[tuple[int, int], str] = {}
    for found in _objects(content["entries"]):
        tx_json, meta = found.get("tx_json"), found.get("meta")
        if isinstance(tx_json, dict) and isinstance(meta, dict) and "ctid" in tx_json:
            signed = {key: value for key, value in tx_json.items() if key[0].isupper()}
            if "DeliverMax" in signed:
                signed["Amount"] = signed.pop("DeliverMax")
            placed[(found["ledger_index"], meta["TransactionIndex"])] = binarycodec.encode(signed)
    for index in range(7, max(ledger for ledger, _ in placed) + 1):
        yield [blob for (ledger, _), blob in sorted(placed.items()) if ledger == index]


def _pool_of(content: Any) -> str:
    """The address of the pool that is made in the recording: the server draws it from the ledger's hash."""
    pools = (found["amm"]["account"] for found in _objects(content) if isinstance(found.get("amm"), dict))
    return next(pools, "amm")


def _objects(content: Any) -> Iterator[dict[str, Any]]:
    if isinstance(content, dict):
        yield content
        for each in content.values():
            yield from _objects(each)
    elif isinstance(content, list):
        for each in content:
            yield from _objects(each)
