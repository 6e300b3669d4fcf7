"""Ticks and fills for the tests of reports."""

from __future__ import annotations

from decimal import Decimal

import attrs

from neo.domain.market.instrument import Side
from neo.domain.units import NS_PER_S


@attrs.frozen
class Tick:
    """A tick at `at_s` seconds; prices in quote per base, distances in bps."""

    at_s: int
    best_bid: Decimal | None = Decimal("0.50")
    best_ask: Decimal | None = Decimal("0.52")
    distance_to_bid_touch_bps: Decimal | None = Decimal(-3)
    distance_to_ask_touch_bps: Decimal | None = Decimal(-3)
    suspended: str | None = None
    base_balance: Decimal | None = Decimal(100)
    quote_balance: Decimal | None = Decimal(50)
    pool_mid: Decimal | None = Decimal("0.51")
    anchor: Decimal | None = Decimal("0.51")
    anchor_source: str | None = "amm"
    our_bid: Decimal | None = Decimal("0.49")
    our_ask: Decimal | None = Decimal("0.53")

    @property
    def at_ns(self) -> int:
        return self.at_s * NS_PER_S


@attrs.frozen
class Fill:
    at_s: int
    side: Side
    base_quantity: Decimal
    quote_quantity: Decimal
    is_maker: bool = True

    @property
    def traded_at_ns(self) -> int:
        return self.at_s * NS_PER_S
