"""Counts the events of a session as they go by: one pass, and a memory that does not grow with the session."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from neo.domain.config.exchange import ExchangeConfig
from neo.domain.diagnosis.evidence import SAMPLES_MAX, Crash, Occurrences, Said
from neo.domain.diagnosis.polling import TierPolling, TierTally
from neo.domain.telemetry.health_events import ActorDown
from neo.domain.telemetry.polling_events import MdHealth, MdPollOverrun
from neo.domain.units import NS_PER_S

#: An actor that dies so soon after an order's news most likely died of it.
ORDER_BEFORE_NS = 2 * NS_PER_S
_ORDER = "ORDER_"
_ENDINGS = ("ORDER_CANCELED", "ORDER_EXPIRED", "ORDER_FAILED", "ORDER_CANCEL_FAILED", "ORDER_UNKNOWN")
_CRASHES_MAX = 200


def needs_fields(name: str, severity: str) -> bool:
    """Whether more than the number of such events matters: reading fields is what takes the time."""
    return severity in ("warning", "error") or name == MdHealth.NAME or name.startswith(_ORDER)


class EventWatch:
    """Fed in the order of the file. Mutable and owned by whoever feeds it."""

    def __init__(self, intervals_ms: Mapping[str, int]) -> None:
        """`intervals_ms`: the configured interval of each tier."""
        self._intervals_ms = intervals_ms
        self._occurrences: dict[str, Occurrences] = {}
        self._samples: dict[str, list[Said]] = {}
        self._tiers: dict[str, TierTally] = {}
        self._crashes: list[Crash] = []
        self._order: Said | None = None
        self._ended_order: Said | None = None

    def see(self, said: Said) -> None:
        """One event."""
        self._count(said)
        if said.name == MdPollOverrun.NAME:
            self._tier(said).overrun(said.at_ns, said.fields)
        elif said.name == MdHealth.NAME:
            self._tier(said).health(said.at_ns, said.fields)
        elif said.name == ActorDown.NAME:
            self._crash(said)
        elif said.name.startswith(_ORDER):
            self._order = said
            if said.name in _ENDINGS:
                self._ended_order = said

    def events(self) -> Mapping[str, Occurrences]:
        """By name."""
        return {
            name: attrs.evolve(found, samples=tuple(self._samples[name])) for name, found in self._occurrences.items()
        }

    def polling(self) -> tuple[TierPolling, ...]:
        """Tiers that polled anything, by name."""
        tiers = (self._tiers[name].polling() for name in sorted(self._tiers))
        return tuple(tier for tier in tiers if tier.cycles)

    def crashes(self) -> tuple[Crash, ...]:
        return tuple(self._crashes)

    def _count(self, said: Said) -> None:
        found = self._occurrences.get(said.name)
        if found is None:
            self._occurrences[said.name] = Occurrences(said.name, said.severity, 1, said.at_ns, said.at_ns, ())
            self._samples[said.name] = [said]
            return
        self._occurrences[said.name] = Occurrences(
            said.name, said.severity, found.count + 1, found.first_ns, said.at_ns, ()
        )
        if len(self._samples[said.name]) < SAMPLES_MAX:
            self._samples[said.name].append(said)

    def _tier(self, said: Said) -> TierTally:
        name = said.text("tier")
        if name not in self._tiers:
            self._tiers[name] = TierTally(name, self._intervals_ms.get(name))
        return self._tiers[name]

    def _crash(self, said: Said) -> None:
        if len(self._crashes) >= _CRASHES_MAX:
            return
        name, order_id = "", ""
        for order in (self._order, self._ended_order):  # an order that came to nothing is the likelier cause
            if order is not None and said.at_ns - order.at_ns <= ORDER_BEFORE_NS:
                name, order_id = order.name, order.text("order_id")
        self._crashes.append(Crash(said.at_ns, said.text("name"), said.text("error"), name, order_id))


def tier_intervals_ms(config: Mapping[str, object]) -> dict[str, int]:
    """The intervals of a configuration by tier; the usual ones where it says nothing."""
    usual = ExchangeConfig()
    seconds = {"hot": usual.hot_interval_s, "warm": usual.warm_interval_s, "cold": usual.cold_interval_s}
    return {
        tier: int(1000 * type(usual_s)(str(config.get(f"exchange.{tier}_interval_s", usual_s))))
        for tier, usual_s in seconds.items()
    }
