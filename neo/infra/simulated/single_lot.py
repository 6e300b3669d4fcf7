"""A level of which only one lot is taken: what `Level` comes to, without walking it twice.

Nearly every pass of a crossing is such a one: the pool's offer up to the price of the best offer, or a part of the best offer.
A walk backwards that turns out too expensive is not made and undone first, and nothing is added up.
"""

from __future__ import annotations

from neo.infra.simulated.amounts import Amount
from neo.infra.simulated.fees import PARITY
from neo.infra.simulated.liquidity import Liquidity, Lot, is_plainly_alive
from neo.infra.simulated.records import Offer, OfferKey


def take_single_lot(liquidity: Liquidity, asked: Amount, left_in: Amount) -> tuple[Amount, Amount] | None:
    """(paid, got) of a pass that asks for `asked` and may spend `left_in`, both applied to the state.

    None, with nothing taken, when more than one lot may have a part in it or rounding may decide: then `Level` knows.
    """
    if liquidity.in_rate != PARITY or liquidity.out_rate != PARITY or asked <= 0 or left_in <= 0:
        return None
    found = liquidity.next_offer(None)
    pool_lot = liquidity.pool_lot(None if found is None else found[1].quality)
    if pool_lot is not None:
        if found is not None and found[1].quality == pool_lot.quality:
            return None
        return _take_from_pool(liquidity, pool_lot, asked, left_in)
    return None if found is None else _take_from_offer(liquidity, *found, asked, left_in)


def _take_from_pool(liquidity: Liquidity, lot: Lot, asked: Amount, left_in: Amount) -> tuple[Amount, Amount] | None:
    if lot.quality > liquidity.limit:
        return None
    paid, got = lot.pays, lot.gets
    if got > asked:
        paid, got = lot.cut_out(paid, got, asked, up=True)
    if paid > left_in:
        # Rounding may give more for this than was asked for. `Level` goes back to the request where that costs just what
        # may be spent, but here it costs more.
        paid, got = lot.cut_in(lot.pays, lot.gets, left_in)
        if lot.pays <= left_in:
            return None
    liquidity.consume(lot, paid, got, None)
    return paid, got


def _take_from_offer(
    liquidity: Liquidity, key: OfferKey, offer: Offer, funds: Amount, asked: Amount, left_in: Amount
) -> tuple[Amount, Amount] | None:
    if offer.quality > liquidity.limit or funds < offer.gets or liquidity.is_own(offer):
        return None
    following = liquidity.second_offer()
    if following is not None and following.quality == offer.quality:
        return None
    lot = Lot(offer.pays, offer.gets, offer.quality, offer.owner, offer)
    paid, got = lot.pays, lot.gets
    if got > asked:
        paid, got = lot.cut_out(paid, got, asked, up=True)
    if paid > left_in:
        if paid == lot.pays and following is not None and not _is_plain(liquidity, offer, following):
            # Backwards all of the offer would have been taken, and what is dead behind it been found.
            return None
        paid, got = lot.cut_in(lot.pays, lot.gets, left_in)
        if got == lot.gets:
            return None
    if liquidity.consume(lot, paid, got, funds):
        liquidity.next_offer(key)
    return paid, got


def _is_plain(liquidity: Liquidity, offer: Offer, following: Offer) -> bool:
    """True when the second offer is alive whatever is taken of the first."""
    if following.owner == offer.owner:
        return False
    funds = liquidity.funds.of(following.owner, xrp=liquidity.gets_xrp)
    return is_plainly_alive(liquidity.state, following, funds)
