"""`complete_ledgers`: which ledgers a server has."""

from __future__ import annotations

import re

from neo.infra.xrpl.wire.errors import WireError
from neo.infra.xrpl.wire.fields import UINT32_MAX
from neo.records import frozen

#: A history with more holes than this is of no use, and its text would be endless.
_TEXT_MAX = 20_000
_RANGE = re.compile(r"([0-9]{1,10})(?:-([0-9]{1,10}))?", re.ASCII)


@frozen
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


NO_LEDGERS = LedgerRanges(())


def parse_ledger_ranges(value: object, path: str = "complete_ledgers") -> LedgerRanges:
    """`2-7,9,12-20`, `empty`, or WireError."""
    if not isinstance(value, str) or len(value) > _TEXT_MAX:
        raise WireError(path, "ranges of ledgers such as 2-7,9", value)
    if value in ("", "empty"):
        return NO_LEDGERS
    ranges: list[tuple[int, int]] = []
    for part in value.split(","):
        found = _RANGE.fullmatch(part.strip())
        first, last = (int(found[1]), int(found[2] or found[1])) if found else (1, 0)
        if not 0 <= first <= last <= UINT32_MAX or (ranges and first <= ranges[-1][1]):
            raise WireError(path, "ascending ranges of ledgers such as 2-7,9", part)
        ranges.append((first, last))
    return LedgerRanges(tuple(ranges))
