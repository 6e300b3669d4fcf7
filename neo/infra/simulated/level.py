"""One pass of a crossing: everything that can be taken at one quality. Source: rippled `BookStep.cpp`."""

from __future__ import annotations

from collections.abc import Sequence

from neo.infra.simulated.amounts import ZERO, Amount, add, subtract
from neo.infra.simulated.liquidity import Liquidity, Lot


class Level:
    """One pass over the lots of one quality: backwards from what is wanted, or forwards from what may be spent."""

    def __init__(self, liquidity: Liquidity, *, asked: Amount, backwards: tuple[Amount, Amount] | None = None) -> None:
        """`asked` is what is wanted, or, after `backwards` came out as too expensive, what may be spent."""
        self._liquidity = liquidity
        self._backwards = backwards
        self._asked = asked
        self._left = asked
        self._quality: int | None = None
        self._attempted = False
        self._ins: list[Amount] = []
        self._outs: list[Amount] = []

    def take(self) -> tuple[Amount, Amount]:
        """(paid, got) of this level."""
        liquidity = self._liquidity
        found = liquidity.next_offer(None)
        pool_lot = liquidity.pool_lot(None if found is None else found[1].quality)
        if pool_lot is None or self._visit(pool_lot, None):
            while found is not None:
                key, offer, funds = found
                lot = Lot(offer.pays, offer.gets, offer.quality, offer.owner, offer)
                if not self._visit(lot, funds):
                    break
                found = liquidity.next_offer(key)
        if self._left < 0:
            # Rounded sums came out above the request: the server takes such a level for empty.
            return self._totals((), ())
        paid, got = self._totals(self._ins, self._outs)
        if self._left <= 0 and self._outs:
            # The server insists on the exact request when nothing is left of it, whatever digits were lost on the way.
            return (self._asked, got) if self._backwards else (paid, self._asked)
        return paid, got

    @property
    def is_rounded_sum(self) -> bool:
        """True when several amounts of tokens were added up."""
        return len(self._outs) > 1 and not self._liquidity.gets_xrp

    def _visit(self, lot: Lot, funds: Amount | None) -> bool:
        """Take from one lot; False when the level is finished."""
        if self._quality is None:
            self._quality = lot.quality
        elif self._quality != lot.quality:
            return False
        liquidity = self._liquidity
        if lot.quality > liquidity.limit:
            return False
        if lot.offer is not None and liquidity.remove_own(lot.offer):
            if not self._attempted:
                self._quality = None
            return True
        pays, gets = (lot.pays, lot.gets) if funds is None else liquidity.within_funds(lot, funds)
        self._attempted = True
        if self._left <= 0:
            return False
        take = self._spend if self._backwards else self._request
        return take(lot, pays, gets, funds)

    def _request(self, lot: Lot, pays: Amount, gets: Amount, funds: Amount | None) -> bool:
        liquidity = self._liquidity
        if gets <= self._left:
            self._record(liquidity.taker_pays(lot, pays), gets)
            liquidity.consume(lot, pays, gets, funds)
            self._left = subtract(self._asked, total(self._outs, xrp=liquidity.gets_xrp))
            return True
        pays, gets = lot.cut_out(pays, gets, self._left, up=True)
        self._record(liquidity.taker_pays(lot, pays), gets)
        self._left = 0 if type(gets) is int else ZERO
        return liquidity.consume(lot, pays, gets, funds)

    def _spend(self, lot: Lot, pays: Amount, gets: Amount, funds: Amount | None) -> bool:
        liquidity = self._liquidity
        paid = liquidity.taker_pays(lot, pays)
        whole = paid <= self._left
        cut = (pays, gets)
        if not whole:
            paid, cut = self._left, lot.cut_in(pays, gets, liquidity.owner_gets(lot, self._left))
        got_before = self._totals(self._ins, self._outs)[1]
        self._record(paid, cut[1])
        total_paid, got = self._totals(self._ins, self._outs)
        if not whole:
            total_paid = self._asked
        backwards_cut = self._cut_as_backwards(lot, (pays, gets), (total_paid, got), got_before)
        if backwards_cut is not None and self._backwards is not None:
            cut, total_paid = backwards_cut, self._asked
            self._ins, self._outs = [self._asked], [self._backwards[1]]
        self._left = subtract(self._asked, total_paid)
        emptied = liquidity.consume(lot, cut[0], cut[1], funds)
        return whole or emptied

    def _cut_as_backwards(
        self, lot: Lot, whole: tuple[Amount, Amount], totals: tuple[Amount, Amount], got_before: Amount
    ) -> tuple[Amount, Amount] | None:
        """Rounding may promise more going forwards than was asked for backwards: then the request decides."""
        if self._backwards is None or totals[1] <= self._backwards[1] or totals[0] > self._backwards[0]:
            return None
        rest = subtract(self._backwards[1], got_before)
        if rest <= 0:
            return None
        pays, gets = whole if rest >= whole[1] else lot.cut_out(whole[0], whole[1], rest, up=True)
        return (pays, gets) if self._liquidity.taker_pays(lot, pays) == self._left else None

    def _record(self, pays: Amount, gets: Amount) -> None:
        self._ins.append(pays)
        self._outs.append(gets)

    def _totals(self, ins: Sequence[Amount], outs: Sequence[Amount]) -> tuple[Amount, Amount]:
        if len(outs) == 1:
            return ins[0], outs[0]
        gets_xrp = self._liquidity.gets_xrp
        return total(ins, xrp=not gets_xrp), total(outs, xrp=gets_xrp)


def total(amounts: Sequence[Amount], *, xrp: bool) -> Amount:
    """Sum in ascending order, as the server adds (token sums round at each step)."""
    if len(amounts) == 1:
        return amounts[0]
    if not amounts:
        return 0 if xrp else ZERO
    ordered = sorted(amounts)
    running = ordered[0]
    for amount in ordered[1:]:
        running = add(running, amount)
    return running
