"""OfferCreate and OfferCancel. Source: rippled `OfferCreate.cpp`, `OfferCancel.cpp`."""

from __future__ import annotations

from decimal import Decimal

from neo.infra.simulated import transactions as tx
from neo.infra.simulated.amounts import ZERO, Amount, is_xrp, subtract
from neo.infra.simulated.crossing import Crossed, Crossing
from neo.infra.simulated.effects.setting import Setting, Verdict
from neo.infra.simulated.effects.tick import on_tick
from neo.infra.simulated.fees import PARITY
from neo.infra.simulated.liquidity import Liquidity, is_front_alive
from neo.infra.simulated.pool import PoolAmounts
from neo.infra.simulated.quality import ANY_QUALITY, divide_strict, is_far_from, multiply_up, quality_of, rate_of
from neo.infra.simulated.records import Offer, OfferKey
from neo.infra.simulated.results import (
    TEC_EXPIRED,
    TEC_FROZEN,
    TEC_INSUF_RESERVE_OFFER,
    TEC_KILLED,
    TEC_UNFUNDED_OFFER,
    TEM_BAD_EXPIRATION,
    TEM_BAD_OFFER,
    TEM_BAD_SEQUENCE,
    TEM_INVALID_FLAG,
    TEM_REDUNDANT,
    TES_SUCCESS,
)
from neo.infra.simulated.state import LedgerState
from neo.infra.simulated.transactions import OfferCancel, OfferCreate

#: (pays, gets) that remain of an offer after it met others, removable offers, and whether all that FillOrKill demands was
#: filled.
_Met = tuple[Amount, Amount, tuple[OfferKey, ...], bool]

_NOW_OR_NEVER = tx.IMMEDIATE_OR_CANCEL | tx.FILL_OR_KILL
_UNKNOWN_FLAGS = ~tx.KNOWN_OFFER_FLAGS
_EVERYTHING_DROPS = 9 * 10**18
_EVERYTHING_TOKEN = Decimal(4999999999999999).scaleb(80)


def malformed_offer(state: LedgerState, offer: OfferCreate) -> str | None:
    """Result code of an offer that no ledger would take."""
    del state
    flags = offer.flags
    if flags and (flags & _UNKNOWN_FLAGS or flags & _NOW_OR_NEVER == _NOW_OR_NEVER):
        return TEM_INVALID_FLAG
    if offer.expiration_s == 0:
        return TEM_BAD_EXPIRATION
    if offer.offer_sequence == 0:
        return TEM_BAD_SEQUENCE
    pays, gets = offer.taker_pays, offer.taker_gets
    if pays <= 0 or gets <= 0:
        return TEM_BAD_OFFER
    if (type(pays) is int) == (type(gets) is int):
        return TEM_BAD_OFFER if type(pays) is int else TEM_REDUNDANT
    return None


def malformed_cancel(state: LedgerState, cancel: OfferCancel) -> str | None:
    """Result code of a transaction that no ledger would take; None when it is well formed."""
    if cancel.flags & ~tx.FULLY_CANONICAL_SIGNATURE:
        return TEM_INVALID_FLAG
    own = cancel.sequence or state.sequence.get(cancel.account, 0)
    return TEM_BAD_SEQUENCE if cancel.offer_sequence <= 0 or cancel.offer_sequence >= own else None


def cancel_offer(setting: Setting, cancel: OfferCancel) -> Verdict:
    """It succeeds whether the offer was there or not."""
    state, key = setting.state, (cancel.account, cancel.offer_sequence)
    if not state.remove(key):
        state.remove_foreign(key)
    return TES_SUCCESS, ()


def create_offer(setting: Setting, offer: OfferCreate) -> Verdict:
    """Take what can be taken at the offer's price or better, then put what remains into the book."""
    state = setting.state
    gives_xrp = type(offer.taker_gets) is int
    # Of XRP the server looks at what there was before the fee was taken.
    has: Amount = (
        setting.balance_before_fee - state.reserve_drops(offer.account)
        if gives_xrp
        else state.spendable(offer.account, xrp=False)
    )
    refusal = _unacceptable(setting, offer, has)
    if refusal:
        return refusal, ()
    if offer.offer_sequence is not None:
        state.remove((offer.account, offer.offer_sequence))
    if state.settings:
        offer = on_tick(state, offer)
    pays, gets = offer.taker_pays, offer.taker_gets
    funds = state.spendable(offer.account, xrp=True) if gives_xrp else has
    if funds <= 0:
        # The fee took the last drops above the reserve.
        return TEC_UNFUNDED_OFFER, ()
    # Only an offer that may rest has a place in the book, and may be too far from everything to meet it.
    quality = ANY_QUALITY if offer.flags & tx.IMMEDIATE_OR_CANCEL else quality_of(pays, gets)
    met = _cross(state, offer, setting.parent_close_s, funds, quality)
    if met is not None:
        return _after_crossing(setting, offer, quality, met)
    if offer.flags & _NOW_OR_NEVER:
        return TEC_KILLED, ()
    if not setting.can_own(offer.account):
        return TEC_INSUF_RESERVE_OFFER, ()
    state.place(_resting(state, offer, pays, gets, quality))
    return TES_SUCCESS, ()


def _after_crossing(setting: Setting, offer: OfferCreate, quality: int, met: _Met) -> Verdict:
    pays, gets, removable, filled = met
    if offer.flags & tx.FILL_OR_KILL and not filled:
        return TEC_KILLED, removable
    if pays <= 0 or gets <= 0:
        return TES_SUCCESS, removable
    crossed = pays != offer.taker_pays or gets != offer.taker_gets
    if offer.flags & tx.IMMEDIATE_OR_CANCEL:
        return (TES_SUCCESS if crossed else TEC_KILLED), removable
    if not setting.can_own(offer.account):
        return (TES_SUCCESS, removable) if crossed else (TEC_INSUF_RESERVE_OFFER, ())
    setting.state.place(_resting(setting.state, offer, pays, gets, quality))
    return TES_SUCCESS, removable


def _unacceptable(setting: Setting, offer: OfferCreate, has: Amount) -> str | None:
    """Result code of an offer whose sender has so much of what it gives; None when it may be tried."""
    state = setting.state
    if state.settings and state.is_globally_frozen():
        return TEC_FROZEN
    if has <= 0:
        return TEC_UNFUNDED_OFFER
    replaced = offer.offer_sequence
    if replaced is not None and replaced >= (offer.sequence or state.sequence[offer.account]):
        return TEM_BAD_SEQUENCE
    if offer.expiration_s is not None and offer.expiration_s <= setting.parent_close_s:
        return TEC_EXPIRED
    if state.lines and type(offer.taker_gets) is int and state.is_deep_frozen(offer.account):
        return TEC_FROZEN
    return None


def _cross(state: LedgerState, offer: OfferCreate, parent_close_s: int, funds: Amount, quality: int) -> _Met | None:
    """What remains, None when there is nothing within reach. `funds` is what the sender can give.

    `quality` is the offer's, ANY_QUALITY when it never rests.
    """
    gets_xrp = type(offer.taker_pays) is int
    book, pool = state.books[gets_xrp], state.pool(gives_xrp=gets_xrp, taker=offer.account, now_s=parent_close_s)
    # The best quality that there is to be looked at, of the pool without its fee.
    best = ANY_QUALITY if pool is None else pool.spot_quality
    if book and book[0][0] < best:
        best = book[0][0]
    if best == ANY_QUALITY or (quality != ANY_QUALITY and not state.settings and is_far_from(quality, best)):
        # With a transfer fee an offer reaches further than its price.
        return None
    rate_in = rate_out = PARITY
    most: Amount = offer.taker_gets
    if state.settings and offer.account != state.issue.issuer:
        rate_in, rate_out = (state.transfer_rate, PARITY) if gets_xrp else (PARITY, state.transfer_rate)
        if rate_in != PARITY:
            most = multiply_up(offer.taker_gets, Decimal(rate_in).scaleb(-9), xrp=False)
    worst = quality_of(most, offer.taker_pays)
    limit = worst - 1 if offer.flags & tx.PASSIVE else worst
    if best > limit:
        return None
    if _is_only_fee_between(state, pool, limit, gets_xrp=gets_xrp):
        return None
    send_max = min(funds, most)
    selling = bool(offer.flags & tx.SELL)
    everything: Amount = _EVERYTHING_DROPS if gets_xrp else _EVERYTHING_TOKEN
    wanted = everything if selling else offer.taker_pays
    liquidity = Liquidity(
        state, offer.account, limit, parent_close_s, gets_xrp=gets_xrp, pool=pool, in_rate=rate_in, out_rate=rate_out
    )
    crossed = Crossing(liquidity).run(wanted, send_max)
    filled = crossed.paid >= send_max if selling else crossed.got >= offer.taker_pays
    if not crossed.got:
        return offer.taker_pays, offer.taker_gets, crossed.removable, filled
    if offer.flags & tx.IMMEDIATE_OR_CANCEL and rate_in == PARITY and _is_partly_filled(offer, crossed):
        # Nothing of it rests: at which price is not asked.
        return ZERO, ZERO, crossed.removable, filled
    if liquidity.funds.of(offer.account, xrp=not gets_xrp) <= 0:
        return ZERO, ZERO, crossed.removable, filled
    opposite = worst if most is offer.taker_gets else quality_of(offer.taker_gets, offer.taker_pays)
    pays, gets = _remainder(offer, crossed, rate_in, rate_of(opposite))
    return pays, gets, crossed.removable, filled


def _is_only_fee_between(state: LedgerState, pool: PoolAmounts | None, limit: int, *, gets_xrp: bool) -> bool:
    """True when the pool is all that is within `limit`, but not with its fee, and no dead offer is there to be removed."""
    book = state.books[gets_xrp]
    if pool is None or (book and book[0][0] <= limit):
        return False
    return pool.is_out_of_reach(limit) and is_front_alive(state, gives_xrp=gets_xrp)


def _is_partly_filled(offer: OfferCreate, crossed: Crossed) -> bool:
    """True when so much was filled that sixteen digits of what remains show it."""
    if offer.flags & tx.SELL:
        return subtract(offer.taker_gets, crossed.paid) != offer.taker_gets
    return subtract(offer.taker_pays, crossed.got) != offer.taker_pays


def _remainder(offer: OfferCreate, crossed: Crossed, rate_in: int, price: Decimal) -> tuple[Amount, Amount]:
    """(pays, gets) that keep the offer's price after part of it was filled; transfer fees paid do not count as filled."""
    gets_xrp = is_xrp(offer.taker_pays)
    if offer.flags & tx.SELL:
        sold = crossed.paid
        if rate_in != PARITY:
            sold = divide_strict(sold, Decimal(rate_in).scaleb(-9), xrp=not gets_xrp, up=True)
        gets = subtract(offer.taker_gets, sold)
        return (divide_strict(gets, price, xrp=gets_xrp, up=False), gets) if gets > 0 else (ZERO, gets)
    pays = subtract(offer.taker_pays, crossed.got)
    return (pays, multiply_up(pays, price, xrp=not gets_xrp)) if pays > 0 else (pays, ZERO)


def _resting(state: LedgerState, offer: OfferCreate, pays: Amount, gets: Amount, quality: int) -> Offer:
    entry = state.counters["next_entry"]
    flags = offer.flags & (tx.PASSIVE | tx.SELL)
    sequence = offer.sequence or offer.ticket_sequence or 0
    return Offer(offer.account, sequence, pays, gets, quality, entry, flags, offer.expiration_s)
