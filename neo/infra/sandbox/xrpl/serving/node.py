"""One node's view of the chain: what it knows, what it lacks, and what is wrong with it."""

from __future__ import annotations

import random

from neo.infra.sandbox.xrpl.chain.chain import Chain
from neo.infra.sandbox.xrpl.chain.model import StateView
from neo.infra.sandbox.xrpl.chain.records import LedgerRecord
from neo.infra.sandbox.xrpl.faults.node_faults import HEALTHY, NodeFaults
from neo.infra.sandbox.xrpl.serving.identity import Identity
from neo.records import define


@define(eq=False)
class Node:
    """Reads the chain through its faults. `manual`: anybody may close a ledger with ledger_accept."""

    chain: Chain
    number: int
    identity: Identity
    rng: random.Random
    network_id: int = 0
    manual: bool = False
    started_ns: int = 0
    port: int = 0
    faults: NodeFaults = HEALTHY

    @property
    def synced(self) -> bool:
        return not self.faults.not_synced

    @property
    def server_state(self) -> str:
        return "full" if self.synced else "disconnected"

    @property
    def known_index(self) -> int:
        """The last ledger that this node calls validated."""
        head = self.chain.head.index
        return max(self.chain.first_index, head - self.faults.lag_ledgers)

    def ledger(self, index: int) -> LedgerRecord | None:
        """A validated ledger, None when this node does not have it (yet)."""
        if index > self.known_index or self._is_missing(index):
            return None
        return self.chain.ledgers.get(index)

    def current(self) -> StateView:
        """The open ledger; a node that lags has none of its own and shows the last one it knows."""
        if self.faults.lag_ledgers:
            state = self.chain.state_at(self.known_index)
            if state is not None:
                return state
        return self.chain.model.current()

    def complete_ledgers(self) -> str:
        """Ranges of ledgers that this node has, as server_info gives them."""
        if not self.synced:
            return "empty"
        ranges = self._ranges()
        return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in ranges) or "empty"

    def validated_range(self) -> tuple[int, int]:
        """The unbroken range that ends at the last validated ledger. Source: `LedgerMaster::getFullValidatedRange`."""
        ranges = self._ranges()
        known = self.known_index
        return ranges[-1] if ranges and ranges[-1][1] == known else (known, known)

    def _ranges(self) -> list[tuple[int, int]]:
        """Ranges without the missing ledgers, in order."""
        have: list[tuple[int, int]] = []
        start = self.chain.first_index
        for first, last in sorted(self.faults.missing_ledgers):
            if first > start:
                have.append((start, min(first - 1, self.known_index)))
            start = max(start, last + 1)
        if start <= self.known_index:
            have.append((start, self.known_index))
        return [(first, last) for first, last in have if first <= last]

    def _is_missing(self, index: int) -> bool:
        return any(first <= index <= last for first, last in self.faults.missing_ledgers)
