"""What a transaction of a closed ledger did, read from the journal of its changes."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from operator import itemgetter
from typing import Any

import attrs

from neo.infra.simulated.amounts import ZERO, Amount
from neo.infra.simulated.changes import EntryChange
from neo.infra.simulated.state import LedgerState, Offer, OfferKey
from neo.infra.simulated.transactions import Transaction
from neo.quickly_built import quickly_built


class OfferFate(enum.Enum):
    CREATED = "created"
    MODIFIED = "modified"
    DELETED = "deleted"


@quickly_built
@attrs.frozen
class OfferEffect:
    """One offer's amounts before and after. `before` is None when created; a deleted one keeps what it had at its end."""

    fate: OfferFate
    owner: str
    sequence: int
    before: tuple[Amount, Amount] | None
    after: tuple[Amount, Amount]

    @property
    def gives_xrp(self) -> bool:
        return type(self.after[1]) is int


@quickly_built
@attrs.frozen
class BalanceEffect:
    """An account's balances before and after, fee included."""

    account: str
    drops_before: int
    drops_after: int
    token_before: Amount
    token_after: Amount


@quickly_built
@attrs.frozen
class TransactionOutcome:
    """A transaction with its place and effect in a closed ledger. Amount pairs of offers are (pays, gets)."""

    transaction: Transaction
    result: str
    index: int
    offers: tuple[OfferEffect, ...]
    balances: tuple[BalanceEffect, ...]
    #: Tickets that it made.
    tickets: tuple[int, ...] = ()
    #: Every entry that changed; empty unless the ledger keeps detail.
    changes: tuple[EntryChange, ...] = ()
    #: What a payment delivered; None when that is not known.
    delivered: Amount | None = None

    def touches(self, account: str) -> bool:
        """True when `account` sent it, or had a balance or an offer changed by it."""
        return (
            self.transaction.account == account
            or any(effect.account == account for effect in self.balances)
            or any(effect.owner == account for effect in self.offers)
        )


Journal = Sequence[tuple[dict[Any, Any], Any, Any]]
_CHANGED_KEY = itemgetter(1)


def journal_touches(journal: Journal, account: str) -> bool:
    """True when one of the changes concerns `account`.

    What becomes of an offer need not be looked at: a balance or the count of its owner's objects changes with it.
    """
    return account in map(_CHANGED_KEY, journal)


def read_outcome(
    state: LedgerState,
    transaction: Transaction,
    result: str,
    index: int,
    journal: Journal,
    later: Journal = (),
) -> TransactionOutcome:
    """Outcome of the transaction whose changes are `journal`; `state` must be as that transaction and `later` left it."""
    offers, balances = _offers(state, journal, later), _balances(state, journal, later)
    return TransactionOutcome(transaction, result, index, offers, balances, _tickets(state, journal, later))


def _then(table: dict[Any, Any], key: Any, later: Journal) -> Any:
    """What `table` had under `key` before the changes `later`; None for nothing."""
    for changed, changed_key, old in later:
        if changed is table and changed_key == key:
            return old
    return table.get(key)


def _tickets(state: LedgerState, journal: Journal, later: Journal) -> tuple[int, ...]:
    tickets = state.tickets
    made = [key for table, key, old in journal if table is tickets and old is None]
    return tuple(number for owner, number in made if _then(tickets, (owner, number), later))


def _offers(state: LedgerState, journal: Journal, later: Journal) -> tuple[OfferEffect, ...]:
    first: dict[OfferKey, Offer | None] = {}
    last: dict[OfferKey, Offer] = {}
    for table, key, old in journal:
        if table is state.offers:
            first.setdefault(key, old)
            if old is not None:
                last[key] = old
    effects = []
    for key, before in first.items():
        after = _then(state.offers, key, later)
        fate = OfferFate.DELETED if after is None else OfferFate.CREATED if before is None else OfferFate.MODIFIED
        if after is None and before is None:
            continue
        end = after or last[key]
        start = None if before is None else (before.pays, before.gets)
        effects.append(OfferEffect(fate, key[0], key[1], start, (end.pays, end.gets)))
    return tuple(effects)


def _balances(state: LedgerState, journal: Journal, later: Journal) -> tuple[BalanceEffect, ...]:
    drops: dict[str, int] = {}
    token: dict[str, Amount] = {}
    for table, key, old in journal:
        if table is state.drops:
            drops.setdefault(key, old or 0)
        elif table is state.token:
            token.setdefault(key, ZERO if old is None else old)
    effects = []
    for account in {**drops, **token}:
        drops_after = _then(state.drops, account, later) or 0
        token_after = _then(state.token, account, later) or ZERO
        effects.append(
            BalanceEffect(
                account,
                drops.get(account, drops_after),
                drops_after,
                token.get(account, token_after),
                token_after,
            )
        )
    return tuple(effects)
