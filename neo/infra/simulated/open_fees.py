"""What it costs to enter the open ledger: the base fee until it is full, then more with the square of its size.

Fees are compared as levels: 256 is the base fee of the transaction's kind. Source: rippled `TxQ.cpp` (FeeMetrics),
https://xrpl.org/docs/concepts/transactions/transaction-cost#open-ledger-cost.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

REFERENCE_LEVEL = 256
LEAST_MULTIPLIER = 500 * REFERENCE_LEVEL
#: A ledger that was too small grows by that much, and shrinks slowly.
_GROWTH_PERCENT = 120
_LEDGERS_REMEMBERED = 20


class OpenFees:
    """`expected` transactions fit at the base fee; `multiplier` is the median level of the last closed ledger."""

    def __init__(self, target: int) -> None:
        self.expected = target
        self.multiplier = LEAST_MULTIPLIER
        self._target = target
        self._recent: deque[int] = deque(maxlen=_LEDGERS_REMEMBERED)

    def memory(self) -> tuple[int, int, tuple[int, ...]]:
        """Everything that further ledgers depend on: expected size, multiplier, sizes remembered."""
        return self.expected, self.multiplier, tuple(self._recent)

    def recall(self, expected: int, multiplier: int, recent: Sequence[int]) -> None:
        """Go on from an earlier `memory`."""
        self.expected, self.multiplier = expected, multiplier
        self._recent.extend(recent)

    def required_level(self, count: int) -> int:
        """Level that the next transaction needs when `count` are in the open ledger."""
        if count <= self.expected:
            return REFERENCE_LEVEL
        return self.multiplier * count * count // (self.expected * self.expected)

    def required_drops(self, count: int, base_fee_drops: int) -> int:
        """The same in drops, rounded up."""
        if count <= self.expected:
            return base_fee_drops
        return -(-self.required_level(count) * base_fee_drops // REFERENCE_LEVEL)

    def closed(self, levels: Sequence[int]) -> None:
        """Learn from the levels paid in a ledger that just closed."""
        size = len(levels)
        if size > min(self.expected, self._target):
            self._recent.append(size * _GROWTH_PERCENT // 100)
            largest = max(self._recent)
            self.expected = largest if largest >= self.expected else (self.expected * 9 + largest) // 10
        ordered = sorted(levels)
        median = (ordered[size // 2] + ordered[(size - 1) // 2] + 1) // 2 if size else 0
        self.multiplier = max(median, LEAST_MULTIPLIER)
