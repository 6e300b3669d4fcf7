"""What one ledger version holds, with a journal of every change.

The journal makes the three things cheap that a ledger does all the time: undo part of a transaction, undo the whole
open ledger before the canonical order is applied, and say what a transaction changed. State is plain values in
dictionaries; a missing key is None in the journal.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import attrs

from neo.infra.simulated.amounts import NEAREST, ZERO, Amount
from neo.infra.simulated.pool import PoolAmounts

OfferKey = tuple[str, int]
BookEntry = tuple[int, int, OfferKey]

#: Accounts that are part of the ledger itself.
POOL_ACCOUNT = "amm"
ISSUER_ACCOUNT = "issuer"


@attrs.frozen
class LedgerRules:
    """What validators agree on. Reserves and fee in drops; the open ledger takes `open_limit` transactions at base fee.

    `pool_slot_holder` holds the pool's auction slot and trades with it at a tenth of the fee (XLS-30).
    """

    base_fee_drops: int = 10
    reserve_base_drops: int = 1_000_000
    reserve_increment_drops: int = 200_000
    open_limit: int = 1000
    pool_fee_hundred_thousandths: int = 0
    pool_slot_holder: str | None = None

    def pool_fee_for(self, taker: str | None) -> int:
        fee = self.pool_fee_hundred_thousandths
        return fee // 10 if taker is not None and taker == self.pool_slot_holder else fee


@attrs.frozen
class Offer:
    """A resting offer. The owner gives `gets` and wants `pays`; `quality` is pays/gets as placed and never changes."""

    owner: str
    sequence: int
    pays: Amount
    gets: Amount
    quality: int
    entry: int
    flags: int = 0
    expiration_s: int | None = None

    def with_amounts(self, pays: Amount, gets: Amount) -> Offer:
        return Offer(self.owner, self.sequence, pays, gets, self.quality, self.entry, self.flags, self.expiration_s)


@attrs.define
class LedgerState:
    """Balances, sequences, offers and books of one ledger version."""

    rules: LedgerRules = attrs.field(factory=LedgerRules)
    drops: dict[str, int] = attrs.field(factory=dict)
    token: dict[str, Decimal] = attrs.field(factory=dict)
    token_limit: dict[str, Decimal] = attrs.field(factory=dict)
    sequence: dict[str, int] = attrs.field(factory=dict)
    owner_count: dict[str, int] = attrs.field(factory=dict)
    offers: dict[OfferKey, Offer] = attrs.field(factory=dict)
    counters: dict[str, int] = attrs.field(factory=lambda: {"burned_drops": 0, "next_entry": 1})
    #: Books by what the offers give: True is XRP (asks of XRP/RLUSD), False the token (bids).
    books: dict[bool, list[BookEntry]] = attrs.field(factory=lambda: {True: [], False: []})
    #: Sequences of each account's offers, in the order in which they were placed.
    owned: dict[str, list[int]] = attrs.field(factory=dict)
    journal: list[tuple[dict[Any, Any], Any, Any]] = attrs.field(factory=list, eq=False, repr=False)

    # ---------------------------------------------------------------------------------------------------- changes

    def put(self, table: dict[Any, Any], key: Any, value: Any) -> None:
        """Set `table[key]` so that it can be undone; None removes the key."""
        self.journal.append((table, key, table.get(key)))
        if table is self.offers:
            self._store_offer(key, value)
        elif value is None:
            table.pop(key, None)
        else:
            table[key] = value

    def rollback(self, mark: int) -> None:
        """Undo every change made since the journal was `mark` entries long."""
        journal, offers = self.journal, self.offers
        while len(journal) > mark:
            table, key, old = journal.pop()
            if table is offers:
                self._store_offer(key, old)
            elif old is None:
                table.pop(key, None)
            else:
                table[key] = old

    def commit(self) -> None:
        """Make everything final."""
        self.journal.clear()

    def _store_offer(self, key: OfferKey, value: Offer | None) -> None:
        old = self.offers.get(key)
        if value is not None:
            self.offers[key] = value
        elif old is not None:
            del self.offers[key]
        if (old is None) != (value is None):
            self._index(key, old, value)

    def _index(self, key: OfferKey, old: Offer | None, value: Offer | None) -> None:
        if value is not None:
            insort(self.books[type(value.gets) is int], (value.quality, value.entry, key))
            insort(self.owned.setdefault(key[0], []), key[1])
        elif old is not None:
            book = self.books[type(old.gets) is int]
            del book[bisect_left(book, (old.quality, old.entry, key))]
            sequences = self.owned[key[0]]
            del sequences[bisect_left(sequences, key[1])]

    def credit(self, account: str, amount: Amount) -> None:
        """Add `amount`, negative to take it. A trust line that nobody asked for goes away when it is empty."""
        if type(amount) is int:
            self.put(self.drops, account, self.drops[account] + amount)
        elif account != ISSUER_ACCOUNT:
            self._credit_token(account, amount)  # type: ignore[arg-type]

    def _credit_token(self, account: str, amount: Decimal) -> None:
        if account not in self.token:
            self.put(self.owner_count, account, self.owner_count[account] + 1)
        balance = NEAREST.add(self.token.get(account, ZERO), amount)
        if not balance and account not in self.token_limit and account != POOL_ACCOUNT:
            self.put(self.token, account, None)
            self.put(self.owner_count, account, self.owner_count[account] - 1)
        else:
            self.put(self.token, account, balance)

    def place(self, offer: Offer) -> None:
        """Put a new offer into its book; the owner's reserve grows."""
        self.put(self.counters, "next_entry", offer.entry + 1)
        self.put(self.offers, (offer.owner, offer.sequence), offer)
        self.put(self.owner_count, offer.owner, self.owner_count[offer.owner] + 1)

    def remove(self, key: OfferKey) -> bool:
        """Take an offer out of its book; False when it is not there."""
        if key not in self.offers:
            return False
        self.put(self.offers, key, None)
        self.put(self.owner_count, key[0], self.owner_count[key[0]] - 1)
        return True

    # -------------------------------------------------------------------------------------------------- questions

    def reserve_drops(self, account: str, extra_objects: int = 0) -> int:
        """Drops that `account` cannot give away while it owns what it owns."""
        objects = self.owner_count[account] + extra_objects
        return self.rules.reserve_base_drops + objects * self.rules.reserve_increment_drops

    def spendable(self, account: str, *, xrp: bool) -> Amount:
        """What `account` could give of an asset now, never negative."""
        if not xrp:
            return Decimal("1e60") if account == ISSUER_ACCOUNT else self.token.get(account, ZERO)
        if account == POOL_ACCOUNT:
            return self.drops[account]
        return max(0, self.drops[account] - self.reserve_drops(account))

    def book(self, *, gives_xrp: bool) -> Iterator[Offer]:
        """Offers of one book, best first."""
        return (self.offers[key] for _, _, key in self.books[gives_xrp])

    def offers_of(self, account: str) -> tuple[Offer, ...]:
        return tuple(self.offers[(account, sequence)] for sequence in self.owned.get(account, ()))

    def pool(self, *, gives_xrp: bool, taker: str | None = None) -> PoolAmounts | None:
        """The pool in one direction of trade, with the fee that `taker` pays; None when there is none."""
        token = self.token.get(POOL_ACCOUNT)
        if not token:
            return None
        drops, fee = self.drops[POOL_ACCOUNT], self.rules.pool_fee_for(taker)
        return PoolAmounts(token, drops, fee) if gives_xrp else PoolAmounts(drops, token, fee)

    def copy(self) -> LedgerState:
        """An independent copy by value, without the journal."""
        return LedgerState(
            self.rules,
            dict(self.drops),
            dict(self.token),
            dict(self.token_limit),
            dict(self.sequence),
            dict(self.owner_count),
            dict(self.offers),
            dict(self.counters),
            {side: list(book) for side, book in self.books.items()},
            {owner: list(sequences) for owner, sequences in self.owned.items()},
        )

    def copy_before_journal(self) -> LedgerState:
        """A copy as the state was at the last commit."""
        shadow = self.copy()
        twin = {id(mine): its for mine, its in zip(self._tables(), shadow._tables(), strict=True)}
        for table, key, old in reversed(self.journal):
            shadow.put(twin[id(table)], key, old)
        shadow.commit()
        return shadow

    def _tables(self) -> tuple[dict[Any, Any], ...]:
        return (self.drops, self.token, self.token_limit, self.sequence, self.owner_count, self.offers, self.counters)


def open_account(state: LedgerState, account: str, drops: int, token: Decimal | None, sequence: int = 1) -> None:
    """An account of the first ledger; `token` None means that it has no trust line."""
    state.drops[account] = drops
    state.sequence[account] = sequence
    state.owner_count[account] = 0 if token is None or account in (POOL_ACCOUNT, ISSUER_ACCOUNT) else 1
    if token is not None:
        state.token[account] = token
        state.token_limit[account] = Decimal(1_000_000_000)
