"""Replaying a recording on the simulated ledger, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from neo.infra.simulated.changes import Threads
from neo.infra.simulated.identity import sha512_half
from neo.infra.simulated.ledger import ClosedLedger, SimulatedLedger
from neo.infra.simulated.metadata import TransactionOutcome
from neo.infra.simulated.state import LedgerState
from neo.infra.simulated.transactions import Transaction
from neo.infra.simulated.verify.comparison import differences, node_differences, order_is_equal
from neo.infra.simulated.verify.initial import initial_ledger
from neo.infra.simulated.verify.recording import Course, NotARecording, RecordedLedger, Sent, View
from neo.infra.simulated.verify.times import start_time_s
from neo.infra.simulated.wire import views
from neo.infra.simulated.wire.keylets import XRP_CODE
from neo.infra.simulated.wire.metadata import render_metadata
from neo.infra.simulated.wire.parsing import parse_transaction
from neo.infra.simulated.wire.refusal import WireRefusal
from neo.infra.simulated.wire.values import account_in, long_code
from neo.records import define

SUBJECTS = ("preliminary", "final", "offers", "balances", "pool", "directories", "order", "views")
_LINES_MAX = 40
_WORDS = {
    "preliminary": "preliminary results",
    "final": "final results",
    "offers": "offers in metadata",
    "balances": "balances in metadata",
    "pool": "pool entries in metadata",
    "directories": "directories in metadata",
    "order": "orders of metadata",
    "views": "views",
}


@define
class Verification:
    """How often the model said the same, by subject, and each place where it did not."""

    name: str
    matches: dict[str, int] = attrs.field(factory=lambda: dict.fromkeys(SUBJECTS, 0))
    mismatches: list[str] = attrs.field(factory=list)
    mismatch_count: dict[str, int] = attrs.field(factory=lambda: dict.fromkeys(SUBJECTS, 0))

    @property
    def is_equal(self) -> bool:
        return not self.mismatches

    def count(self, subject: str, found: list[str], where: str) -> None:
        """Note the outcome of one comparison."""
        if not found:
            self.matches[subject] += 1
            return
        self.mismatch_count[subject] += 1
        self.mismatches += [f"{where}: {each}" for each in found]

    def lines(self) -> Iterator[str]:
        """For a person to read: counts by subject, then the differences, the first ones first."""
        for subject in SUBJECTS:
            same, other = self.matches[subject], self.mismatch_count[subject]
            if same or other:
                yield f"{_WORDS[subject]}: {same} match, {other} differ"
        yield from self.mismatches[:_LINES_MAX]
        if len(self.mismatches) > _LINES_MAX:
            yield f"... and {len(self.mismatches) - _LINES_MAX} more differences"
        yield "equal to the recording" if self.is_equal else "NOT equal to the recording"


def verify_recording(course: Course) -> Verification:
    """Replay `course` from its initial views; NotARecording when they, or later ones, cannot be understood."""
    try:
        return _verify(course)
    except WireRefusal as refusal:
        raise NotARecording(
            f"{course.name}: {refusal.reason}", "a view asks for what no ledger could have"
        ) from refusal


def _verify(course: Course) -> Verification:
    begin_s = start_time_s(course, lambda time_s: _events_explained(course, time_s))
    ledger = initial_ledger(course, begin_s)
    ledger.threads = Threads()
    found = Verification(course.name)
    for view in course.initial:
        _compare_view(found, ledger, view)
    for event in course.events:
        _follow(found, ledger, event)
    return found


def _events_explained(course: Course, begin_s: int) -> int:
    """How many events come out as recorded before the first that does not."""
    ledger = initial_ledger(course, begin_s)
    ledger.threads = Threads()
    found = Verification(course.name)
    for number, event in enumerate(course.events):
        _follow(found, ledger, event)
        if not found.is_equal:
            return number
    return len(course.events)


def _follow(found: Verification, ledger: SimulatedLedger, event: RecordedLedger | View) -> None:
    if isinstance(event, View):
        _compare_view(found, ledger, event)
    else:
        _replay(found, ledger, event)


def _replay(found: Verification, ledger: SimulatedLedger, recorded: RecordedLedger) -> None:
    while recorded.index is not None and ledger.open_index < recorded.index:
        ledger.close(ledger.close_time_s + 1)
    sent: list[tuple[Sent, Transaction]] = []
    for number, each in enumerate(recorded.sent):
        name = sha512_half(f"{each.step} {number} {ledger.open_index}".encode()).hex().upper()
        try:
            transaction = parse_transaction(ledger.state, each.fields, tx_hash=name)
        except WireRefusal as refusal:
            found.count("preliminary", _same(each.preliminary, refusal.engine_result), each.step)
            continue
        found.count("preliminary", _same(each.preliminary, ledger.submit(transaction)), each.step)
        sent.append((each, transaction))
    in_order = sorted((pair for pair in sent if pair[0].meta is not None), key=lambda pair: pair[0].position)
    time_s = ledger.close_time_s + 1 if recorded.close_time_s is None else recorded.close_time_s
    closed = ledger.close(max(time_s, ledger.close_time_s + 1), [transaction for _, transaction in in_order])
    for each, transaction in sent:
        _compare_outcome(found, ledger.state, each, _outcome_of(closed, transaction))


def _same(recorded: str, ours: str) -> list[str]:
    return [] if recorded == ours else [f"recorded {recorded}, the model says {ours}"]


def _outcome_of(closed: ClosedLedger, transaction: Transaction) -> TransactionOutcome | None:
    return next((each for each in closed.outcomes if each.transaction is transaction), None)


def _compare_outcome(found: Verification, state: LedgerState, sent: Sent, outcome: TransactionOutcome | None) -> None:
    if sent.meta is None or outcome is None:
        ours = "in no ledger" if outcome is None else outcome.result
        recorded = "in no ledger" if sent.meta is None else str(sent.meta.get("TransactionResult"))
        found.count("final", _same(recorded, ours), sent.step)
        return
    meta = render_metadata(state, outcome)
    found.count("final", _same(str(sent.meta.get("TransactionResult")), outcome.result), sent.step)
    nodes: list[Mapping[str, Any]] = list(sent.meta["AffectedNodes"])
    for subject, texts in node_differences(nodes, meta["AffectedNodes"]):
        found.count(subject, texts, sent.step)
    is_ordered = order_is_equal(nodes, meta["AffectedNodes"])
    found.count("order", [] if is_ordered else ["the nodes stand in another order"], sent.step)


def _compare_view(found: Verification, ledger: SimulatedLedger, view: View) -> None:
    state = ledger.state if view.of_open_ledger else ledger.validated()
    ours = rendered_view(state, ledger, view)
    recorded = recorded_view(view)
    if view.method == "amm_info" and isinstance(recorded.get("amm"), Mapping):
        # Which twentieth of the slot's day it is depends on the hour, which this form does not tell.
        slot = recorded["amm"].get("auction_slot")
        if isinstance(slot, Mapping):
            slot = {name: value for name, value in slot.items() if name != "time_interval"}
            recorded = {"amm": {**recorded["amm"], "auction_slot": slot}}
    name = view.params.get("account", "")
    found.count("views", list(differences(recorded, ours, "")), f"{view.step}: {view.method} {name}".rstrip())


def recorded_view(view: View) -> Any:
    """The part of a recorded answer that is about the ledger."""
    result = view.result
    if "error" in result:
        return {"error": result["error"]}
    if view.method == "account_info":
        return {name: result[name] for name in ("account_data", "account_flags") if name in result}
    return {name: result[name] for name in ("lines", "offers", "amm") if name in result}


def rendered_view(state: LedgerState, ledger: SimulatedLedger, view: View, threads: Threads | None = None) -> Any:
    """The model's answer in the same form; with `threads` entries name the transactions that changed them last."""
    if view.method == "book_offers":
        return {"offers": _book(state, view, threads)}
    if view.method == "amm_info":
        holder = view.params.get("account")
        amm = views.amm_info(state, ledger.close_time_s, None if holder is None else account_in(state, holder))
        return {"error": "actNotFound"} if amm is None else {"amm": amm}
    account = account_in(state, view.params.get("account"))
    if account not in state.sequence:
        return {"error": "actNotFound"}
    if view.method == "account_info":
        return views.account_info(state, account, threads)
    if view.method == "account_lines":
        return {"lines": views.account_lines(state, account)}
    return {"offers": views.account_offers(state, account)}


def _book(state: LedgerState, view: View, threads: Threads | None) -> list[dict[str, Any]]:
    gets = view.params.get("taker_gets")
    gives_xrp = isinstance(gets, Mapping) and long_code(gets.get("currency")) == XRP_CODE
    entries = views.book_entries(state, gives_xrp=gives_xrp, threads=threads)
    limit = view.params.get("limit")
    return entries[:limit] if type(limit) is int else entries
