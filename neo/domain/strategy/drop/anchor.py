"""What a price is compared with to call it a drop: four ways to remember where it came from."""

from __future__ import annotations

import enum
from decimal import Decimal

import attrs

from neo.domain.market.rolling_peak import RollingPeak
from neo.domain.units import BPS
from neo.quickly_built import quickly_built
from neo.records import frozen


class DropTriggerMode(enum.IntEnum):
    """`drop_trigger_mode` of the configuration."""

    SESSION_PEAK = 1
    ROLLING_PEAK = 2
    HIGHER_OF_BOTH = 3
    PERSISTENT_ANCHOR = 4


@frozen(kw_only=True)
class AnchorRules:
    """`clamp_above_peak_bps`: how far the persistent anchor may stand above the rolling peak.

    `stale_after_ns`: a persistent anchor that nothing confirmed for so long is forgotten. `start_above_max_bps`: how far a
    stored anchor may stand above the first price of a session.
    """

    mode: DropTriggerMode
    lookback_ns: int
    clamp_above_peak_bps: Decimal
    stale_after_ns: int
    start_above_max_bps: Decimal


@frozen
class StoredAnchor:
    """A persistent anchor as the session before left it."""

    price: Decimal
    seen_at_ns: int


@quickly_built
@frozen
class DropAnchor:
    """What one symbol's prices have been. `seen_at_ns`: the newest observation."""

    rolling: RollingPeak
    session_peak: Decimal | None = None
    persistent: Decimal | None = None
    seen_at_ns: int | None = None
    stored: StoredAnchor | None = None

    @classmethod
    def fresh(cls, rules: AnchorRules, stored: StoredAnchor | None = None) -> DropAnchor:
        """At the start of a session; `stored` counts once the first price is known."""
        return cls(RollingPeak(rules.lookback_ns), stored=stored)

    def price(self, mode: DropTriggerMode) -> Decimal | None:
        """The price that a drop is measured from; None before the first observation."""
        rolling, session = self.rolling.price, self.session_peak
        if rolling is None or session is None:
            return None
        if mode is DropTriggerMode.SESSION_PEAK:
            return session
        if mode is DropTriggerMode.ROLLING_PEAK:
            return rolling
        if mode is DropTriggerMode.HIGHER_OF_BOTH:
            return max(session, rolling)
        return self.persistent


def observed(rules: AnchorRules, anchor: DropAnchor, price: Decimal, at_ns: int) -> DropAnchor:
    """With one more price. Older than the newest is ignored."""
    if anchor.seen_at_ns is not None and at_ns < anchor.seen_at_ns:
        return anchor
    rolling = anchor.rolling.observed(at_ns, price)
    session = price if anchor.session_peak is None else max(anchor.session_peak, price)
    peak = rolling.price or price
    persistent = max(_remembered(rules, anchor, price, at_ns, peak), price)
    highest = peak * (1 + rules.clamp_above_peak_bps / BPS)
    return DropAnchor(rolling, session, min(persistent, highest), at_ns)


def warmed_up(anchor: DropAnchor, price: Decimal, at_ns: int) -> DropAnchor:
    """With a price from before the session (a bar): it belongs to the rolling peak, not to the session's."""
    return attrs.evolve(anchor, rolling=anchor.rolling.observed(at_ns, price))


def _remembered(rules: AnchorRules, anchor: DropAnchor, price: Decimal, at_ns: int, peak: Decimal) -> Decimal:
    """The persistent anchor before this price has its say: the one in use, the stored one, or none worth having."""
    if anchor.persistent is not None and anchor.seen_at_ns is not None:
        return peak if at_ns - anchor.seen_at_ns > rules.stale_after_ns else anchor.persistent
    stored = anchor.stored
    if stored is None or at_ns - stored.seen_at_ns > rules.stale_after_ns:
        return price
    return min(stored.price, price * (1 + rules.start_above_max_bps / BPS))


def trade_completed(anchor: DropAnchor, price: Decimal, at_ns: int) -> DropAnchor:
    """After a position was closed the persistent anchor starts anew from the price of the moment."""
    return attrs.evolve(anchor, persistent=price, seen_at_ns=max(at_ns, anchor.seen_at_ns or at_ns))
