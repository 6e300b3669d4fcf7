"""An offer that meets the book and the pool.

One crossing runs in passes. Each pass takes one quality level: first what is wanted is asked backwards through the
book (how much must go in), and only when the taker cannot pay that much it is sent forwards (how much comes out). The
pool takes part up to the quality of the best offer, or of the taker's limit when that is better. Source: rippled
`StrandFlow.h`, `BookStep.cpp`, `OfferStream.cpp`, `AMMLiquidity.cpp`.
"""

from __future__ import annotations

from decimal import Decimal

from neo.infra.simulated.amounts import ONE, ZERO, Amount, as_number, subtract, to_drops, within_relative_distance
from neo.infra.simulated.fees import PARITY, after_fee
from neo.infra.simulated.level import Level, total
from neo.infra.simulated.liquidity import Liquidity
from neo.infra.simulated.pool import out_for_average_quality
from neo.infra.simulated.quality import ANY_QUALITY, are_near, is_clearly_within, quality_of
from neo.infra.simulated.single_lot import take_single_lot
from neo.infra.simulated.state import OfferKey
from neo.quickly_built import quickly_built
from neo.records import frozen

_PASSES_MAX = 1000
_NEAR_AMOUNT = Decimal("1e-9")


@quickly_built
@frozen
class Crossed:
    """Totals of a crossing: what the taker paid and got, and offers that must go whatever becomes of the transaction."""

    paid: Amount
    got: Amount
    removable: tuple[OfferKey, ...]


class Crossing:
    """One taker against one book and the pool. Changes `state`; the caller undoes it when the offer is killed."""

    def __init__(self, liquidity: Liquidity, receiver: str | None = None, receiver_rate: int = PARITY) -> None:
        """`receiver` gets what is bought, less the transfer fee of `receiver_rate`; None is the taker itself."""
        self._liquidity = liquidity
        self._receiver_rate = receiver_rate
        self._receiver = liquidity.taker if receiver is None else receiver

    def run(self, wanted: Amount, send_max: Amount) -> Crossed:
        """Take up to `wanted`, paying up to `send_max`."""
        liquidity = self._liquidity
        gets_xrp, mark = liquidity.gets_xrp, len(liquidity.state.journal)
        nothing: tuple[Amount, Amount] = (ZERO, 0) if gets_xrp else (0, ZERO)
        paid: list[Amount] = []
        got: list[Amount] = []
        total_paid, total_got = nothing
        left_in, left_out = send_max, wanted
        for _ in range(_PASSES_MAX):
            if left_out <= 0 or left_in <= 0 or not liquidity.can_be_reached():
                break
            taken = self._pass(self._affordable(left_in), left_out)
            if liquidity.removable:
                liquidity.remove_dead()
            if taken is None:
                break
            paid.append(taken[0])
            got.append(taken[1])
            total_paid, total_got = taken
            if len(paid) > 1:
                total_paid, total_got = total(paid, xrp=not gets_xrp), total(got, xrp=gets_xrp)
            left_in, left_out = subtract(send_max, total_paid), subtract(wanted, total_got)
        if total_got > wanted:
            # The sum of several passes was rounded above the request. The server gives the whole crossing up.
            liquidity.state.rollback(mark)
            liquidity.remove_dead()
            total_paid, total_got = nothing
        return Crossed(total_paid, total_got, tuple(liquidity.removable))

    def _affordable(self, left_in: Amount) -> Amount:
        """Never more than the taker still has: paying in several steps rounds otherwise than their sum."""
        if type(left_in) is int:
            return left_in
        return max(ZERO, min(left_in, self._liquidity.funds.of(self._liquidity.taker, xrp=False)))

    def _pass(self, left_in: Amount, left_out: Amount) -> tuple[Amount, Amount] | None:
        """One level: (paid, got) applied to the state, or None when nothing may be taken any more."""
        liquidity = self._liquidity
        state = liquidity.state
        wanted = self._wanted_within_limit(left_out)
        mark = liquidity.begin_pass()
        paid, got = take_single_lot(liquidity, wanted, left_in) or self._take_level(wanted, left_in, mark)
        if got <= 0 or not self._good_enough(paid, got, adjusted=wanted != left_out):
            liquidity.rewind(mark)
            return None
        if type(paid) is int:
            state.credit(liquidity.taker, -paid)
        else:
            liquidity.funds.give(liquidity.taker, paid)  # type: ignore[arg-type]
        state.credit(self._receiver, got if self._receiver_rate == PARITY else after_fee(got, self._receiver_rate))
        liquidity.end_pass()
        return paid, got

    def _take_level(self, wanted: Amount, left_in: Amount, mark: int) -> tuple[Amount, Amount]:
        """(paid, got) of all lots of one quality."""
        liquidity = self._liquidity
        level = Level(liquidity, asked=wanted)
        paid, got = level.take()
        if got and got != wanted and level.is_rounded_sum:
            # The server asks again for what there is: with rounded sums the last offer may be left with a last digit.
            liquidity.rewind(mark)
            paid, got = Level(liquidity, asked=got).take()
        if got and paid > left_in:
            liquidity.rewind(mark)
            paid, got = Level(liquidity, asked=left_in, backwards=(paid, got)).take()
        return paid, got

    def _good_enough(self, paid: Amount, got: Amount, *, adjusted: bool) -> bool:
        if paid <= 0 or is_clearly_within(paid, got, self._liquidity.limit):
            return True
        quality = quality_of(paid, got)
        if quality <= self._liquidity.limit:
            return True
        return adjusted and are_near(self._liquidity.limit, quality)

    def _wanted_within_limit(self, left_out: Amount) -> Amount:
        """The pool's price moves as it is taken: only so much that the average stays within the limit."""
        if self._liquidity.limit == ANY_QUALITY:
            return left_out
        tip = self._liquidity.tip()
        if tip is None or tip[1] is None or tip[1].pool is None:
            return left_out
        rate_in = self._liquidity.in_rate
        if rate_in == PARITY and tip[1].pool.is_well_within(self._liquidity.limit, left_out):
            return left_out
        fee = ONE if rate_in == PARITY else Decimal(rate_in).scaleb(-9)
        out = out_for_average_quality(tip[1].pool, self._liquidity.limit, fee)
        if out is None:
            return left_out
        limited: Amount = to_drops(out) if self._liquidity.gets_xrp else out
        if within_relative_distance(as_number(limited), as_number(left_out), _NEAR_AMOUNT):
            return left_out
        return min(limited, left_out)
