"""AMMVote and AMMBid: the trading fee that providers want, and the slot that trades at a tenth of it.

Source: rippled `AMMVote.cpp`, `AMMBid.cpp`, and the XLS-30 specification.
"""

from __future__ import annotations

from decimal import Decimal

import attrs

from neo.infra.simulated.amounts import NEAREST, ZERO, divide, to_drops
from neo.infra.simulated.effects.pool_creation import (
    AUCTION_INTERVALS,
    AUCTION_SLOT_S,
    TRADING_FEE_MAX,
    WHOLE_WEIGHT,
    change_shares,
)
from neo.infra.simulated.effects.setting import Setting, Verdict
from neo.infra.simulated.flags import FULLY_CANONICAL_SIGNATURE
from neo.infra.simulated.records import AmmEntry, AuctionSlot, VoteSlot
from neo.infra.simulated.results import (
    TEC_AMM_FAILED,
    TEC_AMM_INVALID_TOKENS,
    TEM_BAD_AMOUNT,
    TEM_BAD_FEE,
    TEM_INVALID_FLAG,
    TEM_MALFORMED,
    TER_NO_ACCOUNT,
    TER_NO_AMM,
    TES_SUCCESS,
)
from neo.infra.simulated.state import LedgerState
from neo.infra.simulated.transactions import AmmBid, AmmVote

VOTES_MAX = 8
FRIENDS_MAX = 4
_MIN_PRICE_FRACTION = Decimal(25)
_DECAY_POWER = 60


def malformed_vote(state: LedgerState, asked: AmmVote) -> str | None:
    """Result code of a transaction that no ledger would take; None when it is well formed."""
    del state
    if asked.flags & ~FULLY_CANONICAL_SIGNATURE:
        return TEM_INVALID_FLAG
    return TEM_BAD_FEE if not 0 <= asked.trading_fee <= TRADING_FEE_MAX else None


def vote(setting: Setting, asked: AmmVote) -> Verdict:
    """The fee becomes the mean of all votes, each weighted by its voter's shares as they are now."""
    state = setting.state
    entry = state.amm.get(state.pool_account)
    if entry is None:
        return TER_NO_AMM, ()
    held = state.shares.get(asked.account, ZERO)
    if held <= 0:
        return TEC_AMM_INVALID_TOKENS, ()
    votes = _ballots(state, entry, asked, held)
    weighted = total = ZERO
    for ballot, shares in votes:
        weighted = NEAREST.add(weighted, NEAREST.multiply(Decimal(ballot.fee_hundred_thousandths), shares))
        total = NEAREST.add(total, shares)
    fee = to_drops(divide(NEAREST, weighted, total))
    after = attrs.evolve(entry, fee_hundred_thousandths=fee, votes=tuple(ballot for ballot, _ in votes))
    state.put(state.amm, state.pool_account, after)
    return TES_SUCCESS, ()


def _ballots(state: LedgerState, entry: AmmEntry, asked: AmmVote, held: Decimal) -> list[tuple[VoteSlot, Decimal]]:
    """The votes that count with their voters' shares, in the order of the slots."""
    ballots: list[tuple[VoteSlot, Decimal]] = []
    found = False
    for slot in entry.votes:
        shares = state.shares.get(slot.account, ZERO)
        if shares <= 0:
            continue
        fee = slot.fee_hundred_thousandths
        if slot.account == asked.account:
            found, fee, shares = True, asked.trading_fee, held
        ballots.append((VoteSlot(slot.account, fee, _weight(shares, entry)), shares))
    if found:
        return ballots
    own = (VoteSlot(asked.account, asked.trading_fee, _weight(held, entry)), held)
    if len(ballots) < VOTES_MAX:
        return [*ballots, own]
    least = min(range(len(ballots)), key=lambda at: (ballots[at][1], ballots[at][0].fee_hundred_thousandths))
    if held > ballots[least][1]:
        ballots[least] = own
    return ballots


def _weight(shares: Decimal, entry: AmmEntry) -> int:
    return to_drops(divide(NEAREST, NEAREST.multiply(shares, Decimal(WHOLE_WEIGHT)), entry.shares))


def malformed_bid(state: LedgerState, asked: AmmBid) -> str | None:
    """Result code of a transaction that no ledger would take; None when it is well formed."""
    del state
    if asked.flags & ~FULLY_CANONICAL_SIGNATURE:
        return TEM_INVALID_FLAG
    if any(bound is not None and bound <= 0 for bound in (asked.bid_min, asked.bid_max)):
        return TEM_BAD_AMOUNT
    friends = asked.friends
    if len(friends) > FRIENDS_MAX or len(set(friends)) < len(friends) or asked.account in friends:
        return TEM_MALFORMED
    return None


def bid(setting: Setting, asked: AmmBid) -> Verdict:
    """The slot goes to whoever pays its price of the moment; whoever had it gets back what its time left was worth."""
    state = setting.state
    entry = state.amm.get(state.pool_account)
    if entry is None:
        return TER_NO_AMM, ()
    if any(friend not in state.sequence for friend in asked.friends):
        return TER_NO_ACCOUNT, ()
    held = state.shares.get(asked.account, ZERO)
    bounds = [bound for bound in (asked.bid_min, asked.bid_max) if bound is not None]
    if held <= 0 or any(bound > held or bound >= entry.shares for bound in bounds):
        return TEC_AMM_INVALID_TOKENS, ()
    left = _time_left(entry.slot, setting.parent_close_s)
    holder_is_there = entry.slot is not None and left is not None and entry.slot.holder in state.sequence
    price = _price(entry, left if holder_is_there else None)
    pays = _payment(price, asked)
    if pays is None:
        return TEC_AMM_FAILED, ()
    if pays > held:
        return TEC_AMM_INVALID_TOKENS, ()
    refund = ZERO
    if holder_is_there and entry.slot is not None and left is not None:
        refund = NEAREST.multiply(left, entry.slot.price)
        if refund > pays:
            return TEC_AMM_FAILED, ()
    _hand_over(setting, entry, asked, pays, refund)
    return TES_SUCCESS, ()


def _time_left(slot: AuctionSlot | None, now_s: int) -> Decimal | None:
    """Share of the slot's day that is left, in steps of a twentieth; None when it is over or in its last step."""
    if slot is None or now_s >= slot.expiration_s:
        return None
    used_s = AUCTION_SLOT_S - (slot.expiration_s - now_s)
    step = used_s * AUCTION_INTERVALS // AUCTION_SLOT_S
    return (
        None
        if step >= AUCTION_INTERVALS - 1
        else divide(NEAREST, Decimal(AUCTION_INTERVALS - step - 1), Decimal(AUCTION_INTERVALS))
    )


def _price(entry: AmmEntry, left: Decimal | None) -> Decimal:
    fee = Decimal(entry.fee_hundred_thousandths).scaleb(-5)
    least = divide(NEAREST, NEAREST.multiply(entry.shares, fee), _MIN_PRICE_FRACTION)
    if left is None or entry.slot is None:
        return least
    paid = NEAREST.multiply(entry.slot.price, Decimal("1.05"))
    used = NEAREST.subtract(Decimal(1), left)
    step = int(used * AUCTION_INTERVALS) - 1
    if step == 0:
        return NEAREST.add(paid, least)
    decay = Decimal(1)
    for _ in range(_DECAY_POWER):
        decay = NEAREST.multiply(decay, used)
    return NEAREST.add(NEAREST.multiply(paid, NEAREST.subtract(Decimal(1), decay)), least)


def _payment(price: Decimal, asked: AmmBid) -> Decimal | None:
    """What is paid within the bounds of the bid; None when its upper one is too low."""
    if asked.bid_max is not None and price > asked.bid_max:
        return None
    return price if asked.bid_min is None else max(price, asked.bid_min)


def _hand_over(setting: Setting, entry: AmmEntry, asked: AmmBid, pays: Decimal, refund: Decimal) -> None:
    state = setting.state
    slot = AuctionSlot(asked.account, setting.parent_close_s + AUCTION_SLOT_S, pays, asked.friends)
    state.put(state.amm, state.pool_account, attrs.evolve(entry, slot=slot))
    if refund and entry.slot is not None:
        state.issue_shares(asked.account, -refund)
        state.issue_shares(entry.slot.holder, refund)
    change_shares(state, asked.account, -NEAREST.subtract(pays, refund))
