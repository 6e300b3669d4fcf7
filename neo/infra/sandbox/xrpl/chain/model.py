"""What the server needs of a ledger model, all in wire form. Implemented over the simulated ledger in `simulated.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from neo.records import frozen


@frozen
class AppliedTransaction:
    """One transaction of the ledger just closed, in its order of application."""

    hash: str
    tx_json: Mapping[str, Any]
    meta: Mapping[str, Any]
    played: bool


@frozen
class FeeFigures:
    """The open ledger's fees. Levels are relative to `REFERENCE_LEVEL` (256), which is the base fee."""

    base_fee_drops: int
    open_ledger_fee_drops: int
    open_ledger_level: int
    open_transactions: int
    queued_transactions: int
    expected_transactions: int
    queue_transactions_max: int
    reserve_base_drops: int
    reserve_increment_drops: int


class StateView(Protocol):
    """One ledger version for reading. Entries are as `ledger_entry` gives them, with LedgerEntryType and index."""

    @property
    def total_drops(self) -> int: ...

    def account(self, account: str) -> dict[str, Any] | None:
        """account_data and account_flags of account_info."""

    def entries_of(self, account: str) -> Sequence[dict[str, Any]]:
        """Entries that the account's owner directory lists, sorted by index."""

    def offers_of(self, account: str) -> Sequence[tuple[str, dict[str, Any]]]:
        """(index of the entry, the offer as account_offers gives it), sorted by index."""

    def lines_of(self, account: str) -> Sequence[tuple[str, dict[str, Any]]]:
        """(index of the entry, the trust line as account_lines gives it), sorted by index."""

    def entry(self, index: str) -> dict[str, Any] | None: ...

    def book(self, gives_xrp: bool) -> Sequence[dict[str, Any]]:
        """Offers best first, as `book_offers` gives them: with owner_funds, quality and what is funded."""

    def amm(self) -> dict[str, Any] | None:
        """The pool as `amm_info` gives it."""

    def is_pool(self, account: str) -> bool: ...

    def owner_funds(self, account: str, asset: tuple[str, str]) -> str: ...


class LedgerModel(Protocol):
    """An open ledger over closed ones."""

    @property
    def index(self) -> int: ...

    @property
    def close_time_s(self) -> int: ...

    @property
    def token(self) -> tuple[str, str]:
        """(currency, issuer) of the one token that is traded."""

    def submit(self, tx_json: Mapping[str, Any], tx_hash: str, signer: str, *, hold: bool) -> str:
        """Preliminary result. Without `hold` only an immediate success is applied (fail_hard)."""

    def simulate(self, tx_json: Mapping[str, Any], tx_hash: str) -> tuple[str, dict[str, Any] | None]:
        """(result, metadata when it would have been applied), the open ledger left as it was."""

    def close(self, now_ns: int, close_time_s: int) -> Sequence[AppliedTransaction]:
        """Let the other traders act, close the open ledger, and give all that it contains."""

    def current(self) -> StateView: ...

    def validated(self) -> StateView:
        """The last closed ledger; stays as it is when the next one closes."""

    def fees(self) -> FeeFigures: ...

    def next_sequence(self, account: str) -> int:
        """The sequence that the open ledger expects next of an account, 0 for one that does not exist."""

    def sequence_available(self, account: str) -> int:
        """The same behind what the account has in the queue."""

    def know_hashes(self, hash_of: Callable[[int], str]) -> None:
        """Hashes of closed ledgers: the queue's order depends on them."""

    def queued(self, account: str) -> Sequence[Mapping[str, Any]]:
        """Transactions (tx_json) of an account that wait in the queue."""
