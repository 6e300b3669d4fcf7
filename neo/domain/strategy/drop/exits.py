"""When a position is sold: at a profit, at a loss, after a turn, after its time; and how hard the sale is pushed.

An exchange without one-cancels-the-other holds one protective order at a time. Which one rests, the take profit or the stop
loss, follows the price, with a band and a cooldown between two switches.
"""

from __future__ import annotations

import enum
from decimal import Decimal

import attrs

from neo.domain.units import BPS
from neo.records import frozen


class ExitReason(enum.Enum):
    """Why a position is sold."""

    TAKE_PROFIT = "take_profit"
    STOP_LOSS = "stop_loss"
    TRAILING_STOP = "trailing_stop"
    TIME_LIMIT = "time_limit"


class Protection(enum.Enum):
    """Which protective order rests."""

    TAKE_PROFIT = "take_profit"
    STOP_LOSS = "stop_loss"


@frozen(kw_only=True)
class ExitRules:
    """Distances in bps of the entry price. `switch_below_bps`: under entry by so much the stop loss rests,
    above entry by `switch_above_bps` the take profit; in between what rests stays.

    `trailing_from_bps`: the trailing stop begins once the price was so far above entry (None: never), and sells
    `trailing_bps` below the highest price since. `ladder_bps`: limits of the sale below the bid, one try after another.
    """

    take_profit_bps: Decimal
    stop_loss_bps: Decimal
    switch_above_bps: Decimal
    switch_below_bps: Decimal
    switch_cooldown_ns: int
    time_limit_ns: int
    trailing_from_bps: Decimal | None
    trailing_bps: Decimal
    ladder_bps: tuple[Decimal, ...]


@frozen
class OpenPosition:
    """A symbol that we hold. `highest`: best bid since it was bought; `switched_at_ns`: when the protection last changed."""

    entry_price: Decimal
    quantity: Decimal
    opened_at_ns: int
    highest: Decimal
    protection: Protection = Protection.TAKE_PROFIT
    switched_at_ns: int | None = None

    def gain_bps(self, bid: Decimal) -> Decimal:
        return (bid / self.entry_price - 1) * BPS


def watched(
    rules: ExitRules, position: OpenPosition, bid: Decimal, at_ns: int
) -> tuple[OpenPosition, ExitReason | None]:
    """The position after one more bid, and why it has to be sold now, if it has to.

    A loss comes before everything: a position that is late and below its stop was stopped, not late.
    """
    position = _switched(rules, attrs.evolve(position, highest=max(position.highest, bid)), bid, at_ns)
    return position, _reason(rules, position, bid, at_ns)


def _reason(rules: ExitRules, position: OpenPosition, bid: Decimal, at_ns: int) -> ExitReason | None:
    if bid <= stop_price(rules, position):
        return ExitReason.STOP_LOSS
    if bid >= target_price(rules, position):
        return ExitReason.TAKE_PROFIT
    trailing = trailing_price(rules, position)
    if trailing is not None and bid <= trailing:
        return ExitReason.TRAILING_STOP
    if at_ns - position.opened_at_ns >= rules.time_limit_ns:
        return ExitReason.TIME_LIMIT
    return None


def _switched(rules: ExitRules, position: OpenPosition, bid: Decimal, at_ns: int) -> OpenPosition:
    gain = position.gain_bps(bid)
    wanted = position.protection
    if gain <= -rules.switch_below_bps:
        wanted = Protection.STOP_LOSS
    elif gain >= rules.switch_above_bps:
        wanted = Protection.TAKE_PROFIT
    last = position.switched_at_ns
    if wanted is position.protection or (last is not None and at_ns - last < rules.switch_cooldown_ns):
        return position
    return attrs.evolve(position, protection=wanted, switched_at_ns=at_ns)


def target_price(rules: ExitRules, position: OpenPosition) -> Decimal:
    """Where the take profit sells."""
    return position.entry_price * (1 + rules.take_profit_bps / BPS)


def stop_price(rules: ExitRules, position: OpenPosition) -> Decimal:
    """Where the stop loss sells."""
    return position.entry_price * (1 - rules.stop_loss_bps / BPS)


def trailing_price(rules: ExitRules, position: OpenPosition) -> Decimal | None:
    """Where the trailing stop sells; None before the price has been high enough. It never falls."""
    begins = rules.trailing_from_bps
    if begins is None or position.gain_bps(position.highest) < begins:
        return None
    return position.highest * (1 - rules.trailing_bps / BPS)
