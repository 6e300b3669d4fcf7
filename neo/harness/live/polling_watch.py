"""How regularly a whole engine asks for quotes, and how old they are when somebody looks. An observer of a live session."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path

import attrs

from neo.actors import names
from neo.actors.exchange_data import POLLERS
from neo.actors.runtime import Envelope
from neo.domain.market.tiers import Tier
from neo.domain.messages.dropping import CyclePolled, PollSymbols, QuotesUpdated
from neo.domain.units import NS_PER_MS, NS_PER_S
from neo.records import define

_TIERS = {name: tier for tier, name in POLLERS.items()}
#: A cycle is dated when its request was handed over: a gateway that is quick has begun it before that.
_STAMPED_NS = 5 * NS_PER_MS


@define
class TierWatch:
    """`symbols` is None before anybody said how many.

    `starts_ns`: a list for each stretch without a pause in which the tier had symbols; a stretch has one grid. `requests`: by
    start of the cycles that sent one, how much later that request was begun on the gateway's loop, ns; others share one.
    """

    symbols: int | None = None
    starts_ns: list[list[int]] = attrs.field(factory=lambda: [[]])
    requests: dict[int, int] = attrs.field(factory=dict)
    durations_ns: list[int] = attrs.field(factory=list)
    failed: int = 0
    incomplete: int = 0


class PollingWatch:
    """`intervals_ns` is how often each tier should ask. `ages_ms` counts quotes by age, one for each look and symbol.

    `wall_ahead_ns`: by how much the wall clock, which dates requests, is ahead of the clock that dates cycles.
    """

    def __init__(self, intervals_ns: dict[Tier, int], wall_ahead_ns: Callable[[], int] = lambda: 0) -> None:
        self.tiers = {tier: TierWatch() for tier in Tier}
        self.ages_ms: Counter[int] = Counter()
        self._intervals_ns = intervals_ns
        self._wall_ahead_ns = wall_ahead_ns
        self._newest_ns: dict[str, int] = {}

    def seen(self, envelope: Envelope) -> None:
        """Called for each message when it is sent."""
        message = envelope.message
        if isinstance(message, CyclePolled):
            self._polled(message)
        elif isinstance(message, PollSymbols) and envelope.receiver in _TIERS:
            tier = self.tiers[message.tier]
            if message.symbols and tier.symbols == 0:
                tier.starts_ns.append([])
            tier.symbols = len(message.symbols)
        elif isinstance(message, QuotesUpdated) and envelope.receiver == names.DROP_BUYER:
            self._newest_ns.update((quote.symbol, quote.at_ns) for quote in message.quotes)

    def look(self, now_ns: int) -> None:
        """How old is the newest quote of every symbol at this moment?"""
        for at_ns, count in Counter(tuple(self._newest_ns.values())).items():
            self.ages_ms[(now_ns - at_ns) // NS_PER_MS] += count

    @property
    def cycles(self) -> int:
        return sum(len(tier.durations_ns) for tier in self.tiers.values())

    @property
    def failed(self) -> int:
        """Cycles without any answer."""
        return sum(tier.failed for tier in self.tiers.values())

    @property
    def answered(self) -> int:
        """Cycles with an answer."""
        return self.cycles - self.failed

    @property
    def incomplete(self) -> int:
        """Answered cycles in which a symbol was asked for and not quoted."""
        return sum(tier.incomplete for tier in self.tiers.values())

    @property
    def symbols(self) -> int:
        """Symbols that were quoted at least once."""
        return len(self._newest_ns)

    def late_ms(self) -> list[float]:
        """By how much each start missed its grid; the earliest of a stretch is the grid."""
        late: list[float] = []
        for tier, watch in self.tiers.items():
            for stretch in watch.starts_ns:
                late += _off_grid_ms(stretch, self._intervals_ns[tier])
        return late

    def request_late_ms(self) -> list[float]:
        """By how much each request for quotes missed the grid of the cycle that sent it."""
        late: list[float] = []
        for tier, watch in self.tiers.items():
            for stretch in watch.starts_ns:
                for start_ns, off_grid_ms in zip(stretch, _off_grid_ms(stretch, self._intervals_ns[tier]), strict=True):
                    if start_ns in watch.requests:
                        late.append(off_grid_ms + watch.requests[start_ns] / NS_PER_MS)
        return late

    def durations_s(self) -> list[float]:
        return [each / NS_PER_S for tier in self.tiers.values() for each in tier.durations_ns]

    def age_s(self, share: Decimal) -> float:
        """That share of all looks found a quote no older than this."""
        left = int(share * self.ages_ms.total())
        for age, count in sorted(self.ages_ms.items()):
            left -= count
            if left < 0:
                return age / 1_000
        return 0.0

    def _polled(self, message: CyclePolled) -> None:
        tier = self.tiers[message.tier]
        started_ns = message.cycle.started_ns
        tier.starts_ns[-1].append(started_ns)
        after_ns = message.asked_at_ns - self._wall_ahead_ns() - started_ns
        if not message.failed and after_ns > -_STAMPED_NS:
            tier.requests[started_ns] = max(0, after_ns)
        tier.durations_ns.append(message.cycle.duration_ns)
        tier.failed += bool(message.failed)
        tier.incomplete += not message.failed and message.cycle.answered < message.cycle.asked


def _off_grid_ms(starts_ns: Sequence[int], interval_ns: int) -> list[float]:
    if not starts_ns:
        return []
    offsets = [(each - starts_ns[0] + interval_ns // 2) % interval_ns - interval_ns // 2 for each in starts_ns]
    return [(offset - min(offsets)) / NS_PER_MS for offset in offsets]


def told_events(session: Path, from_ns: int, to_ns: int) -> Counter[str]:
    """How often each telemetry event was written in this session directory between two moments."""
    told: Counter[str] = Counter()
    with (session / "logs" / "events.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            event = json.loads(line)
            told[str(event["event"])] += from_ns <= event["at_ns"] <= to_ns
    return told
