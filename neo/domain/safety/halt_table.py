"""The halt reasons as a table for the documentation, written from the rules themselves."""

from __future__ import annotations

from neo.domain.safety.halt_reasons import HALT_RULES, HaltReason

HEADER = ("reason", "emitted by", "trigger", "still allowed", "after a crash", "held", "exit code", "what to do")


def halt_table() -> str:
    """A Markdown table, one row for each reason in the order of the enum."""
    lines = [_row(HEADER), _row(tuple("---" for _ in HEADER))]
    return "\n".join([*lines, *(_row(_cells(reason)) for reason in HaltReason)]) + "\n"


def _cells(reason: HaltReason) -> tuple[str, ...]:
    rule = HALT_RULES[reason]
    return (
        f"`{reason.value}`",
        rule.emitted_by,
        rule.trigger,
        rule.allowed.value,
        f"stays until {rule.cleared_by.value}" if rule.latches else f"ends with {rule.cleared_by.value}",
        "never, the session ends" if rule.ends_session else 'with `on_halt = "hold"`',
        str(rule.exit_code),
        rule.what_to_do,
    )


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"
