"""What is known about a node, and whether it may be listened to. Pure: times are given."""

from __future__ import annotations

import enum
from collections.abc import Mapping

import attrs

from neo.infra.xrpl.timing import NodeRules
from neo.infra.xrpl.wire.ledger import LedgerAnnounced
from neo.infra.xrpl.wire.ledger_ranges import LedgerRanges
from neo.infra.xrpl.wire.server import SYNCED_STATES, ServerStatus
from neo.records import define

_NS_PER_S = 1_000_000_000
#: Weight of the newest request in latency and error rate.
_NEWEST = 0.2
#: A node that fails too often is believed again when its error rate has fallen below this part of the limit.
_WELL_AGAIN = 0.5
#: The one complaint that rules nobody out when there is nobody else.
FAILS_OFTEN = "too many requests fail"


class Transport(enum.Enum):
    """How a node is reached at the moment."""

    NONE = "none"
    WEBSOCKET = "websocket"
    HTTP = "http"


@define
class NodeStanding:
    """Facts about one node, changed as they come. `*_s` without a unit of the ledger are seconds of the loop's clock."""

    name: str
    transport: Transport = Transport.NONE
    down_because: str = "not connected yet"
    latency_s: float = 0.0
    error_rate: float = 0.0
    requests: int = 0
    newest: LedgerAnnounced | None = None
    server: ServerStatus | None = None
    ranges: LedgerRanges = attrs.field(factory=lambda: LedgerRanges(()))
    busy_until_s: float = -1e9
    warned_until_s: float = 0.0
    distrusted_until_s: float = 0.0
    lagging: bool = False
    failing: bool = False

    @property
    def ledger_index(self) -> int:
        """The newest validated ledger that it told, 0 for none."""
        return self.newest.ledger_index if self.newest is not None else 0

    def answered(self, seconds: float) -> None:
        """One request was answered after `seconds`."""
        self.latency_s += (seconds - self.latency_s) * (_NEWEST if self.requests else 1.0)
        self._count(0.0)

    def failed(self) -> None:
        """One request failed."""
        self._count(1.0)

    def _count(self, failure: float) -> None:
        self.requests += 1
        self.error_rate += (failure - self.error_rate) * _NEWEST

    def closed(self, newest: LedgerAnnounced) -> None:
        """It told a ledger; older ones than it told before change nothing (messages overtake each other)."""
        if newest.ledger_index < self.ledger_index:
            return
        self.newest = newest
        if newest.ranges is not None:
            self.ranges = newest.ranges

    def reported(self, server: ServerStatus) -> None:
        """It told how it is. What it had before it closed its newest ledger is news of the past: the answer was overtaken."""
        self.server = server
        if server.validated_index >= self.ledger_index:
            self.ranges = server.ranges


def unfit(node: NodeStanding, best_index: int, now_s: float, now_ns: int, rules: NodeRules) -> str | None:
    """Why the node may not be listened to now, None when it may. Updates its `lagging` and `failing` marks (hysteresis)."""
    age_s = (now_ns - node.newest.close_time_ns) // _NS_PER_S if node.newest is not None else 0
    _mark(node, best_index, age_s, rules)
    if node.distrusted_until_s > now_s:
        return "not trusted"
    if node.busy_until_s > now_s:
        return "asked to be left alone"
    if node.transport is Transport.NONE:
        return node.down_because
    server = node.server
    if server is None:
        return "has not told how it is"
    if server.amendment_blocked:
        return "amendment blocked"
    if server.state not in SYNCED_STATES:
        return f"not synced ({server.state})"
    if node.newest is None:
        return "no validated ledger"
    if age_s > rules.validated_age_max_s:
        return f"its ledger is {age_s} s old"
    if node.lagging:
        return f"{best_index - node.ledger_index} ledgers behind"
    if node.failing:
        return FAILS_OFTEN
    return None


def with_last_resort(complaints: Mapping[str, str | None]) -> dict[str, str | None]:
    """Complaints by node: when nobody is fit, those that merely fail too often are asked again.

    Their requests are answered sometimes, and an error rate falls only by being asked.
    """
    if any(why is None for why in complaints.values()):
        return dict(complaints)
    return {name: None if why == FAILS_OFTEN else why for name, why in complaints.items()}


def _mark(node: NodeStanding, best_index: int, age_s: int, rules: NodeRules) -> None:
    lag = best_index - node.ledger_index
    if node.lagging:
        node.lagging = lag > 0
    else:
        node.lagging = lag > rules.lag_ledgers_max and age_s > rules.lag_age_s
    limit = rules.error_rate_max
    node.failing = node.error_rate > (limit * _WELL_AGAIN if node.failing else limit)


def penalty_s(node: NodeStanding, best_index: int, now_s: float, rules: NodeRules) -> float:
    """How much worse than an ideal node, in seconds of latency that would be as bad. Less is better."""
    penalty = node.latency_s + 2.0 * node.error_rate + 0.5 * max(0, best_index - node.ledger_index)
    if node.transport is not Transport.WEBSOCKET:
        penalty += 0.5
    if node.warned_until_s > now_s:
        penalty += 0.5
    wanted = max(1, node.ledger_index - rules.history_ledgers_wanted)
    if not node.ranges.covers(wanted, node.ledger_index):
        penalty += 0.25
    if node.server is not None:
        penalty += min(float(node.server.load_factor) - 1.0, 100.0) / 100.0
    return penalty
