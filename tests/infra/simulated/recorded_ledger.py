"""Recordings of a real server as conversations that the simulated ledger is put through."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

import attrs

from neo.domain.units import RIPPLE_EPOCH_S
from neo.infra.simulated.amounts import Amount
from neo.infra.simulated.ledger import SimulatedLedger
from neo.infra.simulated.records import AuctionSlot
from neo.infra.simulated.state import ISSUER_ACCOUNT, POOL_ACCOUNT, LedgerState, open_account, open_pool
from neo.infra.simulated.transactions import OfferCancel, OfferCreate, Payment, Transaction
from tests.recordings.recording import load

_LONG_AGO_S = 100
_PLENTY_DROPS = 10**12


@attrs.frozen
class Exchange:
    """One transaction, what the server said at once, and what the closed ledger says."""

    step: str
    fields: dict[str, Any]
    preliminary: str
    meta: dict[str, Any] | None
    close_time_s: int | None
    ledger_index: int


@attrs.frozen
class Recording:
    """`roles` maps addresses to the names used in the simulated state; `course` holds views and exchanges in order."""

    roles: dict[str, str]
    course: list[Exchange | dict[str, Any]]

    @property
    def views(self) -> list[dict[str, Any]]:
        return [each for each in self.course if isinstance(each, dict)]

    @property
    def exchanges(self) -> list[Exchange]:
        return [each for each in self.course if isinstance(each, Exchange)]


def read_recording(name: str) -> Recording:
    content = load(name)
    roles = {address: role for role, address in content["accounts"].items()}
    recording = Recording(roles, list(_course(content["entries"])))
    for view in recording.views:
        if "amm" in view:
            roles.setdefault(view["amm"]["account"], POOL_ACCOUNT)
    return recording


def _course(entries: list[dict[str, Any]]) -> Iterator[Exchange | dict[str, Any]]:
    submitted: dict[str, Any] | None = None
    for entry in entries:
        if "trimmed_tx" in entry:
            yield Exchange(entry["step"], entry["trimmed_tx"], entry["preliminary"], entry["trimmed_meta"], None, 0)
            continue
        method = entry.get("request", {}).get("method")
        if method in ("account_info", "account_lines", "account_offers", "amm_info"):
            yield entry["response"]["result"]
        if method == "submit" and "engine_result" in entry["response"]["result"]:
            submitted = entry
        elif method == "tx" and submitted is not None:
            said, result = submitted["response"]["result"], entry["response"]["result"]
            closed = result.get("close_time_iso")
            yield Exchange(
                submitted["step"],
                said["tx_json"],
                said["engine_result"],
                result.get("meta"),
                None if closed is None else _ledger_time_s(closed),
                result.get("ledger_index", 0),
            )
            submitted = None


def _ledger_time_s(iso: str) -> int:
    return int(datetime.fromisoformat(iso).timestamp()) - RIPPLE_EPOCH_S


def amount(value: str | dict[str, str]) -> Amount:
    return int(value) if isinstance(value, str) else Decimal(value["value"])


def first_ledger(recording: Recording) -> SimulatedLedger:
    """The state before the first transaction, from the first view of each account."""
    state = LedgerState()
    issuer = next(address for address, role in recording.roles.items() if role == "issuer")
    for view in recording.views:
        if "account_data" in view:
            _open_once(state, recording.roles[view["account_data"]["Account"]], view["account_data"])
        elif "lines" in view:
            role = recording.roles.get(view["account"], "")
            line = next((each for each in view["lines"] if each["account"] == issuer), None)
            if line is not None and role in state.drops and role not in state.token:
                state.token[role] = Decimal(line["balance"])
                state.token_limit[role] = Decimal(line["limit"])
        elif "amm" in view and POOL_ACCOUNT not in state.token:
            _open_pool(state, view["amm"], recording.roles)
    for exchange in recording.exchanges:
        role = recording.roles[exchange.fields["Account"]]
        if role == "issuer" and role not in state.sequence:
            open_account(state, ISSUER_ACCOUNT, _PLENTY_DROPS, None, exchange.fields["Sequence"])
    return SimulatedLedger(state, index=1, close_time_s=_LONG_AGO_S)


def standard_ledger(recording: Recording) -> SimulatedLedger:
    """Three accounts of 10,000 XRP and 10,000 RLUSD whose only transaction so far was a trust line (README there)."""
    state = LedgerState()
    for exchange in reversed(recording.exchanges):
        role, sequence = recording.roles[exchange.fields["Account"]], exchange.fields["Sequence"]
        if role == ISSUER_ACCOUNT:
            open_account(state, ISSUER_ACCOUNT, _PLENTY_DROPS, None, sequence)
        else:
            open_account(state, role, 10_000_000_000 - 10, Decimal(10_000), sequence)
    return SimulatedLedger(state, index=1, close_time_s=_LONG_AGO_S)


def tidy_up(ledger: SimulatedLedger) -> None:
    """What the recording does between two parts without showing it: each account cancels its offers, one by one."""
    for owner, sequence in sorted(ledger.state.offers):
        ledger.submit(OfferCancel(owner, ledger.state.sequence[owner], 10, sequence))
    ledger.close(ledger.close_time_s + 1)


def _open_once(state: LedgerState, role: str, data: dict[str, Any]) -> None:
    if role not in state.drops:
        open_account(state, role, int(data["Balance"]), None, data["Sequence"])
        state.owner_count[role] = data["OwnerCount"]


def _open_pool(state: LedgerState, pool: dict[str, Any], roles: dict[str, str]) -> None:
    drops, token = sorted((amount(pool["amount"]), amount(pool["amount2"])), key=lambda each: type(each) is not int)
    holder = roles[pool["auction_slot"]["account"]]
    open_pool(state, int(drops), Decimal(token), pool["trading_fee"], AuctionSlot(holder, 2**32))


def to_transaction(recording: Recording, fields: dict[str, Any]) -> Transaction:
    account, sequence, fee = recording.roles[fields["Account"]], fields["Sequence"], int(fields["Fee"])
    if fields["TransactionType"] == "OfferCancel":
        return OfferCancel(account, sequence, fee, fields["OfferSequence"])
    if fields["TransactionType"] == "Payment":
        value = amount(fields.get("DeliverMax") or fields["Amount"])
        return Payment(account, sequence, fee, recording.roles[fields["Destination"]], value)
    return OfferCreate(
        account,
        sequence,
        fee,
        amount(fields["TakerPays"]),
        amount(fields["TakerGets"]),
        fields.get("Flags", 0),
        fields.get("OfferSequence"),
        fields.get("Expiration"),
    )


def differences(recording: Recording, state: LedgerState, meta: dict[str, Any]) -> list[str]:
    """What the recorded metadata says otherwise than `state`; empty when they agree."""
    found: list[str] = []
    for node in meta["AffectedNodes"]:
        ((kind, body),) = node.items()
        fields = body.get("FinalFields") or body.get("NewFields") or {}
        if body["LedgerEntryType"] == "AccountRoot":
            found += _account_differences(recording, state, fields)
        elif body["LedgerEntryType"] == "RippleState":
            found += _line_differences(recording, state, fields, deleted=kind == "DeletedNode")
        elif body["LedgerEntryType"] == "Offer":
            found += _offer_differences(recording, state, fields, deleted=kind == "DeletedNode")
    return found


def _account_differences(recording: Recording, state: LedgerState, fields: dict[str, Any]) -> list[str]:
    role = recording.roles[fields["Account"]]
    if role == ISSUER_ACCOUNT or role not in state.drops:
        return []
    expected = {"drops": (state.drops[role], int(fields["Balance"]))}
    if role != POOL_ACCOUNT:
        expected["owner count"] = (state.owner_count[role], fields.get("OwnerCount", 0))
        expected["sequence"] = (state.sequence[role], fields["Sequence"])
    return [f"{role} {what}: {ours} != {theirs}" for what, (ours, theirs) in expected.items() if ours != theirs]


def _line_differences(recording: Recording, state: LedgerState, fields: dict[str, Any], *, deleted: bool) -> list[str]:
    low, high = (recording.roles.get(fields[limit]["issuer"], "") for limit in ("LowLimit", "HighLimit"))
    balance = Decimal(fields["Balance"]["value"])
    holder, expected = (high, -balance) if low == "issuer" else (low, balance)
    ours = state.token.get(holder, Decimal(0))
    return [] if deleted or ours == expected else [f"{holder} token: {ours} != {expected}"]


def _offer_differences(recording: Recording, state: LedgerState, fields: dict[str, Any], *, deleted: bool) -> list[str]:
    key = (recording.roles[fields["Account"]], fields["Sequence"])
    offer = state.offers.get(key)
    if deleted:
        return [] if offer is None else [f"offer {key} still rests"]
    if offer is None:
        return [f"offer {key} is missing"]
    ours, theirs = (offer.pays, offer.gets), (amount(fields["TakerPays"]), amount(fields["TakerGets"]))
    return [] if ours == theirs else [f"offer {key}: {ours} != {theirs}"]
