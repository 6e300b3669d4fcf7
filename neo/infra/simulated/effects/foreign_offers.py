"""Offers for tokens that are not the ledger's own.

The simulated ledger knows one token. Nobody holds another one, so an offer of XRP for it rests and is never met; an
offer that would give it is unfunded. What only its issuer could give is refused (docs/ledger-model.md).
"""

from __future__ import annotations

from neo.infra.simulated import transactions as tx
from neo.infra.simulated.amounts import Amount
from neo.infra.simulated.effects.setting import Setting, Verdict
from neo.infra.simulated.quality import quality_of
from neo.infra.simulated.records import ForeignOffer, IssuedAmount
from neo.infra.simulated.results import (
    TEC_EXPIRED,
    TEC_INSUF_RESERVE_OFFER,
    TEC_KILLED,
    TEC_NO_ISSUER,
    TEC_UNFUNDED_OFFER,
    TEM_BAD_EXPIRATION,
    TEM_BAD_OFFER,
    TEM_BAD_SEQUENCE,
    TEM_DISABLED,
    TEM_INVALID_FLAG,
    TES_SUCCESS,
)
from neo.infra.simulated.state import LedgerState
from neo.infra.simulated.transactions import ForeignOfferCreate


def malformed_foreign_offer(state: LedgerState, offer: ForeignOfferCreate) -> str | None:
    """Result code of an offer that no ledger would take, or that this model does not know."""
    flags, pays, gets = offer.flags, offer.taker_pays, offer.taker_gets
    if flags & ~tx.KNOWN_OFFER_FLAGS or (flags & tx.IMMEDIATE_OR_CANCEL and flags & tx.FILL_OR_KILL):
        return TEM_INVALID_FLAG
    if offer.expiration_s == 0:
        return TEM_BAD_EXPIRATION
    if offer.offer_sequence == 0:
        return TEM_BAD_SEQUENCE
    if _value(pays) <= 0 or _value(gets) <= 0:
        return TEM_BAD_OFFER
    if isinstance(gets, IssuedAmount):
        return TEM_DISABLED if gets.issuer == offer.account or gets.issuer == state.pool_account else None
    return None if type(gets) is int else TEM_DISABLED


def create_foreign_offer(setting: Setting, offer: ForeignOfferCreate) -> Verdict:
    """Put an offer of XRP into the other token's book, where nobody can meet it."""
    return _create(setting, offer), ()


def _create(setting: Setting, offer: ForeignOfferCreate) -> str:
    state, pays, gets = setting.state, offer.taker_pays, offer.taker_gets
    for side in (pays, gets):
        if isinstance(side, IssuedAmount) and side.issuer not in state.sequence:
            return TEC_NO_ISSUER
    if isinstance(gets, IssuedAmount) or not isinstance(pays, IssuedAmount):
        return TEC_UNFUNDED_OFFER
    if setting.balance_before_fee <= state.reserve_drops(offer.account):
        return TEC_UNFUNDED_OFFER
    if offer.expiration_s is not None and offer.expiration_s <= setting.parent_close_s:
        return TEC_EXPIRED
    if offer.offer_sequence is not None:
        key = (offer.account, offer.offer_sequence)
        if not state.remove(key):
            state.remove_foreign(key)
    if offer.flags & (tx.IMMEDIATE_OR_CANCEL | tx.FILL_OR_KILL):
        return TEC_KILLED
    if not setting.can_own(offer.account):
        return TEC_INSUF_RESERVE_OFFER
    sequence = offer.sequence or offer.ticket_sequence or 0
    quality = quality_of(pays.value, gets)
    flags = offer.flags & (tx.PASSIVE | tx.SELL)
    resting = ForeignOffer(offer.account, sequence, pays, int(gets), quality, flags, offer.expiration_s)
    state.put(state.foreign_offers, (offer.account, sequence), resting)
    state.put(state.owner_count, offer.account, state.owner_count[offer.account] + 1)
    return TES_SUCCESS


def _value(side: Amount | IssuedAmount) -> Amount:
    return side.value if isinstance(side, IssuedAmount) else side
