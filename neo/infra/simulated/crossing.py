"""An offer that meets the book and the pool.

One crossing runs in passes. Each pass takes one quality level: first what is wanted is asked backwards through the
book (how much must go in), and only when the taker cannot pay that much it is sent forwards (how much comes out). The
pool takes part up to the quality of the best offer, or of the taker's limit when that is better. Source: rippled
`StrandFlow.h`, `BookStep.cpp`, `OfferStream.cpp`, `AMMLiquidity.cpp`.
"""

from __future__ import annotations

from decimal import Decimal

import attrs

from neo.infra.simulated.amounts import (
    ZERO,
    Amount,
    add,
    as_number,
    subtract,
    to_drops,
    within_relative_distance,
)
from neo.infra.simulated.pool import (
    PoolAmounts,
    largest_offer,
    offer_up_to_quality,
    out_for_average_quality,
    swap_in,
    swap_out,
)
from neo.infra.simulated.quality import limit_in, limit_out, quality_of, rate_of
from neo.infra.simulated.state import POOL_ACCOUNT, LedgerState, Offer, OfferKey

_PASSES_MAX = 1000
_POOL_PASSES_MAX = 30
_NEAR_QUALITY = Decimal("1e-7")
_NEAR_AMOUNT = Decimal("1e-9")


@attrs.frozen
class Lot:
    """Something that can be taken at one quality: a resting offer or the pool's offer of the moment."""

    pays: Amount
    gets: Amount
    quality: int
    owner: str
    offer: Offer | None = None
    pool: PoolAmounts | None = None

    def cut_out(self, pays: Amount, gets: Amount, limit: Amount, *, up: bool) -> tuple[Amount, Amount]:
        if self.pool is not None:
            return swap_out(self.pool, limit), limit
        return limit_out(pays, gets, limit, rate_of(self.quality), up=up)

    def cut_in(self, pays: Amount, gets: Amount, limit: Amount) -> tuple[Amount, Amount]:
        if self.pool is not None:
            return limit, swap_in(self.pool, limit)
        return limit_in(pays, gets, limit, rate_of(self.quality), up=False)


@attrs.frozen
class Crossed:
    """Totals of a crossing: what the taker paid and got, and offers that must go whatever becomes of the transaction."""

    paid: Amount
    got: Amount
    removable: tuple[OfferKey, ...]


class Crossing:
    """One taker against one book and the pool. Changes `state`; the caller undoes it when the offer is killed."""

    def __init__(self, state: LedgerState, taker: str, limit_quality: int, parent_close_s: int, *, gets_xrp: bool) -> None:
        self._state = state
        self._taker = taker
        self._limit = limit_quality
        self._now_s = parent_close_s
        self._gets_xrp = gets_xrp
        self._book = state.books[gets_xrp]
        self._nothing_in: Amount = ZERO if gets_xrp else 0
        self._nothing_out: Amount = 0 if gets_xrp else ZERO
        self._start = len(state.journal)
        self._removable: dict[OfferKey, None] = {}
        self._pool_passes = 0
        self._pool_used = False
        self._pool_cache: tuple[int | None, PoolAmounts | None, Lot | None] = (0, None, None)
        self._owner_counts: dict[str, int] = {}

    def run(self, wanted: Amount, send_max: Amount) -> Crossed:
        """Take up to `wanted`, paying up to `send_max`."""
        paid: list[Amount] = []
        got: list[Amount] = []
        left_in, left_out = send_max, wanted
        for _ in range(_PASSES_MAX):
            if left_out <= 0 or left_in <= 0 or not self._worth_a_pass():
                break
            taken = self._pass(left_in, left_out)
            for key in self._removable:
                self._state.remove(key)
            if taken is None:
                break
            paid.append(taken[0])
            got.append(taken[1])
            left_in = subtract(send_max, _total(paid, self._nothing_in))
            left_out = subtract(wanted, _total(got, self._nothing_out))
        return Crossed(_total(paid, self._nothing_in), _total(got, self._nothing_out), tuple(self._removable))

    # ------------------------------------------------------------------------------------------------------ passes

    def _worth_a_pass(self) -> bool:
        tip = self._tip()
        return tip is not None and tip[0] <= self._limit

    def _pass(self, left_in: Amount, left_out: Amount) -> tuple[Amount, Amount] | None:
        """One level: (paid, got) applied to the state, or None when nothing may be taken any more."""
        state = self._state
        wanted = self._wanted_within_limit(left_out)
        self._start = mark = len(state.journal)
        self._pool_used = False
        nothing = (self._nothing_in, self._nothing_out)
        paid, got = _Level(self, forward=False, asked=wanted, reverse=nothing).take()
        if got and paid > left_in:
            state.rollback(mark)
            self._pool_used = False
            paid, got = _Level(self, forward=True, asked=left_in, reverse=(paid, got)).take()
        if got <= 0 or not self._good_enough(paid, got, adjusted=wanted != left_out):
            state.rollback(mark)
            return None
        state.credit(self._taker, -paid)
        state.credit(self._taker, got)
        if self._pool_used:
            self._pool_passes += 1
        return paid, got

    def _good_enough(self, paid: Amount, got: Amount, *, adjusted: bool) -> bool:
        if paid <= 0:
            return True
        quality = quality_of(paid, got)
        if quality <= self._limit:
            return True
        return adjusted and within_relative_distance(rate_of(quality), rate_of(self._limit), _NEAR_QUALITY)

    def _wanted_within_limit(self, left_out: Amount) -> Amount:
        """The pool's price moves as it is taken: only so much that the average stays within the limit."""
        tip = self._tip()
        if tip is None or tip[1] is None or tip[1].pool is None:
            return left_out
        out = out_for_average_quality(tip[1].pool, self._limit)
        if out is None:
            return left_out
        limited: Amount = to_drops(out) if self._gets_xrp else out
        if within_relative_distance(as_number(limited), as_number(left_out), _NEAR_AMOUNT):
            return left_out
        return min(limited, left_out)

    # -------------------------------------------------------------------------------------------------- liquidity

    def _tip(self) -> tuple[int, Lot | None] | None:
        """Quality of the best thing to take as the book stands, and the pool's lot if that is the best."""
        book_quality = self._book[0][0] if self._book else None
        pool_lot = self.pool_lot(book_quality)
        if pool_lot is not None and (book_quality is None or pool_lot.quality < book_quality):
            return pool_lot.quality, pool_lot
        return None if book_quality is None else (book_quality, None)

    def pool_lot(self, book_quality: int | None) -> Lot | None:
        """What the pool offers beside a book whose best offer has `book_quality`; None when it is not better."""
        pool = self._state.pool(gives_xrp=self._gets_xrp, taker=self._taker)
        if pool is None or self._pool_passes >= _POOL_PASSES_MAX:
            return None
        # A book that the taker's limit does not reach says nothing about how far the pool may be taken.
        target = None if book_quality is None or book_quality > self._limit else book_quality
        cached_target, cached_pool, lot = self._pool_cache
        if cached_target != target or cached_pool != pool:
            lot = _pool_lot(pool, target)
            self._pool_cache = (target, pool, lot)
        return lot

    def next_offer(self, previous: OfferKey | None) -> tuple[OfferKey, Offer, Amount] | None:
        """The best offer with its owner's funds, after `previous` and everything dead before it has been removed."""
        state = self._state
        while True:
            if previous is not None:
                state.remove(previous)
            if not self._book:
                return None
            key = previous = self._book[0][2]
            offer = state.offers[key]
            if (offer.expiration_s is not None and offer.expiration_s <= self._now_s) or not offer.pays or not offer.gets:
                self._removable[key] = None
                continue
            funds = self._funds(offer.owner)
            if funds <= 0 or self._is_dust(offer, funds):
                if self._funds_before_pass(offer.owner) == funds:
                    self._removable[key] = None
                continue
            return key, offer, funds

    def _is_dust(self, offer: Offer, funds: Amount) -> bool:
        """An offer wanting one drop or less whose price got worse than its level by rounding would block the book."""
        if self._gets_xrp:
            return False
        pays, gets = offer.pays, offer.gets
        if funds < gets:
            pays, gets = limit_out(pays, gets, funds, rate_of(offer.quality), up=False)
        if pays <= 0 or gets <= 0:
            return True
        return pays <= 1 and quality_of(pays, gets) > offer.quality

    def _funds(self, owner: str) -> Amount:
        """What the owner can give; the reserve of an offer removed in this crossing is not free before its end."""
        state = self._state
        if not self._gets_xrp:
            return state.spendable(owner, xrp=False)
        return max(0, state.drops[owner] - self._reserve_drops(owner))

    def _reserve_drops(self, owner: str) -> int:
        count = max(self._owner_counts.setdefault(owner, self._state.owner_count[owner]), self._state.owner_count[owner])
        rules = self._state.rules
        return rules.reserve_base_drops + count * rules.reserve_increment_drops

    def _funds_before_pass(self, owner: str) -> Amount:
        """Were they the same, an offer was found dead; otherwise it died of this very pass."""
        state = self._state
        table: dict[str, int] | dict[str, Decimal] = state.drops if self._gets_xrp else state.token
        before: Amount | None = table.get(owner)
        for changed, key, old in state.journal[self._start :]:
            if changed is table and key == owner:
                before = old
                break
        if self._gets_xrp:
            return max(0, (before or 0) - self._reserve_drops(owner))
        return before or ZERO

    # ----------------------------------------------------------------------------------------- used by the level

    def totals(self, ins: list[Amount], outs: list[Amount]) -> tuple[Amount, Amount]:
        return _total(ins, self._nothing_in), _total(outs, self._nothing_out)

    def within_limit(self, quality: int) -> bool:
        return quality <= self._limit

    def remove_own(self, offer: Offer) -> bool:
        """The taker's own offer is not traded with but removed; True when this one is."""
        if offer.owner != self._taker:
            return False
        self._removable[(offer.owner, offer.sequence)] = None
        return True

    def consume(self, lot: Lot, pays: Amount, gets: Amount) -> bool:
        """Move the amounts between the lot's owner and the pot; True when the lot is used up."""
        state = self._state
        state.credit(lot.owner, pays)
        state.credit(lot.owner, -gets)
        if lot.offer is None:
            self._pool_used = True
            return False
        offer = state.offers[(lot.offer.owner, lot.offer.sequence)]
        left = offer.with_amounts(subtract(offer.pays, pays), subtract(offer.gets, gets))
        state.put(state.offers, (offer.owner, offer.sequence), left)
        return not left.pays or not left.gets


class _Level:
    """One pass over the lots of one quality: backwards from what is wanted, or forwards from what may be spent."""

    def __init__(self, crossing: Crossing, *, forward: bool, asked: Amount, reverse: tuple[Amount, Amount]) -> None:
        self._crossing = crossing
        self._forward = forward
        self._asked = asked
        self._reverse = reverse
        self._left = asked
        self._quality: int | None = None
        self._attempted = False
        self._ins: list[Amount] = []
        self._outs: list[Amount] = []

    def take(self) -> tuple[Amount, Amount]:
        """(paid, got) of this level."""
        crossing = self._crossing
        found = crossing.next_offer(None)
        pool_lot = crossing.pool_lot(None if found is None else found[1].quality)
        if pool_lot is None or self._visit(pool_lot, None):
            while found is not None:
                key, offer, funds = found
                lot = Lot(offer.pays, offer.gets, offer.quality, offer.owner, offer)
                if not self._visit(lot, funds):
                    break
                found = crossing.next_offer(key)
        paid, got = crossing.totals(self._ins, self._outs)
        if self._left <= 0 and self._outs:
            # The server insists on the exact request when nothing is left of it, whatever digits were lost on the way.
            return (self._asked, got) if self._forward else (paid, self._asked)
        return paid, got

    def _visit(self, lot: Lot, funds: Amount | None) -> bool:
        """Take from one lot; False when the level is finished."""
        if self._quality is None:
            self._quality = lot.quality
        elif self._quality != lot.quality:
            return False
        crossing = self._crossing
        if not crossing.within_limit(lot.quality):
            return False
        if lot.offer is not None and crossing.remove_own(lot.offer):
            if not self._attempted:
                self._quality = None
            return True
        pays, gets = lot.pays, lot.gets
        if funds is not None and funds < gets:
            pays, gets = lot.cut_out(pays, gets, funds, up=False)
        self._attempted = True
        if self._left <= 0:
            return False
        return self._spend(lot, pays, gets) if self._forward else self._request(lot, pays, gets)

    def _request(self, lot: Lot, pays: Amount, gets: Amount) -> bool:
        if gets <= self._left:
            self._record(pays, gets)
            self._crossing.consume(lot, pays, gets)
            self._left = subtract(self._asked, self._crossing.totals(self._ins, self._outs)[1])
            return True
        pays, gets = lot.cut_out(pays, gets, self._left, up=True)
        self._record(pays, gets)
        self._left = subtract(self._left, self._left)
        return self._crossing.consume(lot, pays, gets)

    def _spend(self, lot: Lot, pays: Amount, gets: Amount) -> bool:
        whole = pays <= self._left
        cut_pays, cut_gets = (pays, gets) if whole else lot.cut_in(pays, gets, self._left)
        cut_pays, cut_gets = self._not_more_than_backwards(lot, (pays, gets), (cut_pays, cut_gets))
        self._record(cut_pays, cut_gets)
        if whole:
            self._left = subtract(self._asked, self._crossing.totals(self._ins, self._outs)[0])
        else:
            self._left = subtract(self._left, self._left)
        emptied = self._crossing.consume(lot, cut_pays, cut_gets)
        return whole or emptied

    def _not_more_than_backwards(
        self, lot: Lot, whole: tuple[Amount, Amount], cut: tuple[Amount, Amount]
    ) -> tuple[Amount, Amount]:
        """Rounding may promise more going forwards than was asked for backwards: then the request decides."""
        crossing = self._crossing
        reverse_in, reverse_out = self._reverse
        paid, got = crossing.totals([*self._ins, cut[0]], [*self._outs, cut[1]])
        if got <= reverse_out or paid > reverse_in:
            return cut
        rest = subtract(reverse_out, crossing.totals(self._ins, self._outs)[1])
        if rest <= 0 or rest >= whole[1]:
            return cut
        pays, _ = lot.cut_out(whole[0], whole[1], rest, up=True)
        return (self._left, rest) if pays == self._left else cut

    def _record(self, pays: Amount, gets: Amount) -> None:
        self._ins.append(pays)
        self._outs.append(gets)


def _pool_lot(pool: PoolAmounts, target: int | None) -> Lot | None:
    """The pool's offer: all it can give when nothing limits it, else as much as keeps its price within `target`."""
    spot = pool.spot_quality
    if target is not None:
        if spot >= target or within_relative_distance(rate_of(spot), rate_of(target), _NEAR_QUALITY):
            return None
        amounts = offer_up_to_quality(pool, target)
        if amounts is not None:
            return Lot(*amounts, quality_of(*amounts), POOL_ACCOUNT, pool=pool)
    amounts = largest_offer(pool)
    if amounts[0] <= 0 or amounts[1] <= 0:
        return None
    if target is None:
        return Lot(*amounts, spot, POOL_ACCOUNT, pool=pool)
    return Lot(*amounts, spot, POOL_ACCOUNT, pool=pool) if quality_of(*amounts) < target else None


def _total(amounts: list[Amount], nothing: Amount) -> Amount:
    """Sum in ascending order, as the server adds (token sums round at each step)."""
    if not amounts:
        return nothing
    if len(amounts) == 1:
        return amounts[0]
    ordered = sorted(amounts)
    total = ordered[0]
    for amount in ordered[1:]:
        total = add(total, amount)
    return total
