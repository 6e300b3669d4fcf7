"""How the session ended: crashed, halted by something, with orders or inventory in doubt."""

from __future__ import annotations

from collections.abc import Iterator

from neo.domain.diagnosis.evidence import Evidence
from neo.domain.diagnosis.problem import Problem, Weight
from neo.domain.safety.halt_reasons import HaltReason


def crashed(evidence: Evidence) -> Iterator[Problem]:
    """The process went without saying so."""
    if evidence.is_crashed:
        yield Problem(
            key="crashed",
            weight=Weight.CRITICAL,
            title="The session crashed: its process went without closing it",
            count=1,
            last_ns=evidence.ends_ns,
            evidence=("the session was found open by its successor, or is open and nobody runs it",),
            impact="Orders rested unwatched until the next session reconciled or they expired.",
            advice=(
                "Look for the out-of-memory killer, a power cut or a kill -9 in the system's journal at this time.",
            ),
        )


def halted(evidence: Evidence) -> Iterator[Problem]:
    """A halt that nobody asked for."""
    summary = evidence.summary
    reason = summary.halt_reason
    if reason is None or is_asked_for(reason):
        return
    known = next((member for member in HaltReason if member.value == reason), None)
    yield Problem(
        key="halted",
        weight=Weight.HIGH if reason.startswith("risk_") else Weight.CRITICAL,
        title=f"The session was halted: {reason}" + (f" ({summary.halt_detail})" if summary.halt_detail else ""),
        count=max(1, len(summary.halts)),
        first_ns=summary.halts[0].at_ns if summary.halts else None,
        last_ns=summary.halts[-1].at_ns if summary.halts else None,
        evidence=tuple(f"{halt.reason}: {halt.detail}" for halt in summary.halts[:5]),
        impact=f"Trading stopped: {known.rule.trigger}" if known is not None else "Trading stopped.",
        advice=(known.rule.what_to_do,) if known is not None else (),
    )


def halted_meanwhile(evidence: Evidence) -> Iterator[Problem]:
    """Halts that nobody asked for in a session that ended as it should: a venue of several, or one that was resumed."""
    summary = evidence.summary
    if summary.halt_reason is not None and not is_asked_for(summary.halt_reason):
        return
    halts = [halt for halt in summary.halts if not is_asked_for(halt.reason)]
    if not halts:
        return
    venues = ", ".join(dict.fromkeys(halt.venue for halt in halts if halt.venue))
    yield Problem(
        key="halted_meanwhile",
        weight=Weight.HIGH,
        title=f"Trading was halted {f'on {venues} ' if venues else ''}in the course of the session: {halts[0].reason}",
        count=len(halts),
        first_ns=halts[0].at_ns,
        last_ns=halts[-1].at_ns,
        evidence=tuple(f"{halt.reason}: {halt.detail}" for halt in halts[:5]),
        impact="Nothing was traded there until an operator resumed it, or for the rest of the session.",
        advice=_what_to_do([halt.reason for halt in halts]),
    )


def _what_to_do(reasons: list[str]) -> tuple[str, ...]:
    known = [member for name in reasons for member in HaltReason if member.value == name]
    return tuple(dict.fromkeys(member.rule.what_to_do for member in known))


def is_asked_for(reason: str) -> bool:
    """Whether a session that ended so ended as somebody wanted it to."""
    known = next((member for member in HaltReason if member.value == reason), None)
    return known is not None and (known.exit_code == 0 or known is HaltReason.KILL_SWITCH)


def orders_in_doubt(evidence: Evidence) -> Iterator[Problem]:
    """Orders whose end nobody proved although the session is over."""
    unproved = evidence.summary.orders_unproved
    if evidence.is_running or not unproved:
        return
    yield Problem(
        key="orders_in_doubt",
        weight=Weight.CRITICAL,
        title=f"{len(unproved)} orders were not proved to be gone when the session ended",
        count=len(unproved),
        last_ns=evidence.ends_ns,
        evidence=(", ".join(unproved[:10]),),
        impact="They may still trade, and their funds stay reserved.",
        advice=("Start a session: it reconciles first. Or look at the account's open orders at the venue.",),
    )


def inventory_drift(evidence: Evidence) -> Iterator[Problem]:
    """Books and engine, or books and wallet, disagree."""
    summary = evidence.summary
    said = evidence.of("INVENTORY_DRIFT")
    if not summary.has_drift and said is None:
        return
    yield Problem(
        key="inventory_drift",
        weight=Weight.CRITICAL,
        title="Books and engine disagree on the inventory by 1 % or more",
        count=said.count if said is not None else 1,
        first_ns=said.first_ns if said is not None else None,
        last_ns=said.last_ns if said is not None else None,
        evidence=tuple(f"{line.asset}: {line.text}" for line in summary.inventory if line.drifted or summary.drift),
        impact="Sizes, limits and profit of this session are computed from a wrong balance.",
        advice=(
            "Compare the fills with the venue's history; a deposit or fee that the books do not know explains most of it.",
        ),
    )
