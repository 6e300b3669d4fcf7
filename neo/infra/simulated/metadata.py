"""What a transaction of a closed ledger did, read from the journal of its changes."""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from typing import Any

from neo.domain.messages.venue import OfferChangeKind
from neo.infra.simulated.amounts import ZERO, Amount
from neo.infra.simulated.changes import EntryChange
from neo.infra.simulated.records import TicketKey
from neo.infra.simulated.state import LedgerState, Offer, OfferKey
from neo.infra.simulated.transactions import Transaction
from neo.quickly_built import quickly_built
from neo.records import define, frozen


@quickly_built
@frozen
class OfferEffect:
    """One offer's amounts before and after. `before` is None when created; a deleted one keeps what it had at its end."""

    fate: OfferChangeKind
    owner: str
    sequence: int
    before: tuple[Amount, Amount] | None
    after: tuple[Amount, Amount]

    @property
    def gives_xrp(self) -> bool:
        return type(self.after[1]) is int


@quickly_built
@frozen
class BalanceEffect:
    """An account's balances before and after, fee included."""

    account: str
    drops_before: int
    drops_after: int
    token_before: Amount
    token_after: Amount


@quickly_built
@frozen
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


#: An enum's member takes six times as long to be found as a name of the module.
_CREATED, _MODIFIED, _DELETED = OfferChangeKind.CREATED, OfferChangeKind.MODIFIED, OfferChangeKind.DELETED

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
    only: str | None = None,
) -> TransactionOutcome:
    """Outcome of the transaction whose changes are `journal`; `state` must be as that transaction and `later` left it.

    With `only` it tells what became of that account alone: of its balances, offers and tickets.
    """
    first = _first(state, journal) if only is None else _first_of(state, journal, only)
    offers, balances = _offers(state, first, later), _balances(state, first, later)
    return TransactionOutcome(transaction, result, index, offers, balances, _tickets(state, first, later))


@define
class _First:
    """What the journal says of each thing: how it was at first, and how an offer was when it was last there."""

    drops: dict[str, int]
    token: dict[str, Amount]
    offers: dict[OfferKey, Offer | None]
    last_offers: dict[OfferKey, Offer]
    tickets_made: list[TicketKey]


def _first(state: LedgerState, journal: Journal) -> _First:
    first = _First({}, {}, {}, {}, [])
    drops, token, offers, tickets = state.drops, state.token, state.offers, state.tickets
    for table, key, old in journal:
        if table is drops:
            first.drops.setdefault(key, old or 0)
        elif table is offers:
            first.offers.setdefault(key, old)
            if old is not None:
                first.last_offers[key] = old
        elif table is token:
            first.token.setdefault(key, ZERO if old is None else old)
        elif table is tickets and old is None:
            first.tickets_made.append(key)
    return first


def _first_of(state: LedgerState, journal: Journal, account: str) -> _First:
    """The same of one account. Keys of offers and tickets begin with their owner."""
    first = _First({}, {}, {}, {}, [])
    drops, token, offers, tickets = state.drops, state.token, state.offers, state.tickets
    for table, key, old in journal:
        if key == account:
            if table is drops:
                first.drops.setdefault(key, old or 0)
            elif table is token:
                first.token.setdefault(key, ZERO if old is None else old)
        elif table is offers:
            if key[0] == account:
                first.offers.setdefault(key, old)
                if old is not None:
                    first.last_offers[key] = old
        elif table is tickets and old is None and key[0] == account:
            first.tickets_made.append(key)
    return first


def _then(table: dict[Any, Any], key: Any, later: Journal) -> Any:
    """What `table` had under `key` before the changes `later`; None for nothing."""
    if later:
        for changed, changed_key, old in later:
            if changed is table and changed_key == key:
                return old
    return table.get(key)


def _tickets(state: LedgerState, first: _First, later: Journal) -> tuple[int, ...]:
    if not first.tickets_made:
        return ()
    return tuple(key[1] for key in first.tickets_made if _then(state.tickets, key, later))


def _offers(state: LedgerState, first: _First, later: Journal) -> tuple[OfferEffect, ...]:
    effects = []
    for key, before in first.offers.items():
        after = _then(state.offers, key, later)
        if after is not None:
            fate = _CREATED if before is None else _MODIFIED
        elif before is not None:
            fate, after = _DELETED, first.last_offers[key]
        else:
            continue
        start = None if before is None else (before.pays, before.gets)
        effects.append(OfferEffect(fate, key[0], key[1], start, (after.pays, after.gets)))
    return tuple(effects)


def _balances(state: LedgerState, first: _First, later: Journal) -> tuple[BalanceEffect, ...]:
    drops, token = first.drops, first.token
    effects = []
    for account in drops if not token else {**drops, **token}:
        drops_after = _then(state.drops, account, later) or 0
        token_after = _then(state.token, account, later) or ZERO
        drops_before, token_before = drops.get(account, drops_after), token.get(account, token_after)
        effects.append(BalanceEffect(account, drops_before, drops_after, token_before, token_after))
    return tuple(effects)
