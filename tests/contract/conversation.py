"""Whole recordings of a real server put to the simulated ledger: what it says differently, entry by entry.

An entry is a request with its answer. Those that concern a transaction (submit, tx), a close (ledger_accept), an account,
a book, the pool or the fee are compared; others (server facts, subscriptions) are counted as not about the ledger.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import attrs
from xrpl.core import keypairs

from neo.domain.units import RIPPLE_EPOCH_S
from neo.infra.simulated import transactions as tx
from neo.infra.simulated.changes import Threads
from neo.infra.simulated.identity import ledger_hash
from neo.infra.simulated.ledger import ClosedLedger, SimulatedLedger
from neo.infra.simulated.metadata import TransactionOutcome
from neo.infra.simulated.openings import open_account
from neo.infra.simulated.records import Issue, LedgerRules
from neo.infra.simulated.state import LedgerState
from neo.infra.simulated.verify.comparison import differences
from neo.infra.simulated.verify.initial import take_view
from neo.infra.simulated.verify.recording import View
from neo.infra.simulated.verify.run import recorded_view, rendered_view
from neo.infra.simulated.wire.fees import fee_info
from neo.infra.simulated.wire.metadata import render_metadata
from neo.infra.simulated.wire.parsing import parse_transaction
from neo.infra.simulated.wire.refusal import WireRefusal
from neo.infra.simulated.wire.views import entries_of_account, render_entry
from tests.recordings.recording import load

VIEWS = ("account_info", "account_lines", "account_offers", "book_offers", "amm_info")
ALL_DROPS = 10**17
SETUP_LEDGERS = 6
FUNDS_DROPS = 10**10
FUNDS_TOKEN = Decimal(10_000)
LIMIT = Decimal(1_000_000)
_UNRECORDED = "0" * 56


@attrs.frozen
class Difference:
    entry: int
    step: str
    text: str


@attrs.define
class Conversation:
    """A recording on its way through the model."""

    name: str
    content: dict[str, Any]
    ledger: SimulatedLedger
    closed: dict[int, ClosedLedger] = attrs.field(factory=dict)
    found: list[Difference] = attrs.field(factory=list)
    compared: int = 0
    passed_over: list[tuple[int, str]] = attrs.field(factory=list)
    part: str = ""
    tidies_up: bool = False

    # --------------------------------------------------------------------------------------------------- replaying

    def replay(self) -> list[Difference]:
        open_indexes = open_ledgers(self.content["entries"])
        for number, entry in enumerate(self.content["entries"]):
            request = entry.get("request")
            if request is None:
                continue
            if not self.tidies_up:
                # Ledgers without transactions that closed unrecorded.
                while self.ledger.open_index < open_indexes[number]:
                    self._close()
            params = (request.get("params") or [{}])[0]
            if (
                request.get("method") in VIEWS
                and entry["response"]["result"].get("error", "actNotFound") != "actNotFound"
            ):
                # Wrong parameters, not a fact about the ledger.
                self.passed_over.append((number, entry["step"]))
                continue
            if request.get("method") == "account_lines" and {"peer", "limit"} & set(request["params"][0]):
                # A part of the answer only.
                self.passed_over.append((number, entry["step"]))
                continue
            texts = self._compare(entry, request.get("method"), params, entry["response"].get("result", {}))
            if texts is None:
                self.passed_over.append((number, entry["step"]))
                continue
            self.compared += 1
            self.found += [Difference(number, entry["step"], text) for text in texts]
        return self.found

    def _compare(
        self, entry: Mapping[str, Any], method: str, params: Mapping[str, Any], result: Mapping[str, Any]
    ) -> list[str] | None:
        if self.tidies_up and method == "submit" and entry["step"].split(".")[0] != self.part:
            self.part = entry["step"].split(".")[0]
            self._tidy_up()
        if method == "submit":
            return list(self._submit(params, result)) if "engine_result" in result else None
        if method == "ledger_accept":
            self._close()
            return list(differences(result["ledger_current_index"], self.ledger.open_index, "ledger_current_index"))
        if method == "tx":
            return list(self._transaction(params, result))
        if method == "fee":
            return list(differences(result, self._fee(), "fee"))
        if method == "account_objects":
            return list(self._objects(params, result))
        if method == "ledger_entry" and "offer" in params:
            return list(self._entry(params, result))
        if method == "ledger" and "ledger" in result:
            return list(self._ledger(result))
        if method in VIEWS:
            return list(self._view(entry["step"], method, params, result))
        return None

    # ------------------------------------------------------------------------------------------------ transactions

    def _submit(self, params: Mapping[str, Any], result: Mapping[str, Any]) -> Iterator[str]:
        fields = result["tx_json"]
        key = keypairs.derive_classic_address(fields["SigningPubKey"])
        ledger = self.ledger
        account = fields["Account"]
        try:
            transaction = parse_transaction(ledger.state, _sent(fields), tx_hash=fields["hash"], signer=key)
        except WireRefusal as refusal:
            yield from differences(result["engine_result"], refusal.engine_result, "engine_result")
            return
        word = ledger.submit(transaction, fail_hard=bool(params.get("fail_hard")))
        yield from differences(result["engine_result"], word, "engine_result")
        ours = {
            "account_sequence_next": ledger.state.sequence.get(account, 0),
            "account_sequence_available": ledger.sequence_available(account),
            "open_ledger_cost": str(ledger.cost_drops(transaction)),
        }
        for name, value in ours.items():
            if name in result:
                yield from differences(result[name], value, name)

    def _transaction(self, params: Mapping[str, Any], result: Mapping[str, Any]) -> Iterator[str]:
        ours = self._outcome(params["transaction"])
        if "meta" not in result or not result.get("validated"):
            if ours is not None:
                yield f"in no ledger there, {ours[1].result} in ledger {ours[0]} here"
            return
        if ours is None:
            yield f"{result['meta']['TransactionResult']} in ledger {result['ledger_index']} there, in none here"
            return
        index, outcome = ours
        yield from differences(result["ledger_index"], index, "ledger_index")
        meta = render_metadata(self.ledger.state, outcome)
        yield from differences(result["meta"], _without_unrecorded(meta), "meta")

    def _outcome(self, name: str) -> tuple[int, TransactionOutcome] | None:
        for index, closed in self.closed.items():
            for outcome in closed.outcomes:
                if outcome.transaction.hash == name:
                    return index, outcome
        return None

    def _close(self) -> None:
        """At the time that the recording tells of that ledger, else a second after the one before."""
        ledger = self.ledger
        time_s = max(self._times().get(ledger.open_index, 0), ledger.close_time_s + 1)
        closed = ledger.close(time_s)
        self.closed[closed.index] = closed

    def _times(self) -> dict[int, int]:
        return close_times(self.content)

    def _tidy_up(self) -> None:
        """What happened unrecorded between two parts: each account cancels its offers, each in a ledger of its own."""
        ledger = self.ledger
        for number, (owner, sequence) in enumerate(sorted(ledger.state.offers)):
            name = f"{_UNRECORDED}{ledger.open_index:04d}{number:04d}"
            ledger.submit(tx.OfferCancel(owner, ledger.state.sequence[owner], 10, sequence, hash=name))
            self._close()

    # ------------------------------------------------------------------------------------------------------- views

    def _view(self, step: str, method: str, params: Mapping[str, Any], result: Mapping[str, Any]) -> Iterator[str]:
        view = View(step, method, params, result)
        ledger = self.ledger
        # What the open ledger changed has no place in a thread yet.
        threads = None if view.of_open_ledger else ledger.threads
        state = ledger.state if view.of_open_ledger else ledger.validated()
        ours = _without_unrecorded(rendered_view(state, ledger, view, threads))
        yield from differences(recorded_view(view), ours, method)

    def _objects(self, params: Mapping[str, Any], result: Mapping[str, Any]) -> Iterator[str]:
        kinds = {"ticket": "Ticket", "offer": "Offer", "state": "RippleState"}
        wanted = kinds.get(params.get("type", ""))
        state = self.ledger.validated()
        ours = [
            _without_unrecorded(entry)
            for entry in entries_of_account(state, params["account"], self.ledger.threads)
            if wanted in (None, entry["LedgerEntryType"])
        ]
        yield from differences(result["account_objects"], ours, "account_objects")

    def _entry(self, params: Mapping[str, Any], result: Mapping[str, Any]) -> Iterator[str]:
        key = ("offer", (params["offer"]["account"], params["offer"]["seq"]))
        ours = render_entry(self.ledger.validated(), key, self.ledger.threads)
        recorded = None if result.get("error") == "entryNotFound" else result["node"]
        yield from differences(recorded, ours, "ledger_entry")

    def _ledger(self, result: Mapping[str, Any]) -> Iterator[str]:
        """Which transactions are in the last closed ledger, and what they did when the answer tells."""
        closed = self.closed[int(result["ledger_index"])]
        ours = {outcome.transaction.hash: outcome for outcome in closed.outcomes}
        recorded = result["ledger"].get("transactions", [])
        names = {each if isinstance(each, str) else each["hash"] for each in recorded}
        if "transactions" in result["ledger"]:
            yield from differences(sorted(names), sorted(ours), "transactions")
        for each in recorded:
            if isinstance(each, dict) and each["hash"] in ours:
                meta = _without_unrecorded(render_metadata(self.ledger.state, ours[each["hash"]]))
                yield from differences(each["meta"], meta, each["hash"])
        yield from differences(result["ledger"]["close_time"], closed.close_time_s, "close_time")

    def _fee(self) -> dict[str, Any]:
        return {**fee_info(self.ledger), "status": "success"}


def _sent(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for name, value in fields.items()
        if name not in ("hash", "ctid", "date", "ledger_index", "inLedger")
    }


def _without_unrecorded(value: Any) -> Any:
    """Threads to transactions that the recording does not show are not known here either."""
    if isinstance(value, dict):
        hidden = str(value.get("PreviousTxnID", "")).startswith(_UNRECORDED)
        names = ("PreviousTxnID", "PreviousTxnLgrSeq") if hidden else ()
        return {name: _without_unrecorded(each) for name, each in value.items() if name not in names}
    return [_without_unrecorded(each) for each in value] if isinstance(value, list) else value


def recorded_hashes(content: Mapping[str, Any]) -> dict[int, str]:
    """Hashes of closed ledgers that some answer names."""
    found: dict[int, str] = {}
    for entry in content["entries"]:
        result = (entry.get("response") or {}).get("result", {})
        if "ledger_hash" in result and "ledger_index" in result:
            found[result["ledger_index"]] = result["ledger_hash"]
        closed = result.get("state", {}).get("validated_ledger", {})
        if "hash" in closed:
            found[closed["seq"]] = closed["hash"]
    return found


def open_ledgers(entries: list[dict[str, Any]]) -> list[int]:
    """For each entry the ledger that was open then: the one that the next ledger_accept closes. 0 after the last one."""
    found = [0] * len(entries)
    index = 0
    for number in range(len(entries) - 1, -1, -1):
        if entries[number].get("request", {}).get("method") == "ledger_accept":
            index = entries[number]["response"]["result"]["ledger_current_index"] - 1
        found[number] = index
    return found


def close_times(content: Mapping[str, Any]) -> dict[int, int]:
    """Ledger time of each ledger that the recording tells it of."""
    found: dict[int, int] = {}
    for entry in content["entries"]:
        result = (entry.get("response") or {}).get("result", {})
        if result.get("close_time_iso") and "ledger_index" in result:
            time_s = int(datetime.fromisoformat(result["close_time_iso"]).timestamp())
            found[result["ledger_index"]] = time_s - RIPPLE_EPOCH_S
    return found


def standard_setup(name: str, rules: LedgerRules | None = None) -> Conversation:
    """As every recording begins: four accounts funded, RLUSD issued to three of them, none of it recorded."""
    content = load(name)
    accounts, rlusd = content["accounts"], content["rlusd"]
    state = LedgerState(rules or LedgerRules(), issue=Issue(rlusd["currency"], rlusd["issuer"]))
    state.pool_account = _pool_account(content) or state.pool_account
    open_account(state, accounts["genesis"], ALL_DROPS, None)
    for payee in ("issuer", "maker", "taker", "other"):
        _pay_from_genesis(state, accounts["genesis"], accounts[payee])
    state.commit()
    ledger = SimulatedLedger(state, index=3, close_time_s=1_000)
    issuer, holders = accounts["issuer"], [accounts[role] for role in ("maker", "taker", "other")]
    _close_with(ledger, *(tx.AccountSet(issuer, 3 + at, 10, set_flag=flag) for at, flag in enumerate((8, 16))))
    _close_with(ledger, *(tx.TrustSet(holder, 3, 10, issuer, LIMIT) for holder in holders))
    _close_with(ledger, *(tx.Payment(issuer, 5 + at, 10, each, FUNDS_TOKEN) for at, each in enumerate(holders)))
    return _begin(name, content, ledger)


def _pool_account(content: Mapping[str, Any]) -> str | None:
    """A server makes the address of a pool's account from a ledger hash, which is not modelled."""
    for entry in content["entries"]:
        pool = (entry.get("response") or {}).get("result", {}).get("amm")
        if pool:
            return str(pool["account"])
    return None


def empty_setup(name: str) -> Conversation:
    """Nothing but the first account, which has everything."""
    content = load(name)
    rlusd = content["rlusd"]
    state = LedgerState(issue=Issue(rlusd["currency"], rlusd["issuer"]))
    open_account(state, content["accounts"]["genesis"], ALL_DROPS, None)
    return _begin(name, content, SimulatedLedger(state, index=2, close_time_s=1_000))


def setup_from_views(name: str, steps: tuple[str, ...], issue: Issue) -> Conversation:
    """From the answers of the first steps, where more than the usual was set up unrecorded."""
    content = load(name)
    state = LedgerState(issue=issue)
    for entry in content["entries"]:
        if entry["step"] in steps and entry.get("request", {}).get("method") in VIEWS:
            params = entry["request"]["params"][0]
            take_view(state, View(entry["step"], entry["request"]["method"], params, entry["response"]["result"]))
    state.commit()
    return _begin(name, content, SimulatedLedger(state, index=SETUP_LEDGERS, close_time_s=1_000))


def _begin(name: str, content: dict[str, Any], ledger: SimulatedLedger) -> Conversation:
    times = close_times(content)
    first = min(times) if times else ledger.open_index
    ledger.close_time_s = times.get(first, 2_000) - (first - ledger.index)
    ledger.threads = Threads()
    hashes = recorded_hashes(content)
    ledger.hash_of = lambda index: hashes.get(index) or ledger_hash(index)
    return Conversation(name, content, ledger)


def _pay_from_genesis(state: LedgerState, genesis: str, payee: str) -> None:
    """In the third ledger, whose number is every new account's first sequence."""
    open_account(state, payee, FUNDS_DROPS, None, sequence=3)
    state.drops[genesis] -= FUNDS_DROPS + 10
    state.sequence[genesis] += 1
    state.counters["burned_drops"] += 10


def _close_with(ledger: SimulatedLedger, *sent: tx.Transaction) -> None:
    for transaction in sent:
        word = ledger.submit(transaction)
        assert word == "tesSUCCESS", (transaction, word)
    ledger.close(ledger.close_time_s + 1)
