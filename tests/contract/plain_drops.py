"""Drops of a series of prices, counted the plain way: every question is answered by looking at the past again."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import accumulate

from neo.domain.config.drop import DropConfig

Point = tuple[int, Decimal]
MINUTE_NS = 60_000_000_000


def plain_drops(
    config: DropConfig, before: Sequence[Point], prices: Sequence[Point], closes: Sequence[Point]
) -> list[int]:
    """Times of the drops. `before` are prices from before the session, `closes` when positions were closed, and at what."""
    lines = [anchor * config.drop_trigger_value for anchor in _anchors(config, before, prices, closes)]
    above = [price > line for (_, price), line in zip(prices, lines, strict=True)]
    back = [price > line * (1 + config.rearm_bps / 10_000) for (_, price), line in zip(prices, lines, strict=True)]
    drops: list[int] = []
    last = -1
    for now, (at_ns, _) in enumerate(prices):
        first = now - config.confirm_ticks + 1
        if first < 0 or any(above[first : now + 1]):
            continue
        if drops:
            came_back = any(back[last + 1 : now + 1])
            if not came_back or at_ns - drops[-1] < config.debounce_s * 1_000_000_000:
                continue
        drops.append(at_ns)
        last = now
    return drops


def _anchors(
    config: DropConfig, before: Sequence[Point], prices: Sequence[Point], closes: Sequence[Point]
) -> list[Decimal]:
    """What each price is compared with."""
    session = list(accumulate((price for _, price in prices), max))
    rolling = _highest_of_windows(config, [*before, *prices])[len(before) :]
    match config.drop_trigger_mode:
        case 1:
            return session
        case 2:
            return rolling
        case 3:
            return [max(pair) for pair in zip(session, rolling, strict=True)]
    return _kept(config, prices, rolling, closes)


def _highest_of_windows(config: DropConfig, past: Sequence[Point]) -> list[Decimal]:
    """At each point, of the window that ends with it. Both ends of the window are part of it."""
    highest, first = [], 0
    for now, (at_ns, _) in enumerate(past):
        while past[first][0] < at_ns - config.drop_trigger_lookback_min * MINUTE_NS:
            first += 1
        highest.append(max(price for _, price in past[first : now + 1]))
    return highest


def _kept(
    config: DropConfig, prices: Sequence[Point], rolling: Sequence[Decimal], closes: Sequence[Point]
) -> list[Decimal]:
    """The highest price since the session began or the last position was closed, near the rolling peak at all times."""
    kept: list[Decimal] = []
    confirmed_ns = prices[0][0]
    for (at_ns, price), peak in zip(prices, rolling, strict=True):
        anchor = kept[-1] if kept else price
        anchor = next((paid for then, paid in reversed(closes) if confirmed_ns <= then < at_ns), anchor)
        if at_ns - confirmed_ns > config.anchor_stale_min * MINUTE_NS:
            anchor = peak
        kept.append(min(max(anchor, price), peak * (1 + config.anchor_clamp_bps / 10_000)))
        confirmed_ns = at_ns
    return kept
