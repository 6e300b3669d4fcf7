"""Which events are causes for an alert, and which end one. What nobody thought of is one when its severity is error."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from neo.domain.alerts.cause import Cause, Change, Ended, Opened, Urgency
from neo.domain.safety.halt_reasons import HaltReason
from neo.domain.safety.halt_rule import ClearedBy
from neo.domain.telemetry.event import Severity
from neo.domain.telemetry.events import (
    ActorBack,
    ActorDown,
    ActorOverloaded,
    GatewayDown,
    GatewayUp,
    HaltEnded,
    HaltRaised,
    HeartbeatMissed,
    InventoryDrift,
    NodeBack,
    NodeDistrusted,
    RiskBreachedEvent,
    SessionFinished,
    SessionFoundCrashed,
    TelemetryProblem,
    WalCheckpoint,
    WalCheckpointFailed,
    WalCheckpointStuck,
)
from neo.domain.telemetry.trade_events import PositionPriced, PositionPriceStale
from neo.domain.units import NS_PER_MINUTE, NS_PER_S
from neo.records import frozen

#: A venue that fails one request and answers the next is no news.
GATEWAY_PATIENCE_NS = 30 * NS_PER_S
#: What nothing ends is over when it was not seen for so long.
QUIET_NS = 15 * NS_PER_MINUTE
ENGINE = "engine"


@frozen
class Told:
    """An event as it was written: name, severity and fields."""

    name: str
    severity: str
    fields: Mapping[str, Any]

    def text(self, field: str) -> str:
        """The field as text, empty when the event does not have it."""
        value = self.fields.get(field)
        return "" if value is None else str(value)


def is_worth_reading(name: str, severity: str) -> bool:
    """Whether `change_by` may have something to say about such an event: reading fields takes time."""
    return name in _RULES or severity == Severity.ERROR.value


def change_by(told: Told) -> Change | None:
    """What an event changes; None when it is nobody's business outside of the engine."""
    rule = _RULES.get(told.name)
    if rule is not None:
        return rule(told)
    return Opened(_any_error(told)) if told.severity == Severity.ERROR.value else None


def silence(silent_s: int) -> Cause:
    """The engine's own voice is missing: it hangs, or its telemetry does."""
    detail = f"nothing was heard of it for {silent_s} s, not even its heartbeat"
    return Cause("silence", "the engine is silent", detail, Urgency.URGENT, settle_ns=0)


def _halted(told: Told) -> Change | None:
    reason = told.text("reason")
    if _is_ordinary(reason):
        return None
    venue = told.text("venue")
    title = f"halted: {reason}" if not venue else f"{venue} halted: {reason}"
    return Opened(Cause(f"halt:{venue or ENGINE}", title, told.text("detail"), Urgency.URGENT, settle_ns=0))


def _halt_ended(told: Told) -> Change:
    """Who resumes the engine resumes its venues: halts that the engine's covered have no HALT_CLEARED of their own.

    The reconciliation only ends what was inherited, never a halt of this session.
    """
    venue = told.text("venue")
    is_resumed = not venue and told.text("cleared_by") != ClearedBy.RECONCILIATION.value
    return Ended(f"halt:{venue or ENGINE}", below="halt:" if is_resumed else "")


def _session_ended(told: Told) -> Change | None:
    """For an end that no halt announced: a halt of the engine or of a venue that is open is the same cause."""
    reason = told.text("halt_reason")
    if _is_ordinary(reason):
        return None
    cause = Cause(f"halt:{ENGINE}", f"session ended: {reason}", told.text("halt_detail"), Urgency.URGENT)
    return Opened(cause, unless="halt:")


def _is_ordinary(reason: str) -> bool:
    """A session that was over, or that somebody stopped, is no news."""
    ordinary = [each.value for each in HaltReason if each.exit_code == 0 or each.value.startswith("interrupted_")]
    return reason in ordinary


def _crash(told: Told) -> Change:
    session = told.text("session_id")
    detail = f"{told.text('noticed_by')} found it open and recovers it"
    return Opened(_once(f"crash:{session}", f"session {session} crashed", detail))


def _drift(told: Told) -> Change:
    assets, books, engine = (told.fields.get(each) or () for each in ("assets", "books", "engine"))
    detail = "; ".join(f"{a}: books {b}, engine {e}" for a, b, e in zip(assets, books, engine, strict=False))
    return Opened(_once("drift", "books and engine disagree about the inventory", detail))


def _actor_down(told: Told) -> Change:
    name = told.text("name")
    return Opened(Cause(f"actor:{name}", f"actor {name} is down", told.text("error")))


def _beats_missed(told: Told) -> Change:
    name = told.text("name")
    detail = f"{told.text('missed')} pings unanswered, silent for {told.text('silent_s')} s"
    return Opened(_quiet(f"beats:{name}", f"actor {name} does not answer", detail))


def _overloaded(told: Told) -> Change:
    name = told.text("name")
    detail = f"{told.text('queued')} messages wait, the oldest for {told.text('oldest_age_ms')} ms"
    return Opened(_quiet(f"load:{name}", f"actor {name} is too slow for its work", detail))


def _gateway_down(told: Told) -> Change:
    venue = told.text("venue")
    title = f"{venue} does not answer"
    return Opened(Cause(f"gateway:{venue}", title, told.text("detail"), patience_ns=GATEWAY_PATIENCE_NS))


def _checkpoint(told: Told) -> Change:
    detail = (
        told.text("error") or f"{told.text('incomplete_in_row')} in a row were incomplete: somebody reads without end"
    )
    return Opened(Cause("checkpoint", "the database's log cannot be cleared", detail))


def _node_distrusted(told: Told) -> Change:
    node = told.text("node")
    return Opened(Cause(f"node:{node}", f"node {node} said what is not so", told.text("said")))


def _telemetry(told: Told) -> Change:
    return Opened(_quiet("telemetry", "telemetry is not written everywhere", told.text("problem")))


def _price_stale(told: Told) -> Change:
    venue, symbol = told.text("venue"), told.text("symbol")
    last = told.text("last_bid") or "not known"
    detail = (
        f"no quote for {told.text('age_s')} s, last bid {last}; {told.text('quantity')} held, cost "
        f"{told.text('cost_quote')}; it cannot be sold until it is quoted again"
    )
    return Opened(Cause(_price_key(told), f"{symbol} is held and not quoted on {venue}", detail))


def _price_key(told: Told) -> str:
    return f"price:{told.text('venue')}:{told.text('symbol')}"


def _any_error(told: Told) -> Cause:
    title = told.name.lower().replace("_", " ")
    detail = ", ".join(f"{name} {value}" for name, value in told.fields.items())
    return _quiet(f"event:{told.name}", title, detail)


def _once(key: str, title: str, detail: str) -> Cause:
    return Cause(key, title, detail, Urgency.URGENT, settle_ns=QUIET_NS, recovers=False, ends_by_silence=True)


def _quiet(key: str, title: str, detail: str) -> Cause:
    return Cause(key, title, detail, settle_ns=QUIET_NS, ends_by_silence=True)


_RULES: Mapping[str, Callable[[Told], Change | None]] = {
    HaltRaised.NAME: _halted,
    HaltEnded.NAME: _halt_ended,
    SessionFinished.NAME: _session_ended,
    SessionFoundCrashed.NAME: _crash,
    InventoryDrift.NAME: _drift,
    ActorDown.NAME: _actor_down,
    ActorBack.NAME: lambda told: Ended(f"actor:{told.text('name')}"),
    HeartbeatMissed.NAME: _beats_missed,
    ActorOverloaded.NAME: _overloaded,
    GatewayDown.NAME: _gateway_down,
    GatewayUp.NAME: lambda told: Ended(f"gateway:{told.text('venue')}"),
    WalCheckpointStuck.NAME: _checkpoint,
    WalCheckpointFailed.NAME: _checkpoint,
    WalCheckpoint.NAME: lambda told: Ended("checkpoint"),
    NodeDistrusted.NAME: _node_distrusted,
    NodeBack.NAME: lambda told: Ended(f"node:{told.text('node')}"),
    TelemetryProblem.NAME: _telemetry,
    PositionPriceStale.NAME: _price_stale,
    PositionPriced.NAME: lambda told: Ended(_price_key(told)),
    RiskBreachedEvent.NAME: lambda told: None,  # the halt that the supervisor makes of it is told
}
