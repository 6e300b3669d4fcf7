"""Symbols that the venue does not know (any more): asked for once, noted down, left alone until a reload lists them."""

from __future__ import annotations

from collections.abc import Collection

from neo.domain.units import NS_PER_S
from neo.records import frozen

ALERT_WINDOW_NS = 3600 * NS_PER_S


@frozen
class SkippedSymbol:
    """`detail` is what the venue said."""

    symbol: str
    since_ns: int
    detail: str


@frozen
class SkipList:
    """In the order of entry."""

    entries: tuple[SkippedSymbol, ...] = ()

    def __len__(self) -> int:
        return len(self.entries)

    def __contains__(self, symbol: object) -> bool:
        return any(entry.symbol == symbol for entry in self.entries)

    def skipped(self, symbol: str, at_ns: int, detail: str) -> SkipList:
        """With one more symbol; one that is in already keeps its first entry, so that it costs one event."""
        return self if symbol in self else SkipList((*self.entries, SkippedSymbol(symbol, at_ns, detail)))

    def reloaded(self, listed: Collection[str]) -> tuple[SkipList, tuple[SkippedSymbol, ...]]:
        """After a market reload: what is listed (again) leaves the list. Returns the list and who left it."""
        back = tuple(entry for entry in self.entries if entry.symbol in listed)
        return (SkipList(tuple(entry for entry in self.entries if entry not in back)), back) if back else (self, ())

    def grew_within_window(self, at_ns: int) -> int:
        """Entries of the last hour."""
        return sum(1 for entry in self.entries if at_ns - entry.since_ns < ALERT_WINDOW_NS)

    def is_alarming(self, at_ns: int, alert_per_hour: int) -> bool:
        """One delisting is news, many at once are a fault: of the venue's answer, of our symbol names, of the market."""
        return self.grew_within_window(at_ns) > alert_per_hour
