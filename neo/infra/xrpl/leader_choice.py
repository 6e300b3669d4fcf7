"""Which node is followed. Changes when it must, and otherwise only for a reason that lasts: no thrashing. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from neo.infra.xrpl.timing import GatewayTiming
from neo.records import frozen

#: A better node is worth a change when it is at least so much better.
_BETTER_BY_PART = 0.5
_BETTER_BY_S = 0.1


@frozen
class Judged:
    """One node at one moment: why it may not lead (None: it may), and how much worse than ideal it is."""

    name: str
    unfit: str | None
    penalty_s: float


@frozen
class Switch:
    """The leader is another one now; None: nobody can be followed."""

    before: str | None
    leader: str | None
    why: str


class LeaderChoice:
    """A node that failed leads again only after `probation_s` of being well, unless nobody else can."""

    def __init__(self, timing: GatewayTiming) -> None:
        self._timing = timing
        self.leader: str | None = None
        self._leads_since_s = 0.0
        self._well_since_s: dict[str, float] = {}
        self._stumbled: set[str] = set()
        self._challenger: tuple[str, float] | None = None

    def choose(self, nodes: Sequence[Judged], now_s: float) -> Switch | None:
        """Judge all nodes at once; None when everything stays as it is."""
        self._remember(nodes, now_s)
        well = [node for node in nodes if node.unfit is None]
        leader = next((node for node in well if node.name == self.leader), None)
        if leader is None:
            self._challenger = None
            why = next((node.unfit for node in nodes if node.name == self.leader), None)
            return self._replace(well, why or "no node was followed", now_s)
        return self._challenge(leader, well, now_s)

    def _remember(self, nodes: Sequence[Judged], now_s: float) -> None:
        for node in nodes:
            if node.unfit is None:
                self._well_since_s.setdefault(node.name, now_s)
            elif self._well_since_s.pop(node.name, None) is not None:
                self._stumbled.add(node.name)

    def _proven(self, name: str, now_s: float) -> bool:
        """Never stumbled, or well for long enough since."""
        if name in self._stumbled and now_s - self._well_since_s[name] >= self._timing.probation_s:
            self._stumbled.discard(name)
        return name not in self._stumbled

    def _replace(self, well: list[Judged], why: str, now_s: float) -> Switch | None:
        proven = [node for node in well if self._proven(node.name, now_s)]
        best = min(proven or well, key=lambda node: node.penalty_s, default=None)
        if best is None:
            return self._lead(None, why, now_s) if self.leader is not None else None
        return self._lead(best.name, why, now_s)

    def _challenge(self, leader: Judged, well: list[Judged], now_s: float) -> Switch | None:
        enough_s = leader.penalty_s * _BETTER_BY_PART - _BETTER_BY_S
        better = [n for n in well if n.name != leader.name and n.penalty_s < enough_s and self._proven(n.name, now_s)]
        best = min(better, key=lambda node: node.penalty_s, default=None)
        if best is None:
            self._challenger = None
            return None
        if self._challenger is None or self._challenger[0] != best.name:
            self._challenger = (best.name, now_s)
        patient = now_s - self._challenger[1] >= self._timing.patience_s
        if not patient or now_s - self._leads_since_s < self._timing.dwell_s:
            return None
        self._challenger = None
        return self._lead(best.name, f"{best.penalty_s:.3f} s against {leader.penalty_s:.3f} s", now_s)

    def _lead(self, name: str | None, why: str, now_s: float) -> Switch:
        switch = Switch(self.leader, name, why)
        self.leader, self._leads_since_s = name, now_s
        return switch
