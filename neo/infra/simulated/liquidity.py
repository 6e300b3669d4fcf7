"""What a taker can take: the book's live offers and the pool's offer of the moment, one at a time, best first.

Expired, unfunded and worthless offers are removed as they are met. Source: rippled `OfferStream.cpp`,
`AMMLiquidity.cpp`, `AMMOffer.cpp`.
"""

from __future__ import annotations

from neo.infra.simulated.amounts import Amount, subtract
from neo.infra.simulated.fees import PARITY, after_fee, before_fee
from neo.infra.simulated.funds import Funds
from neo.infra.simulated.pool import PoolAmounts, largest_offer, offer_up_to_quality, swap_in, swap_out
from neo.infra.simulated.quality import are_near, limit_in, limit_out, quality_of, rate_of
from neo.infra.simulated.state import LedgerState, Offer, OfferKey
from neo.records import define

_POOL_PASSES_MAX = 30


# Not frozen: that would cost more than all that is asked of it.
@define
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


class Liquidity:
    """The other side of one taker's offer or payment.

    `pool` is the pool in the direction in which it gives what the taker gets, with the fee that the taker pays.
    `in_rate` is the token's transfer rate where the taker pays it on what it gives, `out_rate` where the owners of offers
    pay it on what they give. `meets_own`: a payment may take its sender's own offers, an offer removes them instead.
    """

    def __init__(
        self,
        state: LedgerState,
        taker: str,
        limit: int,
        parent_close_s: int,
        *,
        gets_xrp: bool,
        pool: PoolAmounts | None,
        in_rate: int = PARITY,
        out_rate: int = PARITY,
        meets_own: bool = False,
    ) -> None:
        self.state = state
        self.taker = taker
        self.limit = limit
        self.gets_xrp = gets_xrp
        self.in_rate = in_rate
        self.out_rate = out_rate
        self._meets_own = meets_own
        self.removable: dict[OfferKey, None] = {}
        self._now_s = parent_close_s
        self._book = state.books[gets_xrp]
        self.funds = Funds(state)
        self._pool_passes = 0
        self._pool_used = False
        self._pool = self._pool_at_start = pool
        self._pool_cache: tuple[int | None, PoolAmounts | None, Lot | None] = (0, None, None)

    # ------------------------------------------------------------------------------------------------------ passes

    def begin_pass(self) -> int:
        """Journal mark to go back to when the pass comes to nothing."""
        self._pool_used = False
        self._pool_at_start = self._pool
        return self.funds.begin_pass()

    def rewind(self, mark: int) -> None:
        self._pool_used = False
        self._pool = self._pool_at_start
        self.funds.forget_pass()
        self.state.rollback(mark)

    def end_pass(self) -> None:
        """The pass counts: the pool takes part in a limited number of them."""
        self._pool_passes += self._pool_used
        self.funds.end_pass()

    def remove_dead(self) -> None:
        for key in self.removable:
            self._remove(key)

    def _remove(self, key: OfferKey) -> None:
        self.funds.keep_reserve(key[0])
        self.state.remove(key)

    def can_be_reached(self) -> bool:
        """False when neither book nor pool can reach the limit; the cheap answer for an offer that only rests."""
        if self._book and self._book[0][0] <= self.limit:
            return True
        pool = self._pool
        if pool is None or self._pool_passes >= _POOL_PASSES_MAX or pool.spot_quality > self.limit:
            return False
        if not pool.is_out_of_reach(self.limit):
            return True
        # Nothing will be taken, but the server looks at the best offer before the pool and removes what is dead there.
        mark = self.begin_pass()
        self.next_offer(None)
        self.rewind(mark)
        self.remove_dead()
        return False

    # -------------------------------------------------------------------------------------------------- liquidity

    def tip(self) -> tuple[int, Lot | None] | None:
        """Quality of the best thing to take as the book stands, and the pool's lot if that is the best."""
        book_quality = self._book[0][0] if self._book else None
        pool_lot = self.pool_lot(book_quality)
        if pool_lot is not None and (book_quality is None or pool_lot.quality < book_quality):
            return pool_lot.quality, pool_lot
        return None if book_quality is None else (book_quality, None)

    def pool_lot(self, book_quality: int | None) -> Lot | None:
        """What the pool offers beside a book whose best offer has `book_quality`; None when it is not better."""
        pool = self._pool
        if pool is None or self._pool_passes >= _POOL_PASSES_MAX:
            return None
        # A book that the taker's limit does not reach says nothing about how far the pool may be taken.
        target = None if book_quality is None or book_quality > self.limit else book_quality
        cached_target, cached_pool, lot = self._pool_cache
        if cached_pool is not pool or cached_target != target:
            lot = _pool_lot(self.state.pool_account, pool, target)
            self._pool_cache = (target, pool, lot)
        return lot

    def next_offer(self, previous: OfferKey | None) -> tuple[OfferKey, Offer, Amount] | None:
        """The best offer with its owner's funds, after `previous` and everything dead before it has been removed."""
        state = self.state
        while True:
            if previous is not None:
                self._remove(previous)
            if not self._book:
                return None
            key = previous = self._book[0][2]
            offer = state.offers[key]
            if (
                (offer.expiration_s is not None and offer.expiration_s <= self._now_s)
                or not offer.pays
                or not offer.gets
                or (self.gets_xrp and state.lines and state.is_deep_frozen(offer.owner))
            ):
                self.removable[key] = None
                continue
            funds = self.funds.of(offer.owner, xrp=self.gets_xrp)
            if funds <= 0 or (not self.gets_xrp and self._is_dust(offer, funds)):
                if self.funds.before_pass(offer.owner, xrp=self.gets_xrp) == funds:
                    self.removable[key] = None
                continue
            return key, offer, funds

    def _is_dust(self, offer: Offer, funds: Amount) -> bool:
        """An offer wanting one drop or less whose price got worse than its level by rounding would block the book."""
        pays, gets = offer.pays, offer.gets
        if funds < gets:
            pays, gets = limit_out(pays, gets, funds, rate_of(offer.quality), up=False)
        if pays <= 0 or gets <= 0:
            return True
        return pays <= 1 and quality_of(pays, gets) > offer.quality

    def second_offer(self) -> Offer | None:
        """The offer behind the best one of the book, dead or alive."""
        return self.state.offers[self._book[1][2]] if len(self._book) > 1 else None

    def is_own(self, offer: Offer) -> bool:
        """True for an offer of the taker that it does not trade with."""
        return offer.owner == self.taker and not self._meets_own

    def remove_own(self, offer: Offer) -> bool:
        """The taker's own offer is not traded with but removed; True when this one is."""
        if not self.is_own(offer):
            return False
        self.removable[(offer.owner, offer.sequence)] = None
        return True

    def taker_pays(self, lot: Lot, pays: Amount) -> Amount:
        """What leaves the taker so that the lot's owner gets `pays`."""
        if self.in_rate == PARITY or lot.owner == self.taker:
            return pays
        return before_fee(pays, self.in_rate)

    def owner_gets(self, lot: Lot, paid: Amount) -> Amount:
        """What reaches the lot's owner when the taker pays `paid`."""
        if self.in_rate == PARITY or lot.owner == self.taker:
            return paid
        return after_fee(paid, self.in_rate)

    def owner_gives(self, lot: Lot, gets: Amount) -> Amount:
        """What leaves the lot's owner so that the taker gets `gets`; a pool pays no transfer fee."""
        if self.out_rate == PARITY or lot.offer is None:
            return gets
        return before_fee(gets, self.out_rate, up=False)

    def within_funds(self, lot: Lot, funds: Amount) -> tuple[Amount, Amount]:
        """(pays, gets) of the lot, cut to what its owner has."""
        pays, gets = lot.pays, lot.gets
        if funds >= (gets if self.out_rate == PARITY else self.owner_gives(lot, gets)):
            return pays, gets
        affordable = funds if self.out_rate == PARITY else after_fee(funds, self.out_rate)
        return lot.cut_out(pays, gets, affordable, up=False)

    def consume(self, lot: Lot, pays: Amount, gets: Amount, funds: Amount | None) -> bool:
        """Move the amounts between the lot's owner and the pot; True when the lot is used up, as the pool's always is."""
        state = self.state
        given = gets if self.out_rate == PARITY else self.owner_gives(lot, gets)
        if funds is not None and given > funds:
            given = funds
        state.credit(lot.owner, pays)
        if lot.offer is None:
            state.credit(lot.owner, -given)
            self._pool_used = True
            self._pool = state.pool(gives_xrp=self.gets_xrp, taker=self.taker, now_s=self._now_s)
            return True
        if type(given) is int:
            state.credit(lot.owner, -given)
        else:
            self.funds.give(lot.owner, given)  # type: ignore[arg-type]
        offer = state.offers[(lot.offer.owner, lot.offer.sequence)]
        left_pays, left_gets = subtract(offer.pays, pays), subtract(offer.gets, gets)
        state.replace(offer, offer.with_amounts(left_pays, left_gets))
        return not (left_pays and left_gets)


def is_front_alive(state: LedgerState, *, gives_xrp: bool) -> bool:
    """True when the best offer of a book is plainly one that can be taken, or there is none: nothing dead to be removed."""
    book = state.books[gives_xrp]
    if not book:
        return True
    offer = state.offers[book[0][2]]
    return is_plainly_alive(state, offer, state.spendable(offer.owner, xrp=gives_xrp))


def is_plainly_alive(state: LedgerState, offer: Offer, funds: Amount) -> bool:
    """True when an offer whose owner has `funds` can be taken; False says nothing: `Liquidity.next_offer` knows."""
    if offer.expiration_s is not None or not offer.pays or not offer.gets or state.lines:
        return False
    # An offer of tokens for a drop may be dust.
    return funds > 0 if type(offer.gets) is int else funds >= offer.gets and offer.pays > 1


def _pool_lot(owner: str, pool: PoolAmounts, target: int | None) -> Lot | None:
    """The pool's offer: all it can give when nothing limits it, else as much as keeps its price within `target`."""
    spot = pool.spot_quality
    if target is None:
        amounts = largest_offer(pool)
        return Lot(*amounts, spot, owner, pool=pool) if amounts[0] > 0 and amounts[1] > 0 else None
    if spot >= target or are_near(spot, target) or pool.is_out_of_reach(target):
        return None
    limited = offer_up_to_quality(pool, target)
    if limited is not None:
        return Lot(*limited, owner, pool=pool)
    amounts = largest_offer(pool)
    if amounts[0] <= 0 or amounts[1] <= 0 or quality_of(*amounts) >= target:
        return None
    return Lot(*amounts, spot, owner, pool=pool)
