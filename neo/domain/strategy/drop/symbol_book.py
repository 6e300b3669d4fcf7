"""What the drop buyer knows of one symbol."""

from __future__ import annotations

import attrs

from neo.domain.market.minute_closes import MinuteCloses
from neo.domain.market.tiers import SymbolStanding
from neo.domain.messages.exchange import DayStatistics, ExchangeQuote, MarketRule
from neo.domain.strategy.drop.anchor import DropAnchor
from neo.domain.strategy.drop.exits import OpenPosition
from neo.domain.strategy.drop.trigger import DropTrigger
from neo.quickly_built import quickly_built
from neo.records import frozen


@frozen
class PendingIntent:
    """A proposal that was made and has not ended. `is_heard`: the router's books contain it, or Risk has answered."""

    intent_id: str
    proposed_at_ns: int
    is_heard: bool = False


@quickly_built
@frozen
class SymbolBook:
    """`told` is the standing that ExchangeData last heard; `dropped_at_ns` the newest drop, `closed_at_ns` the newest close.

    `is_sell_only`: it is not on the watchlist, and watched only because it is held.
    """

    symbol: str
    market: MarketRule
    anchor: DropAnchor
    closes: MinuteCloses
    trigger: DropTrigger = attrs.field(factory=DropTrigger)
    quote: ExchangeQuote | None = None
    statistics: DayStatistics | None = None
    position: OpenPosition | None = None
    pending: PendingIntent | None = None
    dropped_at_ns: int | None = None
    closed_at_ns: int | None = None
    told: SymbolStanding | None = None
    is_sell_only: bool = False

    @property
    def has_money_in_it(self) -> bool:
        return self.position is not None or self.pending is not None
