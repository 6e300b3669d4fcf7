"""Payments: XRP, the ledger's token through its issuer, and one into the other through the book and the pool.

Source: rippled `Payment.cpp`, `RippleCalc.cpp`, `DirectStep.cpp`. There is one token, so there are no paths to choose.
"""

from __future__ import annotations

from decimal import Decimal

from neo.infra.simulated import flags
from neo.infra.simulated.amounts import ZERO, Amount, is_xrp, subtract
from neo.infra.simulated.crossing import Crossing
from neo.infra.simulated.effects.setting import Setting, Verdict
from neo.infra.simulated.fees import PARITY, after_fee, before_fee
from neo.infra.simulated.liquidity import Liquidity
from neo.infra.simulated.quality import ANY_QUALITY, quality_of
from neo.infra.simulated.results import (
    TEC_DST_TAG_NEEDED,
    TEC_NO_DST,
    TEC_NO_DST_INSUF_XRP,
    TEC_NO_PERMISSION,
    TEC_PATH_DRY,
    TEC_PATH_PARTIAL,
    TEC_UNFUNDED_PAYMENT,
    TEM_BAD_AMOUNT,
    TEM_BAD_SEND_XRP_LIMIT,
    TEM_BAD_SEND_XRP_MAX,
    TEM_BAD_SEND_XRP_PARTIAL,
    TEM_INVALID_FLAG,
    TEM_REDUNDANT,
    TES_SUCCESS,
)
from neo.infra.simulated.state import LedgerState
from neo.infra.simulated.transactions import Payment

_KNOWN_FLAGS = flags.FULLY_CANONICAL_SIGNATURE | flags.NO_DIRECT_RIPPLE | flags.PARTIAL_PAYMENT | flags.LIMIT_QUALITY


def malformed_payment(state: LedgerState, payment: Payment) -> str | None:
    """Result code of a payment that no ledger would take."""
    del state
    if payment.flags & ~_KNOWN_FLAGS:
        return TEM_INVALID_FLAG
    amount, send_max = payment.amount, payment.send_max
    if amount <= 0 or (send_max is not None and send_max <= 0):
        return TEM_BAD_AMOUNT
    source = amount if send_max is None else send_max
    if payment.account == payment.destination and is_xrp(source) == is_xrp(amount):
        return TEM_REDUNDANT
    if is_xrp(source) and is_xrp(amount):
        refusal = _malformed_xrp(payment)
        if refusal:
            return refusal
    least = payment.deliver_min
    if least is None:
        return None
    fits = payment.flags & flags.PARTIAL_PAYMENT and least > 0 and is_xrp(least) == is_xrp(amount) and least <= amount
    return None if fits else TEM_BAD_AMOUNT


def _malformed_xrp(payment: Payment) -> str | None:
    if payment.send_max is not None:
        return TEM_BAD_SEND_XRP_MAX
    if payment.flags & flags.PARTIAL_PAYMENT:
        return TEM_BAD_SEND_XRP_PARTIAL
    return TEM_BAD_SEND_XRP_LIMIT if payment.flags & flags.LIMIT_QUALITY else None


def pay(setting: Setting, payment: Payment) -> Verdict:
    """The payment's effect; it either delivers what it promises or nothing."""
    state, amount = setting.state, payment.amount
    refusal = _unwelcome(state, payment)
    if refusal:
        return refusal, ()
    source = amount if payment.send_max is None else payment.send_max
    if is_xrp(amount) and is_xrp(source):
        state.delivered = amount
        return _pay_xrp(setting, payment), ()
    if payment.destination not in state.sequence:
        return TEC_NO_DST, ()
    delivered = _ripple(state, payment) if is_xrp(amount) == is_xrp(source) else _convert(setting, payment)
    state.delivered = delivered
    return _judge(payment, delivered), ()


def _judge(payment: Payment, delivered: Amount) -> str:
    if delivered <= 0:
        return TEC_PATH_DRY
    if delivered >= payment.amount:
        return TES_SUCCESS
    if not payment.flags & flags.PARTIAL_PAYMENT:
        return TEC_PATH_PARTIAL
    least = payment.deliver_min
    return TEC_PATH_PARTIAL if least is not None and delivered < least else TES_SUCCESS


def _unwelcome(state: LedgerState, payment: Payment) -> str | None:
    receiver = payment.destination
    if receiver == state.pool_account:
        return TEC_NO_PERMISSION
    if not state.settings:
        return None
    set_flags = state.settings_of(receiver).flags
    if set_flags & flags.REQUIRE_DESTINATION_TAG and "DestinationTag" not in (payment.wire or {}):
        return TEC_DST_TAG_NEEDED
    if set_flags & flags.DEPOSIT_AUTHORISATION and receiver != payment.account:
        return TEC_NO_PERMISSION
    return None


def _pay_xrp(setting: Setting, payment: Payment) -> str:
    state, destination, drops = setting.state, payment.destination, payment.amount
    is_new = destination not in state.sequence
    if is_new and drops < state.rules.reserve_base_drops:
        return TEC_NO_DST_INSUF_XRP
    kept = max(state.reserve_drops(payment.account), payment.fee_drops)
    if setting.balance_before_fee < drops + kept:
        return TEC_UNFUNDED_PAYMENT
    if is_new:
        state.put(state.drops, destination, 0)
        # A new account begins at the ledger's own number, so that an old signed transaction can never fit it.
        state.put(state.sequence, destination, setting.ledger_index)
        state.put(state.owner_count, destination, 0)
    state.credit(payment.account, -drops)
    state.credit(destination, drops)
    return TES_SUCCESS


def _ripple(state: LedgerState, payment: Payment) -> Amount:
    """Token from holder to holder through the issuer; what arrived."""
    sender, receiver, issuer = payment.account, payment.destination, state.issue.issuer
    rate = PARITY if issuer in (sender, receiver) else state.transfer_rate
    room = _room(state, receiver)
    most = min(state.spendable(sender, xrp=False), payment.amount if payment.send_max is None else payment.send_max)
    if room <= 0 or most <= 0 or _is_barred(state, sender, receiver):
        return ZERO
    arrives = min(after_fee(most, rate), room)
    if arrives >= payment.amount:
        arrives, sent = payment.amount, before_fee(payment.amount, rate)
    else:
        sent = min(most, before_fee(arrives, rate))
    if sent > most:
        return ZERO
    state.credit(sender, -sent)
    state.credit(receiver, arrives)
    return arrives


def _is_barred(state: LedgerState, sender: str, receiver: str) -> bool:
    """True when the issuer lets nothing ripple between the two lines, or the receiver may not receive."""
    if receiver != state.issue.issuer and state.is_deep_frozen(receiver):
        return True
    if state.issue.issuer in (sender, receiver):
        return False
    return state.line_of(sender).issuer_no_ripple and state.line_of(receiver).issuer_no_ripple


def _room(state: LedgerState, receiver: str) -> Decimal:
    """How much of the token `receiver` accepts by its own limit."""
    if receiver == state.issue.issuer:
        return Decimal("1e60")
    if receiver not in state.token:
        return ZERO
    limit = state.token_limit.get(receiver, ZERO)
    return max(ZERO, limit - state.token[receiver])


def _convert(setting: Setting, payment: Payment) -> Amount:
    """XRP into the token or back, at the book's and the pool's prices; what arrived."""
    state, sender, receiver = setting.state, payment.account, payment.destination
    gets_xrp = is_xrp(payment.amount)
    send_max = payment.send_max
    assert send_max is not None, "converting without a maximum is not a conversion"
    most = min(state.spendable(sender, xrp=not gets_xrp), send_max)
    wanted: Amount = payment.amount
    if not gets_xrp:
        wanted = min(wanted, _room(state, receiver))
        if receiver != state.issue.issuer and state.is_deep_frozen(receiver):
            wanted = ZERO
    if most <= 0 or wanted <= 0:
        return ZERO
    rate = state.transfer_rate
    in_rate = rate if gets_xrp and sender != state.issue.issuer else PARITY
    fee_on_top = PARITY if gets_xrp or receiver == state.issue.issuer else rate
    limit = quality_of(send_max, payment.amount) if payment.flags & flags.LIMIT_QUALITY else ANY_QUALITY
    pool = state.pool(gives_xrp=gets_xrp, taker=sender, now_s=setting.parent_close_s)
    liquidity = Liquidity(
        state, sender, limit, setting.parent_close_s, gets_xrp=gets_xrp, pool=pool, in_rate=in_rate, meets_own=True
    )
    crossed = Crossing(liquidity, receiver, fee_on_top).run(before_fee(wanted, fee_on_top), most)
    short = subtract(payment.amount, after_fee(crossed.got, fee_on_top))
    return payment.amount if short <= 0 else subtract(payment.amount, short)
