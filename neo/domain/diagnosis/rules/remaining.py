"""What is always wrong when it is said at all, row by row; and every event of severity error that nothing else speaks of."""

from __future__ import annotations

from collections.abc import Iterator

from neo.domain.diagnosis.evidence import Evidence, Occurrences
from neo.domain.diagnosis.problem import Problem, Weight
from neo.records import frozen


@frozen
class Sign:
    """An event that is a problem as soon as there are `least` of it. `field` is what tells its samples apart."""

    event: str
    key: str
    weight: Weight
    title: str
    field: str
    impact: str
    advice: str
    least: int = 1


SIGNS = (
    Sign(
        "WAL_CHECKPOINT_STUCK", "checkpoint_stuck", Weight.HIGH, "The write-ahead log could not be copied into the database",
        "incomplete_in_row", "The log grows, and reading gets slow.", "Find the reader that never ends: a backup, a shell.",
    ),
    Sign(
        "WAL_CHECKPOINT_FAILED", "checkpoint_failed", Weight.HIGH, "Checkpoints of the database failed", "error",
        "The log grows; a full or failing disk comes next.", "Look at the disk: space, health, permissions. Then `neo db check`.",
    ),
    Sign(
        "RISK_BREACHED", "risk_breached", Weight.HIGH, "A limit of Risk did not hold", "breach",
        "Trading stops or is refused while it does not.", "Compare the detail with the limit in the configuration.",
    ),
    Sign(
        "NODE_DISTRUSTED", "node_distrusted", Weight.HIGH, "A node said what is not so", "node",
        "It was not believed, and is not asked for a while.", "Take the node off xrpl.nodes, or ask whoever runs it.",
    ),
    Sign(
        "LEDGER_DISPUTED", "ledger_disputed", Weight.HIGH, "Nodes told different ledgers", "nodes",
        "Nothing is believed until they agree.", "Use nodes of different operators, three or more.",
    ),
    Sign(
        "GATEWAY_PART_FAILED", "gateway_part_failed", Weight.HIGH, "A part of a gateway ended by a fault of its own", "part",
        "It was started anew; what it was doing is lost.", "A fault in neo: report it with the traceback in logs/neo.log.",
    ),
    Sign(
        "LEDGER_GAP_LEFT", "ledger_gap", Weight.MEDIUM, "Ledgers were passed over unseen", "why",
        "Fills in them are read from the history; prices in them are not known.", "A node with more history.",
    ),
    Sign(
        "TRADE_NOT_TAKEN_ON", "trade_not_taken_on", Weight.MEDIUM, "The exchange router did not act on approved trades", "reason",
        "A drop was let go, or a sale came later.", "See the reasons: often the quote was too old when the trade arrived.", 3,
    ),
    Sign(
        "ORDER_CANCEL_FAILED", "cancel_failed", Weight.MEDIUM, "Cancels had no effect", "reason",
        "Orders rested longer than they should have.", "See the reasons; a few are ordinary, the order traded first.", 10,
    ),
)  # fmt: skip

#: A few letters that nobody had are ordinary when a session starts and stops.
DEAD_LETTERS_MIN = 3

#: Events of severity error that another rule speaks of.
SPOKEN_OF = frozenset(
    {"ACTOR_DOWN", "TELEMETRY_PROBLEM", "INVENTORY_DRIFT", "MD_SKIP_LIST_ALERT", *(sign.event for sign in SIGNS)}
)


def signs(evidence: Evidence) -> Iterator[Problem]:
    """The rows of the table."""
    for sign in SIGNS:
        found = evidence.of(sign.event)
        if found is not None and found.count >= sign.least:
            yield Problem(
                key=sign.key,
                weight=sign.weight,
                title=sign.title,
                count=found.count,
                first_ns=found.first_ns,
                last_ns=found.last_ns,
                evidence=_by(found, sign.field),
                impact=sign.impact,
                advice=(sign.advice,),
            )


def other_errors(evidence: Evidence) -> Iterator[Problem]:
    """Fail closed: an event of severity error is a problem, whether it has a rule or not."""
    for found in evidence.events.values():
        if found.severity == "error" and found.name not in SPOKEN_OF:
            yield Problem(
                key="other_errors",
                weight=Weight.MEDIUM,
                title=f"{found.name} was said",
                count=found.count,
                first_ns=found.first_ns,
                last_ns=found.last_ns,
                evidence=tuple(str(dict(said.fields)) for said in found.samples[:3]),
                advice=("docs/events.md says when it is written.",),
            )


def dead_letters(evidence: Evidence) -> Iterator[Problem]:
    """Messages to actors that did not die: what an actor that is rebuilt misses is read from books and venue again."""
    found = evidence.of("DEAD_LETTER")
    if found is None:
        return
    died = {crash.actor for crash in evidence.crashes}
    lost = [(name, count) for name, count in found.by("to") if name not in died]
    if sum(count for _, count in lost) < DEAD_LETTERS_MIN:
        return
    yield Problem(
        key="dead_letters",
        weight=Weight.LOW,
        title="Messages reached nobody",
        count=found.count,
        first_ns=found.first_ns,
        last_ns=found.last_ns,
        evidence=tuple(f"to {name}: {count} of the first {len(found.samples)}" for name, count in lost),
        impact="Whoever should have had them did not know.",
        advice=("See the reasons of DEAD_LETTER: a queue that was full, or an actor that never ran.",),
    )


def _by(found: Occurrences, field: str) -> tuple[str, ...]:
    rows = found.by(field)[:5]
    return tuple(f"{found.name} {text}: {count} of {len(found.samples)}" for text, count in rows)
