"""How old the newest quotes of the polled symbols are."""

from __future__ import annotations

from decimal import Decimal

from neo.domain.market.poll_cycles import percentile
from neo.domain.market.quote_desk import QuoteDesk
from neo.domain.messages.storage import AgeSnapshot
from neo.domain.units import NS_PER_MS

_HALF, _NEARLY_ALL = Decimal("0.5"), Decimal("0.99")


def ages_of(desk: QuoteDesk, venue: str, session_id: str, at_ns: int) -> AgeSnapshot | None:
    """Who rests or is skipped is not polled. None while nothing that is polled has a quote."""
    polled = [symbol for symbols in desk.polled.values() for symbol in symbols if symbol in desk.quotes]
    ages = [max(0, at_ns - desk.quotes[symbol].at_ns) // NS_PER_MS for symbol in polled]
    median, nearly_oldest = percentile(ages, _HALF), percentile(ages, _NEARLY_ALL)
    if median is None or nearly_oldest is None:
        return None
    return AgeSnapshot(session_id, at_ns, venue, len(ages), median, nearly_oldest)
