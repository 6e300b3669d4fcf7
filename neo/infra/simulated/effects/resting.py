"""An offer that goes straight into the book: nothing is near enough to be met, and nobody has set anything that changes its fate.

Nearly all quotes are such. What `rules.apply_transaction` finds out step by step for any transaction is looked at here once and
written down at once, at half the price. Whatever is not plain is left to it, untouched.
"""

from __future__ import annotations

from bisect import bisect_left, insort

from neo.infra.simulated import transactions as tx
from neo.infra.simulated.quality import ANY_QUALITY, is_far_from, quality_of
from neo.infra.simulated.records import Offer
from neo.infra.simulated.state import LedgerState
from neo.infra.simulated.transactions import OfferCreate

_RESTING_FLAGS = tx.PASSIVE | tx.SELL
_NOT_PLAIN = ~(_RESTING_FLAGS | tx.FULLY_CANONICAL_SIGNATURE)


def rest_at_once(state: LedgerState, offer: OfferCreate, ledger_index: int, parent_close_s: int) -> bool:
    """True when the fee is claimed and the offer rests; False, with nothing changed, when it wants a closer look."""
    if offer.flags & _NOT_PLAIN or not _is_in_turn(state, offer, ledger_index, parent_close_s):
        return False
    pays, gets = offer.taker_pays, offer.taker_gets
    gives_xrp = type(gets) is int
    if gives_xrp is (type(pays) is int) or pays <= 0 or gets <= 0:
        return False
    account, replaced = offer.account, None
    if offer.offer_sequence is not None:
        replaced = state.offers.get((account, offer.offer_sequence))
        if replaced is not None and (type(replaced.gets) is int) is not gives_xrp:
            # It may be the one that stands in the way.
            return False
    rules, balance, owned = state.rules, state.drops[account], state.owner_count[account]
    step_drops = rules.reserve_increment_drops
    reserve_drops = rules.reserve_base_drops + owned * step_drops
    if gives_xrp:
        if balance - offer.fee_drops <= reserve_drops:
            return False
    elif account == state.issue.issuer or not state.token.get(account):
        return False
    if balance < (reserve_drops + step_drops if replaced is None else reserve_drops):
        return False
    quality = quality_of(pays, gets)
    if not _is_alone(state, account, quality, parent_close_s, gets_xrp=not gives_xrp):
        return False
    _rest(state, offer, quality, replaced)
    return True


def _is_in_turn(state: LedgerState, offer: OfferCreate, ledger_index: int, parent_close_s: int) -> bool:
    """True when nothing that concerns transactions of any kind speaks against it, nor its expiration."""
    if offer.ticket_sequence is not None or offer.network_id is not None or offer.signer is not None:
        return False
    account, sequence, fee = offer.account, offer.sequence, offer.fee_drops
    if state.settings or state.lines or state.rules.network_id or state.sequence.get(account) != sequence:
        return False
    if offer.last_ledger_sequence is not None and ledger_index > offer.last_ledger_sequence:
        return False
    if fee < state.rules.base_fee_drops or state.drops[account] < fee:
        return False
    if offer.offer_sequence is not None and not 0 < offer.offer_sequence < sequence:
        return False
    return offer.expiration_s is None or offer.expiration_s > parent_close_s


def _is_alone(state: LedgerState, account: str, quality: int, parent_close_s: int, *, gets_xrp: bool) -> bool:
    """True when neither the book nor the pool, even without its fee, is anywhere near the offer's price."""
    pool = state.pool(gives_xrp=gets_xrp, taker=account, now_s=parent_close_s)
    best, book = ANY_QUALITY if pool is None else pool.spot_quality, state.books[gets_xrp]
    if book and book[0][0] < best:
        best = book[0][0]
    return best == ANY_QUALITY or is_far_from(quality, best)


def _rest(state: LedgerState, offer: OfferCreate, quality: int, replaced: Offer | None) -> None:
    """Claim the fee, take the offer that is replaced out of its book, and put the new one into it."""
    account, sequence, journal = offer.account, offer.sequence, state.journal
    drops, counters, sequences, offers = state.drops, state.counters, state.sequence, state.offers
    balance, burned, entry = drops[account], counters["burned_drops"], counters["next_entry"]
    journal += (drops, account, balance), (counters, "burned_drops", burned), (sequences, account, sequence)
    drops[account] = balance - offer.fee_drops
    counters["burned_drops"] = burned + offer.fee_drops
    sequences[account] = sequence + 1
    pays, gets, key = offer.taker_pays, offer.taker_gets, (account, sequence)
    book, mine = state.books[type(gets) is int], state.owned.setdefault(account, [])
    if replaced is None:
        counts = state.owner_count
        owned = counts[account]
        journal.append((counts, account, owned))
        counts[account] = owned + 1
    else:
        old_key = (account, replaced.sequence)
        journal.append((offers, old_key, replaced))
        del offers[old_key], mine[bisect_left(mine, replaced.sequence)]
        del book[bisect_left(book, (replaced.quality, replaced.entry, old_key))]
    journal += (counters, "next_entry", entry), (offers, key, None)
    counters["next_entry"] = entry + 1
    offers[key] = Offer(account, sequence, pays, gets, quality, entry, offer.flags & _RESTING_FLAGS, offer.expiration_s)
    insort(book, (quality, entry, key))
    insort(mine, sequence)
