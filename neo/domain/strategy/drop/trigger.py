"""When a fall counts as a drop: once, confirmed, and not again before it has recovered."""

from __future__ import annotations

from decimal import Decimal

from neo.domain.units import BPS
from neo.quickly_built import quickly_built
from neo.records import frozen


@frozen(kw_only=True)
class TriggerRules:
    """`value`: a drop is price ≤ anchor × value. `rearm_bps`: so far above that line the price must come back first.

    `confirm_ticks`: prices in a row at or below the line; `debounce_ns`: least time between two drops of a symbol.
    """

    value: Decimal
    rearm_bps: Decimal
    confirm_ticks: int
    debounce_ns: int


@frozen
class Drop:
    """A symbol fell from `anchor` to `price`."""

    anchor: Decimal
    price: Decimal
    at_ns: int

    @property
    def depth_bps(self) -> Decimal:
        return (1 - self.price / self.anchor) * BPS


@quickly_built
@frozen
class DropTrigger:
    """`armed` until it fires and again after a recovery; `ticks_below` counts the prices in a row at or below the line."""

    armed: bool = True
    ticks_below: int = 0
    fired_at_ns: int | None = None


def judge(
    rules: TriggerRules, trigger: DropTrigger, price: Decimal, anchor: Decimal, at_ns: int
) -> tuple[DropTrigger, Drop | None]:
    """The trigger after one more price, and the drop if that was one."""
    line = anchor * rules.value
    if price > line:
        armed = trigger.armed or price > line * (1 + rules.rearm_bps / BPS)
        if armed == trigger.armed and not trigger.ticks_below:
            return trigger, None  # as nearly every price leaves it
        return DropTrigger(armed, 0, trigger.fired_at_ns), None
    ticks = trigger.ticks_below + 1
    resting = trigger.fired_at_ns is not None and at_ns - trigger.fired_at_ns < rules.debounce_ns
    if not trigger.armed or ticks < rules.confirm_ticks or resting:
        return DropTrigger(trigger.armed, ticks, trigger.fired_at_ns), None
    return DropTrigger(False, ticks, at_ns), Drop(anchor, price, at_ns)


def distance_to_trigger_bps(rules: TriggerRules, price: Decimal, anchor: Decimal) -> Decimal:
    """How far the price may still fall before it is a drop, in bps of the line; zero and below: it is one."""
    line = anchor * rules.value
    return (price - line) / line * BPS
