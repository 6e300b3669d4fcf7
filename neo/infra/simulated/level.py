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
        paid, got = self._totals(self._ins, self._outs)
        if self._left <= 0 and self._outs:
            # The server insists on the exact request when nothing is left of it, whatever digits were lost on the way.
            return (self._asked, got) if self._backwards else (paid, self._asked)
        return paid, got

    def _visit(self, lot: Lot, funds: Amount | None) -> bool:
        """Take from one lot; False when the level is finished."""
        if self._quality is None:
            self._quality = lot.quality
        elif self._quality != lot.quality:
            return False
        liquidity = self._liquidity
        if not liquidity.within_limit(lot.quality):
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
            self._left = subtract(self._asked, self._totals(self._ins, self._outs)[1])
            return True
        pays, gets = lot.cut_out(pays, gets, self._left, up=True)
        self._record(liquidity.taker_pays(lot, pays), gets)
        self._left = subtract(self._left, self._left)
        return liquidity.consume(lot, pays, gets, funds)

    def _spend(self, lot: Lot, pays: Amount, gets: Amount, funds: Amount | None) -> bool:
        liquidity = self._liquidity
        paid = liquidity.taker_pays(lot, pays)
        whole = paid <= self._left
        cut = (pays, gets)
        if not whole:
            paid, cut = self._left, lot.cut_in(pays, gets, liquidity.owner_gets(lot, self._left))
        paid, cut = self._not_more_than_backwards(lot, (pays, gets), paid, cut)
        self._record(paid, cut[1])
        if whole:
            self._left = subtract(self._asked, self._totals(self._ins, self._outs)[0])
        else:
            self._left = subtract(self._left, self._left)
        emptied = liquidity.consume(lot, cut[0], cut[1], funds)
        return whole or emptied

    def _not_more_than_backwards(
        self, lot: Lot, whole: tuple[Amount, Amount], paid: Amount, cut: tuple[Amount, Amount]
    ) -> tuple[Amount, tuple[Amount, Amount]]:
        """Rounding may promise more going forwards than was asked for backwards: then the request decides."""
        reverse_in, reverse_out = self._backwards or cut
        total_paid, got = self._totals([*self._ins, paid], [*self._outs, cut[1]])
        if got <= reverse_out or total_paid > reverse_in:
            return paid, cut
        rest = subtract(reverse_out, self._totals(self._ins, self._outs)[1])
        if rest <= 0 or rest >= whole[1]:
            return paid, cut
        pays, _ = lot.cut_out(whole[0], whole[1], rest, up=True)
        if self._liquidity.taker_pays(lot, pays) == self._left:
            return self._left, (pays, rest)
        return paid, cut

    def _record(self, pays: Amount, gets: Amount) -> None:
        self._ins.append(pays)
        self._outs.append(gets)

    def _totals(self, ins: Sequence[Amount], outs: Sequence[Amount]) -> tuple[Amount, Amount]:
        gets_xrp = self._liquidity.gets_xrp
        return total(ins, xrp=not gets_xrp), total(outs, xrp=gets_xrp)


def total(amounts: Sequence[Amount], *, xrp: bool) -> Amount:
    """Sum in ascending order, as the server adds (token sums round at each step)."""
    if not amounts:
        return 0 if xrp else ZERO
    if len(amounts) == 1:
        return amounts[0]
    ordered = sorted(amounts)
    running = ordered[0]
    for amount in ordered[1:]:
        running = add(running, amount)
    return running
