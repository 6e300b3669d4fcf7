"""A recorded random book as a course of ledgers and views. The form is described in docs/ledger-model.md.

`read_course` takes the decoded JSON and refuses whatever is not of the form, naming the entry.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from neo.domain.errors import NeoError
from neo.domain.session.exit_codes import DATA
from neo.records import frozen

#: Ledgers without transactions that may lie between two with some.
GAP_MAX = 10_000
VIEW_METHODS = ("account_info", "account_lines", "account_offers", "book_offers", "amm_info")


class NotARecording(NeoError):
    """The file is not a recording that can be verified."""

    exit_code = DATA


@frozen
class Sent:
    """One transaction: its fields, the first word on it, and the metadata of the ledger it ended in (None: in none)."""

    step: str
    fields: Mapping[str, Any]
    preliminary: str
    meta: Mapping[str, Any] | None

    @property
    def position(self) -> int:
        return 0 if self.meta is None else int(self.meta.get("TransactionIndex", 0))


@frozen
class RecordedLedger:
    """Transactions that were sent while one ledger was open; index and ledger time None when the recording is silent."""

    index: int | None
    sent: tuple[Sent, ...]
    close_time_s: int | None = None


@frozen
class View:
    """What the server told of an account, a book or the pool."""

    step: str
    method: str
    params: Mapping[str, Any]
    result: Mapping[str, Any]

    @property
    def of_open_ledger(self) -> bool:
        return self.params.get("ledger_index") == "current"


@frozen
class Course:
    """Views before the first transaction, then ledgers and views in the order in which they happened."""

    name: str
    accounts: Mapping[str, str]
    token: tuple[str, str] | None
    initial: tuple[View, ...]
    events: tuple[RecordedLedger | View, ...]

    @property
    def sent(self) -> tuple[Sent, ...]:
        return tuple(each for event in self.events if isinstance(event, RecordedLedger) for each in event.sent)


def read_course(name: str, content: object) -> Course:
    """NotARecording when `content` is not of the form."""
    if not isinstance(content, Mapping) or not isinstance(content.get("entries"), list):
        raise NotARecording(f"{name}: no object with a list of entries", "see docs/ledger-model.md for the form")
    initial: list[View] = []
    events: list[RecordedLedger | View] = []
    for number, entry in enumerate(content["entries"]):
        event = _event(f"{name}: entry {number}", entry)
        if event is None:
            continue
        if isinstance(event, View) and not events:
            initial.append(event)
        elif isinstance(event, RecordedLedger):
            _append(events, event)
        else:
            events.append(event)
    _check_indexes(name, events)
    if not any(isinstance(event, RecordedLedger) for event in events):
        raise NotARecording(
            f"{name}: no transactions with trimmed_tx, preliminary and trimmed_meta",
            "only recordings of the random-book form can be verified, see docs/ledger-model.md",
        )
    accounts = content.get("accounts")
    token = content.get("rlusd")
    return Course(
        name,
        accounts if isinstance(accounts, Mapping) else {},
        _token_of(token),
        tuple(initial),
        tuple(events),
    )


def _check_indexes(name: str, events: Sequence[RecordedLedger | View]) -> None:
    """Ledgers must follow each other, with no more between them than could have been left out."""
    last: int | None = None
    for event in events:
        if not isinstance(event, RecordedLedger) or event.index is None:
            continue
        if last is not None and not last < event.index <= last + GAP_MAX:
            raise NotARecording(
                f"{name}: ledger {event.index} follows ledger {last} at {event.sent[0].step}",
                "ledger_index must rise from transaction to transaction, or be left out",
            )
        last = event.index


def _token_of(value: object) -> tuple[str, str] | None:
    if not isinstance(value, Mapping):
        return None
    currency, issuer = value.get("currency"), value.get("issuer")
    return (currency, issuer) if isinstance(currency, str) and isinstance(issuer, str) else None


def _append(events: list[RecordedLedger | View], event: RecordedLedger) -> None:
    """Transactions of one ledger that follow each other belong together."""
    last = events[-1] if events else None
    if isinstance(last, RecordedLedger) and last.index is not None and last.index == event.index:
        time_s = last.close_time_s if event.close_time_s is None else event.close_time_s
        events[-1] = RecordedLedger(last.index, (*last.sent, *event.sent), time_s)
    else:
        events.append(event)


def _event(where: str, entry: object) -> RecordedLedger | View | None:
    if not isinstance(entry, Mapping):
        raise NotARecording(f"{where} is no object", "see docs/ledger-model.md for the form")
    if "trimmed_tx" in entry:
        return _sent(where, entry)
    request = entry.get("request")
    if not isinstance(request, Mapping):
        return None
    method = request.get("method")
    if method not in VIEW_METHODS:
        if method == "submit":
            raise NotARecording(
                f"{where} submits a transaction in full",
                "only trimmed transactions can be verified, in a file of the random-book form",
            )
        return None
    params, response = request.get("params"), entry.get("response")
    result = response.get("result") if isinstance(response, Mapping) else None
    if not isinstance(params, Sequence) or not params or not isinstance(params[0], Mapping):
        raise NotARecording(f"{where}: {method} without parameters", "see docs/ledger-model.md for the form")
    if not isinstance(result, Mapping):
        raise NotARecording(f"{where}: {method} without a result", "see docs/ledger-model.md for the form")
    return View(str(entry.get("step", where)), str(method), params[0], result)


def _sent(where: str, entry: Mapping[str, Any]) -> RecordedLedger:
    fields, first, meta = entry["trimmed_tx"], entry.get("preliminary"), entry.get("trimmed_meta")
    is_fit = isinstance(fields, Mapping) and isinstance(first, str)
    if not is_fit or not (meta is None or _is_metadata(meta)):
        raise NotARecording(
            f"{where}: trimmed_tx, preliminary or trimmed_meta is missing or of another form",
            "see docs/ledger-model.md for the form",
        )
    index = entry.get("ledger_index")
    sent = Sent(str(entry.get("step", where)), fields, str(first), meta)
    time_s = entry.get("close_time")
    return RecordedLedger(
        index if type(index) is int else None, (sent,), time_s if type(time_s) is int and time_s > 0 else None
    )


def _is_metadata(meta: object) -> bool:
    if not isinstance(meta, Mapping) or type(meta.get("TransactionIndex", 0)) is not int:
        return False
    nodes = meta.get("AffectedNodes")
    return isinstance(nodes, list) and all(_is_node(node) for node in nodes)


def _is_node(node: object) -> bool:
    if not isinstance(node, Mapping) or len(node) != 1:
        return False
    ((_, body),) = node.items()
    if not isinstance(body, Mapping) or not isinstance(body.get("LedgerEntryType"), str):
        return False
    return all(isinstance(body.get(name, {}), Mapping) for name in ("NewFields", "FinalFields", "PreviousFields"))
