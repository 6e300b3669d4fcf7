"""The validation checklist: what a session must show before it counts as sound."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from neo.domain.diagnosis.evidence import Evidence
from neo.domain.diagnosis.polling import in_seconds
from neo.domain.diagnosis.rules.ending import is_asked_for
from neo.domain.diagnosis.rules.heartbeat import is_too_short
from neo.records import frozen

CYCLE_TOLERANCE_MS = 500
SUCCESS_MIN = Decimal("0.95")


@frozen
class Check:
    """`passed` None: the session has nothing to judge it by."""

    key: str
    wanted: str
    passed: bool | None
    seen: str


def checklist(evidence: Evidence) -> tuple[Check, ...]:
    """All checks in their order."""
    return tuple(check(evidence) for check in CHECKS)


def _overruns(evidence: Evidence) -> Check:
    overruns = sum(tier.overruns for tier in evidence.polling)
    cycles = sum(tier.cycles for tier in evidence.polling)
    passed = None if not cycles else overruns == 0
    return Check(
        "overruns", "0 polling overruns", passed, f"{overruns} in {cycles} cycles" if cycles else "nothing was polled"
    )


def _cycle_time(evidence: Evidence) -> Check:
    """Of the tiers that polled long enough for two MD_HEALTH."""
    known = [tier for tier in evidence.polling if tier.mean_interval_ms is not None and tier.interval_ms is not None]
    off = [t for t in known if abs((t.mean_interval_ms or 0) - (t.interval_ms or 0)) > CYCLE_TOLERANCE_MS]
    seen = ", ".join(f"{t.tier} {in_seconds(t.mean_interval_ms)} of {in_seconds(t.interval_ms)}" for t in known)
    return Check(
        "cycle_time", "a cycle starts every interval ± 0.5 s", not off if known else None, seen or "not measured"
    )


def _success(evidence: Evidence) -> Check:
    known = [(tier.tier, tier.success_rate) for tier in evidence.polling if tier.success_rate is not None]
    seen = ", ".join(f"{name} {100 * rate:.1f} %" for name, rate in known)
    passed = all(rate > SUCCESS_MIN for _, rate in known) if known else None
    return Check("success", "over 95 % of the symbols asked for answered", passed, seen or "nothing was asked for")


def _errors(evidence: Evidence) -> Check:
    found = [occurrences for occurrences in evidence.events.values() if occurrences.severity == "error"]
    seen = ", ".join(f"{occurrences.count} {occurrences.name}" for occurrences in found)
    return Check(
        "errors",
        "no event of severity error",
        not found if evidence.lines else None,
        seen or _or_none(evidence, "none"),
    )


def _beats(evidence: Evidence) -> Check:
    beats, missed = evidence.of("HEARTBEAT"), evidence.of("HEARTBEAT_MISSED")
    if beats is None and evidence.lines and is_too_short(evidence):
        return Check("beats", "beat history present", None, "none yet: the session was too short")
    seen = f"{beats.count} rounds, {missed.count if missed is not None else 0} missed" if beats is not None else "none"
    return Check(
        "beats", "beat history present", beats is not None if evidence.lines else None, _or_none(evidence, seen)
    )


def _closure(evidence: Evidence) -> Check:
    summary = evidence.summary
    if evidence.is_running:
        return Check("closure", "clean closure", None, "the session runs")
    reason = summary.halt_reason or ("crashed" if evidence.is_crashed else "no reason")
    clean = not evidence.is_crashed and is_asked_for(reason) and not summary.orders_unproved
    doubt = f", {len(summary.orders_unproved)} orders in doubt" if summary.orders_unproved else ""
    return Check("closure", "clean closure", clean, f"{reason}{doubt}")


def _inventory(evidence: Evidence) -> Check:
    summary = evidence.summary
    seen = ", ".join(f"{line.asset} {'differs' if line.drifted else 'agrees'}" for line in summary.inventory)
    return Check("inventory", "inventory reconciled", not summary.has_drift, seen or "nothing is owned")


def _or_none(evidence: Evidence, text: str) -> str:
    return text if evidence.lines else "there is no telemetry"


CHECKS: tuple[Callable[[Evidence], Check], ...] = (
    _overruns,
    _cycle_time,
    _success,
    _errors,
    _beats,
    _closure,
    _inventory,
)
