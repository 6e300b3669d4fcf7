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
        pays, gets = lot.pays, lot.gets
        if funds is not None and funds < gets:
            pays, gets = lot.cut_out(pays, gets, funds, up=False)
        self._attempted = True
        if self._left <= 0:
            return False
        return self._spend(lot, pays, gets) if self._backwards else self._request(lot, pays, gets)

    def _request(self, lot: Lot, pays: Amount, gets: Amount) -> bool:
        if gets <= self._left:
            self._record(pays, gets)
            self._liquidity.consume(lot, pays, gets)
            self._left = subtract(self._asked, self._totals(self._ins, self._outs)[1])
            return True
        pays, gets = lot.cut_out(pays, gets, self._left, up=True)
        self._record(pays, gets)
        self._left = subtract(self._left, self._left)
        return self._liquidity.consume(lot, pays, gets)

    def _spend(self, lot: Lot, pays: Amount, gets: Amount) -> bool:
        whole = pays <= self._left
        cut_pays, cut_gets = (pays, gets) if whole else lot.cut_in(pays, gets, self._left)
        cut_pays, cut_gets = self._not_more_than_backwards(lot, (pays, gets), (cut_pays, cut_gets))
        self._record(cut_pays, cut_gets)
        if whole:
            self._left = subtract(self._asked, self._totals(self._ins, self._outs)[0])
        else:
            self._left = subtract(self._left, self._left)
        emptied = self._liquidity.consume(lot, cut_pays, cut_gets)
        return whole or emptied

    def _not_more_than_backwards(
        self, lot: Lot, whole: tuple[Amount, Amount], cut: tuple[Amount, Amount]
    ) -> tuple[Amount, Amount]:
        """Rounding may promise more going forwards than was asked for backwards: then the request decides."""
        reverse_in, reverse_out = self._backwards or cut
        paid, got = self._totals([*self._ins, cut[0]], [*self._outs, cut[1]])
        if got <= reverse_out or paid > reverse_in:
            return cut
        rest = subtract(reverse_out, self._totals(self._ins, self._outs)[1])
        if rest <= 0 or rest >= whole[1]:
            return cut
        pays, _ = lot.cut_out(whole[0], whole[1], rest, up=True)
        return (self._left, rest) if pays == self._left else cut

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
