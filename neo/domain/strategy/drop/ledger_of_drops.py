"""What became of every drop and every position of a session: the answer to "why was nothing traded?"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs

from neo.domain.messages.dropping import TradePurpose
from neo.domain.strategy.drop.exits import ExitReason
from neo.domain.strategy.drop.guards import BlockReason
from neo.records import frozen


@frozen
class DropCounts:
    """`blocked_by` counts drops by each guard that was against them (one drop may count for several), `blocked_only_by`
    those that a single guard kept from being bought. `refused_by_risk` are entries, `exits_refused_by_risk` sales.
    """

    quotes: int = 0
    drops: int = 0
    blocked: int = 0
    proposed: int = 0
    blocked_by: Mapping[str, int] = attrs.field(factory=dict)
    blocked_only_by: Mapping[str, int] = attrs.field(factory=dict)
    refused_by_risk: Mapping[str, int] = attrs.field(factory=dict)
    exits_refused_by_risk: Mapping[str, int] = attrs.field(factory=dict)
    exits: Mapping[str, int] = attrs.field(factory=dict)
    entries_ended: Mapping[str, int] = attrs.field(factory=dict)

    def with_drop(self, reasons: tuple[BlockReason, ...]) -> DropCounts:
        """One more drop: proposed to Risk when nothing is against it."""
        blocked = int(bool(reasons))
        return attrs.evolve(
            self,
            drops=self.drops + 1,
            blocked=self.blocked + blocked,
            proposed=self.proposed + 1 - blocked,
            blocked_by=_counted(self.blocked_by, (reason.value for reason in reasons)),
            blocked_only_by=_counted(self.blocked_only_by, (reason.value for reason in reasons if len(reasons) == 1)),
        )

    def with_refusal(self, reason: str, purpose: TradePurpose) -> DropCounts:
        if purpose is TradePurpose.EXIT:
            return attrs.evolve(self, exits_refused_by_risk=_counted(self.exits_refused_by_risk, (reason,)))
        return attrs.evolve(self, refused_by_risk=_counted(self.refused_by_risk, (reason,)))

    def with_exit(self, reason: ExitReason) -> DropCounts:
        return attrs.evolve(self, exits=_counted(self.exits, (reason.value,)))

    def with_entry_ended(self, outcome: str) -> DropCounts:
        return attrs.evolve(self, entries_ended=_counted(self.entries_ended, (outcome,)))


def _counted(counts: Mapping[str, int], names: Iterable[str]) -> dict[str, int]:
    after = dict(counts)
    for name in names:
        after[name] = after.get(name, 0) + 1
    return after
