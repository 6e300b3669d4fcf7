"""Which ledger entries a transaction created, changed and deleted, read from the journal of its changes.

Kept only by a ledger that is asked for detail: the wire form of metadata is made from it (neo/infra/simulated/wire).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from neo.infra.simulated.amounts import ZERO
from neo.infra.simulated.records import AccountSettings, AmmEntry, ForeignOffer, LineSettings, Offer
from neo.infra.simulated.state import LedgerState
from neo.records import frozen

#: (kind, key); kinds are those of `_ENTRY_OF`, and "owners" and "book" for directories.
EntryKey = tuple[str, Any]
#: Hash and ledger index of the transaction that last changed an entry.
Thread = tuple[str, int]

_ENTRY_OF = {
    "drops": "account",
    "sequence": "account",
    "owner_count": "account",
    "settings": "account",
    "ticket_count": "account",
    "token": "line",
    "token_limit": "line",
    "lines": "line",
    "shares": "shares",
    "offers": "offer",
    "foreign_offers": "foreign_offer",
    "tickets": "ticket",
    "amm": "amm",
}


@frozen
class AccountRecord:
    account: str
    drops: int
    sequence: int
    owner_count: int
    ticket_count: int
    settings: AccountSettings


@frozen
class LineRecord:
    holder: str
    balance: Decimal
    limit: Decimal
    settings: LineSettings


@frozen
class SharesRecord:
    holder: str
    balance: Decimal


@frozen
class TicketRecord:
    owner: str
    number: int


@frozen
class PoolRecord:
    account: str
    entry: AmmEntry


@frozen
class DirectoryRecord:
    """An owner's directory or a level of the book; only whether it is there and touched matters."""

    key: Any


Record = AccountRecord | LineRecord | SharesRecord | TicketRecord | PoolRecord | Offer | ForeignOffer | DirectoryRecord


@frozen
class EntryChange:
    """An entry before and after. `gone` is how a deleted one was when it went; both None: touched by its thread only.

    `thread` is the transaction that changed the entry before this one; None for a new entry or when nobody kept it.
    """

    key: EntryKey
    before: Record | None
    after: Record | None
    gone: Record | None
    thread: Thread | None


class _Moment:
    """The state's tables at one moment of a transaction: its start, its end, or the last time an entry existed."""

    def __init__(self, tables: dict[str, dict[Any, Any]], past: dict[tuple[str, Any], Any]) -> None:
        self._tables = tables
        self._past = past

    def get(self, table: str, key: Any, default: Any = None) -> Any:
        place = (table, key)
        found = self._past[place] if place in self._past else self._tables[table].get(key)
        return default if found is None else found

    def record(self, kind: str, key: Any) -> Record | None:
        """None when there was no such entry."""
        if kind in ("offer", "foreign_offer"):
            found: Offer | ForeignOffer | None = self.get(f"{kind}s", key)
            return found
        if kind == "account":
            return self._account(key)
        if kind == "line":
            return self._line(key)
        if kind == "shares":
            balance = self.get("shares", key)
            return None if balance is None else SharesRecord(key, balance)
        if kind == "ticket":
            return TicketRecord(*key) if self.get("tickets", key) else None
        entry = self.get("amm", key)
        return None if entry is None else PoolRecord(key, entry)

    def _account(self, key: str) -> AccountRecord | None:
        sequence = self.get("sequence", key)
        if sequence is None:
            return None
        return AccountRecord(
            key,
            self.get("drops", key, 0),
            sequence,
            self.get("owner_count", key, 0),
            self.get("ticket_count", key, 0),
            self.get("settings", key, AccountSettings()),
        )

    def _line(self, key: str) -> LineRecord | None:
        balance = self.get("token", key)
        if balance is None:
            return None
        return LineRecord(key, balance, self.get("token_limit", key, ZERO), self.get("lines", key, LineSettings()))


class Threads:
    """Who changed each entry last. `hash` and `ledger_index` are 0 when nobody is known."""

    def __init__(self) -> None:
        self._last: dict[EntryKey, Thread] = {}

    def of(self, key: EntryKey) -> Thread | None:
        return self._last.get(key)

    def set(self, key: EntryKey, thread: Thread) -> None:
        self._last[key] = thread

    def drop(self, key: EntryKey) -> None:
        self._last.pop(key, None)

    def copy(self) -> Threads:
        twin = Threads()
        twin._last = dict(self._last)
        return twin


def read_changes(
    state: LedgerState, journal: Sequence[tuple[Any, Any, Any]], threads: Threads, by: Thread
) -> tuple[EntryChange, ...]:
    """Changes of the transaction `by` whose journal this is; `state` must be as that transaction left it."""
    tables = state.tables()
    names = {id(table): name for name, table in tables.items()}
    first: dict[tuple[str, Any], Any] = {}
    last: dict[tuple[str, Any], Any] = {}
    touched: dict[EntryKey, None] = {}
    for table, key, old in journal:
        name = names[id(table)]
        first.setdefault((name, key), old)
        if old is not None and tables[name].get(key) is None:
            last[(name, key)] = old
        if name in _ENTRY_OF:
            touched[(_ENTRY_OF[name], key)] = None
    start, end, final = _Moment(tables, first), _Moment(tables, {}), _Moment(tables, last)
    changes = []
    for kind, key in touched:
        before, after = start.record(kind, key), end.record(kind, key)
        if before == after:
            continue
        gone = final.record(kind, key) if after is None else None
        changes.append(_threaded((kind, key), before, after, gone, threads, by))
    return (*changes, *_directories(state, changes, threads, by), *_owners(state, changes, threads, by))


def _threaded(
    key: EntryKey, before: Record | None, after: Record | None, gone: Record | None, threads: Threads, by: Thread
) -> EntryChange:
    thread = threads.of(key)
    if after is None and gone is not None:
        threads.drop(key)
    else:
        threads.set(key, by)
    return EntryChange(key, before, after, gone, thread)


def _directories(state: LedgerState, changes: Iterable[EntryChange], threads: Threads, by: Thread) -> list[EntryChange]:
    """Owners' directories and levels of the book whose content changed."""
    more: dict[EntryKey, int] = {}
    for change in changes:
        step = (change.before is None) - (change.after is None)
        if step or (change.before is None and change.after is None):
            for place in _places(state, change):
                more[place] = more.get(place, 0) + step
    found = []
    for place, step in more.items():
        after = _size(state, place)
        record = DirectoryRecord(place[1])
        was, now = after - step > 0, after > 0
        if was or now:
            gone = None if now else record
            found.append(_threaded(place, record if was else None, record if now else None, gone, threads, by))
    return found


def _places(state: LedgerState, change: EntryChange) -> list[EntryKey]:
    record = change.after or change.gone or change.before
    if isinstance(record, Offer):
        return [("owners", record.owner), ("book", (type(record.gets) is int, record.quality))]
    if isinstance(record, ForeignOffer):
        return [("owners", record.owner), ("foreign_book", (record.pays.currency, record.pays.issuer, record.quality))]
    if isinstance(record, LineRecord):
        return [("owners", record.holder), ("owners", state.issue.issuer)]
    if isinstance(record, SharesRecord):
        return [("owners", record.holder), ("owners", state.pool_account)]
    if isinstance(record, TicketRecord):
        return [("owners", record.owner)]
    return [("owners", record.account)] if isinstance(record, PoolRecord) else []


def _size(state: LedgerState, place: EntryKey) -> int:
    """Entries of a directory as it is now."""
    kind, key = place
    if kind == "owners":
        return state.objects_of(key)
    if kind == "book":
        return state.level_size(gives_xrp=key[0], quality=key[1])
    return sum(
        1 for each in state.foreign_offers.values() if (each.pays.currency, each.pays.issuer, each.quality) == key
    )


def _owners(state: LedgerState, changes: list[EntryChange], threads: Threads, by: Thread) -> list[EntryChange]:
    """Accounts that are touched only because something of theirs was made or went."""
    known = {change.key for change in changes}
    found = []
    for change in changes:
        if change.after is not None and change.before is not None:
            continue
        for account in _owners_of(state, change):
            key = ("account", account)
            if key not in known and account in state.sequence and threads.of(key) != by:
                known.add(key)
                found.append(_threaded(key, None, None, None, threads, by))
    return found


def _owners_of(state: LedgerState, change: EntryChange) -> tuple[str, ...]:
    record = change.after or change.gone or change.before
    if isinstance(record, LineRecord):
        return record.holder, state.issue.issuer
    if isinstance(record, SharesRecord):
        return record.holder, state.pool_account
    if isinstance(record, (Offer, ForeignOffer, TicketRecord)):
        return (record.owner,)
    return (record.account,) if isinstance(record, PoolRecord) else ()
