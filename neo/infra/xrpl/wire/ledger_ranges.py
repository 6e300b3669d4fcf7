"""`complete_ledgers`: which ledgers a server has."""

from __future__ import annotations

import attrs


@attrs.frozen
class LedgerRanges:
    """Ranges (first, last), both included, ascending and apart from each other. Empty when the server has none."""

    ranges: tuple[tuple[int, int], ...]

    def covers(self, first: int, last: int) -> bool:
        """True when every ledger of first..last is there."""
        return any(low <= first and last <= high for low, high in self.ranges)

    @property
    def newest(self) -> int:
        """The last ledger, 0 when there is none."""
        return self.ranges[-1][1] if self.ranges else 0

    @property
    def holes(self) -> int:
        """Number of gaps between the ranges."""
        return max(0, len(self.ranges) - 1)


def parse_ledger_ranges(value: object, path: str = "complete_ledgers") -> LedgerRanges:
    """`2-7,9,12-20`, `empty`, or WireError."""
    raise NotImplementedError
