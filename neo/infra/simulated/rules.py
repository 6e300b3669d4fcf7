"""How one transaction changes a ledger: checks in the server's order, then the effect.

`apply_transaction` either claims the fee and leaves its changes in the state (tes and tec results), or changes nothing
(tel, tem, tef, ter). Source: rippled `Transactor.cpp`, `OfferCreate.cpp`, `OfferCancel.cpp`, `Payment.cpp`.
"""

from __future__ import annotations

from decimal import Decimal

from neo.infra.simulated import transactions as tx
from neo.infra.simulated.amounts import ZERO, Amount, is_xrp, subtract
from neo.infra.simulated.crossing import Crossing
from neo.infra.simulated.quality import divide_strict, multiply_up, quality_of, rate_of
from neo.infra.simulated.state import ISSUER_ACCOUNT, LedgerState, Offer, OfferKey
from neo.infra.simulated.transactions import OfferCancel, OfferCreate, Payment, Transaction

_EVERYTHING_DROPS = 9 * 10**18
_EVERYTHING_TOKEN = Decimal(4999999999999999).scaleb(80)


def is_applied(result: str) -> bool:
    """True when the transaction is part of the ledger: it worked, or only its fee was claimed."""
    return result.startswith(("tes", "tec"))


def apply_transaction(
    state: LedgerState, transaction: Transaction, ledger_index: int, parent_close_s: int, *, retry_tec: bool = False
) -> str:
    """Result code. With `retry_tec` a tec result leaves no trace: the server tries such a transaction again later."""
    refusal = _malformed(transaction) or _not_now(state, transaction, ledger_index)
    if refusal:
        return refusal
    mark = len(state.journal)
    balance_before_fee = state.drops[transaction.account]
    _claim_fee(state, transaction)
    after_fee = len(state.journal)
    result, keep = _effect(state, transaction, balance_before_fee, parent_close_s)
    if result.startswith("tem") or (retry_tec and result.startswith("tec")):
        state.rollback(mark)
    elif result.startswith("tec"):
        state.rollback(after_fee)
        for key in keep:
            state.remove(key)
    return result


def _malformed(transaction: Transaction) -> str | None:
    if type(transaction) is OfferCreate:
        return _malformed_offer(transaction)
    if type(transaction) is OfferCancel:
        bad = transaction.offer_sequence <= 0 or transaction.offer_sequence >= transaction.sequence
        return tx.TEM_BAD_SEQUENCE if bad else None
    if transaction.amount <= 0:  # type: ignore[union-attr]
        return tx.TEM_BAD_AMOUNT
    return tx.TEM_REDUNDANT if transaction.account == transaction.destination else None  # type: ignore[union-attr]


def _malformed_offer(offer: OfferCreate) -> str | None:
    flags = offer.flags
    if flags & ~tx.KNOWN_OFFER_FLAGS or (flags & tx.IMMEDIATE_OR_CANCEL and flags & tx.FILL_OR_KILL):
        return tx.TEM_INVALID_FLAG
    if offer.expiration_s == 0:
        return tx.TEM_BAD_EXPIRATION
    if offer.offer_sequence == 0:
        return tx.TEM_BAD_SEQUENCE
    if is_xrp(offer.taker_pays) == is_xrp(offer.taker_gets):
        return tx.TEM_BAD_OFFER if is_xrp(offer.taker_pays) else tx.TEM_REDUNDANT
    if offer.taker_pays <= 0 or offer.taker_gets <= 0:
        return tx.TEM_BAD_OFFER
    return None


def _not_now(state: LedgerState, transaction: Transaction, ledger_index: int) -> str | None:
    sequence = state.sequence.get(transaction.account)
    if sequence is None:
        return tx.TER_NO_ACCOUNT
    if transaction.sequence != sequence:
        return tx.TER_PRE_SEQ if transaction.sequence > sequence else tx.TEF_PAST_SEQ
    if transaction.last_ledger_sequence is not None and ledger_index > transaction.last_ledger_sequence:
        return tx.TEF_MAX_LEDGER
    if transaction.fee_drops < state.rules.base_fee_drops:
        return tx.TEL_INSUF_FEE_P
    if state.drops[transaction.account] < transaction.fee_drops:
        return tx.TER_INSUF_FEE_B
    return None


def _claim_fee(state: LedgerState, transaction: Transaction) -> None:
    account, fee = transaction.account, transaction.fee_drops
    state.put(state.drops, account, state.drops[account] - fee)
    state.put(state.counters, "burned_drops", state.counters["burned_drops"] + fee)
    state.put(state.sequence, account, state.sequence[account] + 1)


def _effect(
    state: LedgerState, transaction: Transaction, balance_before_fee: int, parent_close_s: int
) -> tuple[str, tuple[OfferKey, ...]]:
    """(result, offers that stay removed even when the transaction fails)."""
    if type(transaction) is OfferCreate:
        return _create_offer(state, transaction, balance_before_fee, parent_close_s)
    if type(transaction) is OfferCancel:
        state.remove((transaction.account, transaction.offer_sequence))
        return tx.TES_SUCCESS, ()
    return _pay(state, transaction, balance_before_fee), ()  # type: ignore[arg-type]


# ------------------------------------------------------------------------------------------------------------- offers


def _create_offer(
    state: LedgerState, offer: OfferCreate, balance_before_fee: int, parent_close_s: int
) -> tuple[str, tuple[OfferKey, ...]]:
    refusal = _unacceptable_offer(state, offer, balance_before_fee, parent_close_s)
    if refusal:
        return refusal, ()
    if offer.offer_sequence is not None:
        state.remove((offer.account, offer.offer_sequence))
    quality = quality_of(offer.taker_pays, offer.taker_gets)
    pays, gets, removable, filled = _cross(state, offer, parent_close_s)
    if offer.flags & tx.FILL_OR_KILL and not filled:
        return tx.TEC_KILLED, removable
    if pays <= 0 or gets <= 0:
        return tx.TES_SUCCESS, removable
    crossed = (pays, gets) != (offer.taker_pays, offer.taker_gets)
    if offer.flags & tx.IMMEDIATE_OR_CANCEL:
        return (tx.TES_SUCCESS if crossed else tx.TEC_KILLED), removable
    if balance_before_fee < state.reserve_drops(offer.account, extra_objects=1):
        return (tx.TES_SUCCESS if crossed else tx.TEC_INSUF_RESERVE_OFFER), removable
    state.place(_resting(state, offer, pays, gets, quality))
    return tx.TES_SUCCESS, removable


def _unacceptable_offer(
    state: LedgerState, offer: OfferCreate, balance_before_fee: int, parent_close_s: int
) -> str | None:
    if is_xrp(offer.taker_gets):
        # Checked by the server before the fee is taken.
        funds: Amount = max(0, balance_before_fee - state.reserve_drops(offer.account))
    else:
        funds = state.spendable(offer.account, xrp=False)
    if funds <= 0:
        return tx.TEC_UNFUNDED_OFFER
    if offer.offer_sequence is not None and offer.offer_sequence >= offer.sequence:
        return tx.TEM_BAD_SEQUENCE
    if offer.expiration_s is not None and offer.expiration_s <= parent_close_s:
        return tx.TEC_EXPIRED
    return None


def _cross(
    state: LedgerState, offer: OfferCreate, parent_close_s: int
) -> tuple[Amount, Amount, tuple[OfferKey, ...], bool]:
    """(pays, gets) that remain to be placed, removable offers, and whether all that FillOrKill demands was filled."""
    gets_xrp = is_xrp(offer.taker_pays)
    threshold = quality_of(offer.taker_gets, offer.taker_pays)
    limit = threshold - 1 if offer.flags & tx.PASSIVE else threshold
    funds = state.spendable(offer.account, xrp=not gets_xrp)
    if funds <= 0:
        return offer.taker_pays, offer.taker_gets, (), False
    send_max = min(funds, offer.taker_gets)
    selling = bool(offer.flags & tx.SELL)
    everything: Amount = _EVERYTHING_DROPS if gets_xrp else _EVERYTHING_TOKEN
    wanted = everything if selling else offer.taker_pays
    book = state.books[gets_xrp]
    if (not book or book[0][0] > limit) and _pool_is_worse(state, limit, gets_xrp=gets_xrp):
        return offer.taker_pays, offer.taker_gets, (), False
    crossing = Crossing(state, offer.account, limit, parent_close_s, gets_xrp=gets_xrp)
    crossed = crossing.run(wanted, send_max)
    filled = crossed.paid >= send_max if selling else crossed.got >= offer.taker_pays
    if not crossed.got:
        return offer.taker_pays, offer.taker_gets, crossed.removable, filled
    if state.spendable(offer.account, xrp=not gets_xrp) <= 0:
        return ZERO, ZERO, crossed.removable, filled
    rate = rate_of(threshold)
    if selling:
        gets = subtract(offer.taker_gets, crossed.paid)
        pays = divide_strict(gets, rate, xrp=gets_xrp, up=False) if gets > 0 else ZERO
    else:
        pays = subtract(offer.taker_pays, crossed.got)
        gets = multiply_up(pays, rate, xrp=not gets_xrp) if pays > 0 else ZERO
    return pays, gets, crossed.removable, filled


def _pool_is_worse(state: LedgerState, limit: int, *, gets_xrp: bool) -> bool:
    """True when the pool's price without fee is beyond `limit`: with an empty book nothing will be looked at."""
    pool = state.pool(gives_xrp=gets_xrp)
    return pool is None or pool.spot_quality > limit


def _resting(state: LedgerState, offer: OfferCreate, pays: Amount, gets: Amount, quality: int) -> Offer:
    entry = state.counters["next_entry"]
    flags = offer.flags & (tx.PASSIVE | tx.SELL)
    return Offer(offer.account, offer.sequence, pays, gets, quality, entry, flags, offer.expiration_s)


# ----------------------------------------------------------------------------------------------------------- payments


def _pay(state: LedgerState, payment: Payment, balance_before_fee: int) -> str:
    if is_xrp(payment.amount):
        return _pay_xrp(state, payment, balance_before_fee)
    if payment.destination not in state.sequence:
        return tx.TEC_NO_DST
    if payment.destination != ISSUER_ACCOUNT and payment.destination not in state.token:
        return tx.TEC_PATH_DRY
    funds = state.spendable(payment.account, xrp=False)
    if funds < payment.amount:
        return tx.TEC_PATH_PARTIAL if funds > 0 else tx.TEC_PATH_DRY
    state.credit(payment.account, -payment.amount)
    state.credit(payment.destination, payment.amount)
    return tx.TES_SUCCESS


def _pay_xrp(state: LedgerState, payment: Payment, balance_before_fee: int) -> str:
    destination, drops = payment.destination, payment.amount
    is_new = destination not in state.sequence
    if is_new and drops < state.rules.reserve_base_drops:
        return tx.TEC_NO_DST_INSUF_XRP
    kept = max(state.reserve_drops(payment.account), payment.fee_drops)
    if balance_before_fee < drops + kept:
        return tx.TEC_UNFUNDED_PAYMENT
    if is_new:
        state.put(state.drops, destination, 0)
        state.put(state.sequence, destination, 1)
        state.put(state.owner_count, destination, 0)
    state.credit(payment.account, -drops)
    state.credit(destination, drops)
    return tx.TES_SUCCESS
