"""One version of the simulated ledger, read in wire form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from neo.infra.simulated.changes import Threads
from neo.infra.simulated.state import LedgerState
from neo.infra.simulated.wire import views
from neo.infra.simulated.wire.keylets import account_index, owner_directory_index
from neo.infra.simulated.wire.values import number_text, shares_asset

_FIRST_DROPS = 100_000_000_000 * 1_000_000
XRP = ("XRP", "")
Row = tuple[str, dict[str, Any]]


class SimulatedView:
    """Reads `state` as of `close_time_s`; `threads` says which transaction changed an entry last."""

    def __init__(self, state: LedgerState, threads: Threads, close_time_s: int) -> None:
        self.state = state
        self._threads = threads
        self._close_time_s = close_time_s

    @property
    def total_drops(self) -> int:
        return _FIRST_DROPS - self.state.counters["burned_drops"]

    def account(self, account: str) -> dict[str, Any] | None:
        """account_data and account_flags."""
        found = views.account_info(self.state, account, self._threads)
        if found is not None:
            found["account_data"] = _threaded(found["account_data"])
        return found

    def entries_of(self, account: str) -> Sequence[dict[str, Any]]:
        return [_threaded(entry) for entry in views.entries_of_account(self.state, account, self._threads)]

    def offers_of(self, account: str) -> Sequence[Row]:
        return self._rows(account, "Offer", views.account_offers(self.state, account))

    def lines_of(self, account: str) -> Sequence[Row]:
        return self._rows(account, "RippleState", views.account_lines(self.state, account))

    def _rows(self, account: str, kind: str, rows: Sequence[dict[str, Any]]) -> Sequence[Row]:
        """The rows with the index of the entry that each is about: both come in the order of the directory."""
        entries = (each for each in views.entries_of_account(self.state, account) if each["LedgerEntryType"] == kind)
        return [(str(entry["index"]), row) for entry, row in zip(entries, rows, strict=True)]

    def entry(self, index: str) -> dict[str, Any] | None:
        for account in self.state.sequence:
            if account_index(account) == index:
                found = self.account(account)
                return None if found is None else found["account_data"]
            entries = self.entries_of(account)
            if owner_directory_index(account) == index and entries:
                return self._directory(account, index, entries)
            for entry in entries:
                if entry["index"] == index:
                    return entry
        return None

    def _directory(self, account: str, index: str, entries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """An owner's directory as one page, however long it is."""
        thread = self._threads.of(("owners", account)) or ("0" * 64, 0)
        return {
            "Flags": 0,
            "Indexes": [entry["index"] for entry in entries],
            "LedgerEntryType": "DirectoryNode",
            "Owner": account,
            "PreviousTxnID": thread[0],
            "PreviousTxnLgrSeq": thread[1],
            "RootIndex": index,
            "index": index,
        }

    def book(self, gives_xrp: bool) -> Sequence[dict[str, Any]]:
        offers = views.book_entries(self.state, gives_xrp=gives_xrp, threads=self._threads)
        return [_threaded(offer) for offer in offers]

    def amm(self) -> dict[str, Any] | None:
        return views.amm_info(self.state, self._close_time_s)

    def is_pool(self, account: str) -> bool:
        return account in self.state.amm

    def owner_funds(self, account: str, asset: tuple[str, str]) -> str:
        state = self.state
        if account not in state.sequence:
            return "0"
        if asset == XRP:
            return str(state.spendable(account, xrp=True))
        if asset == shares_asset(state):
            return number_text(state.shares.get(account, Decimal()))
        if asset == (state.issue.currency, state.issue.issuer):
            return number_text(Decimal(state.spendable(account, xrp=False)))
        return "0"


def _threaded(entry: Mapping[str, Any]) -> dict[str, Any]:
    """An entry that no transaction has changed yet was made with the first ledger."""
    if "PreviousTxnID" in entry:
        return dict(entry)
    return {**entry, "PreviousTxnID": "0" * 64, "PreviousTxnLgrSeq": 0}
