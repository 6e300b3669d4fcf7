"""A diagnosis as Markdown, as an engineer would hand it over, and as plain JSON values."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import attrs

from neo.domain.diagnosis.checklist import Check
from neo.domain.diagnosis.diagnosis import Diagnosis
from neo.domain.diagnosis.evidence import Evidence
from neo.domain.diagnosis.polling import TierPolling
from neo.domain.diagnosis.problem import WEIGHTS, Problem
from neo.domain.report.markdown import quoted, table_markdown
from neo.domain.report.table import Column, Table, text_column
from neo.domain.report.times import lasted, utc

#: Raised whenever a key of the JSON changes its meaning or goes away; a new key does not change it.
DIAGNOSIS_FORMAT = 1
_VALUE_SHOWN_MAX = 100


def diagnosis_markdown(diagnosis: Diagnosis) -> str:
    """The whole document; ends with a line end."""
    evidence = diagnosis.evidence
    blocks = [
        *_head(evidence),
        "## Verdict",
        _verdict(diagnosis),
        "## Validation checklist",
        table_markdown(_checks(diagnosis.checks)),
        "## Problems",
        *(_problems(diagnosis.problems) or ["None was found."]),
        "## Recommendations",
        "\n".join(_recommendations(diagnosis.problems)) or "None.",
        "## Polling",
        *_polling(evidence.polling),
        "## Trading activity",
        "\n".join(f"- {quoted(sentence)}" for sentence in diagnosis.activity),
        "## Configuration snapshot",
        table_markdown(_configuration(evidence)),
    ]
    return "\n\n".join(blocks) + "\n"


def _head(evidence: Evidence) -> list[str]:
    summary = evidence.summary
    filled_by = summary.fill_model if summary.fill_model else "nobody knows"
    ended = "it still runs" if evidence.is_running else f"to {utc(evidence.ends_ns)}"
    return [
        f"# Diagnosis of {quoted(summary.session_id)}, mode {quoted(summary.mode)}",
        f"From {utc(summary.started_at_ns)} {ended} ({lasted(evidence.ends_ns - summary.started_at_ns)}), run "
        f"{quoted(summary.run_id)}, code {quoted(summary.code_version)}, fills by {quoted(filled_by)}. "
        f"{evidence.lines} telemetry lines and {len(evidence.log)} warnings and errors in the log were read.",
    ]


def _verdict(diagnosis: Diagnosis) -> str:
    failed = [check.key for check in diagnosis.checks if check.passed is False]
    if diagnosis.is_sound:
        return "Sound: no problem was found, and nothing on the checklist failed."
    counts = [(weight, sum(1 for p in diagnosis.problems if p.weight is weight)) for weight in WEIGHTS]
    said = ", ".join(f"{count} {weight.value}" for weight, count in counts if count) or "no problems"
    return f"{said}; failed checks: {quoted(', '.join(failed) or 'none')}."


def _checks(checks: tuple[Check, ...]) -> Table:
    return Table(
        key="checklist",
        title="Validation checklist",
        about="",
        columns=(text_column("verdict", "Verdict"), text_column("wanted", "Wanted"), text_column("seen", "Seen")),
        rows=tuple((_passed(check), check.wanted, check.seen) for check in checks),
    )


def _passed(check: Check) -> str:
    return {True: "pass", False: "FAIL", None: "not judged"}[check.passed]


def _problems(problems: tuple[Problem, ...]) -> list[str]:
    blocks = []
    for number, problem in enumerate(problems, 1):
        blocks.append(f"### {number}. {problem.weight.value.upper()}: {quoted(problem.title)}")
        blocks.append("\n".join(f"- {line}" for line in _facts(problem)))
    return blocks


def _facts(problem: Problem) -> Iterator[str]:
    times = f", {utc(problem.first_ns)}" if problem.first_ns is not None else ""
    if problem.last_ns is not None and problem.last_ns != problem.first_ns:
        times += f" to {utc(problem.last_ns)}"
    yield f"Seen: {problem.count} x{times}"
    yield from (f"Evidence: {quoted(line)}" for line in problem.evidence)
    if problem.impact:
        yield f"Impact: {quoted(problem.impact)}"
    yield from (f"Change: {quoted(line)}" for line in problem.advice)


def _recommendations(problems: tuple[Problem, ...]) -> Iterator[str]:
    seen: dict[str, str] = {}
    for problem in problems:
        for line in problem.advice:
            seen.setdefault(line, problem.weight.value)
    for number, (line, weight) in enumerate(seen.items(), 1):
        yield f"{number}. ({weight}) {quoted(line)}"


def _polling(tiers: tuple[TierPolling, ...]) -> list[str]:
    if not tiers:
        return ["No exchange was polled."]
    blocks = [table_markdown(polling_table(tiers))]
    for tier in tiers:
        blocks.append(f"Cycles of tier {quoted(tier.tier)} by length:")
        blocks.append(table_markdown(histogram_table(tier)))
    return blocks


def polling_table(tiers: tuple[TierPolling, ...]) -> Table:
    """One row for each tier; times in seconds."""
    return Table(
        key="polling",
        title="Poll cycles",
        about="Percentiles are exact where late cycles reach so far down, else what MD_HEALTH said last.",
        columns=(
            text_column("tier", "Tier"),
            Column("interval_s", "Interval", "s", 2),
            Column("mean_interval_s", "Measured", "s", 2),
            Column("symbols", "Symbols"),
            Column("cycles", "Cycles"),
            Column("overruns", "Late"),
            Column("overrun_percent", "Late", "%", 1),
            Column("p50_s", "p50", "s", 2),
            Column("p95_s", "p95", "s", 2),
            Column("p99_s", "p99", "s", 2),
            Column("age_p99_s", "Data age p99", "s", 2),
            Column("success_percent", "Answered", "%", 1),
            Column("supported_interval_s", "Interval supported", "s", 1),
        ),
        rows=tuple(
            (
                tier.tier,
                _s(tier.interval_ms),
                _s(tier.mean_interval_ms),
                tier.symbols,
                tier.cycles,
                tier.overruns,
                100 * tier.overrun_share,
                _s(tier.p50_ms),
                _s(tier.p95_ms),
                _s(tier.p99_ms),
                _s(tier.age_p99_ms),
                None if tier.success_rate is None else 100 * tier.success_rate,
                _s(tier.supported_interval_ms),
            )
            for tier in tiers
        ),
    )


def histogram_table(tier: TierPolling) -> Table:
    """Cycles by how long they took."""
    return Table(
        key=f"histogram_{tier.tier}",
        title=f"Cycles of tier {tier.tier}",
        about="",
        columns=(text_column("length", "Length"), Column("cycles", "Cycles"), Column("percent", "Of all", "%", 1)),
        rows=tuple((name, count, Decimal(100 * count) / max(1, tier.cycles)) for name, count in tier.histogram()),
    )


def _s(milliseconds: int | None) -> Decimal | None:
    return None if milliseconds is None else Decimal(milliseconds) / 1000


def _configuration(evidence: Evidence) -> Table:
    return Table(
        key="configuration",
        title="Configuration snapshot",
        about="",
        columns=(text_column("key", "Key"), text_column("value", "Value")),
        rows=tuple((key, config_text(evidence.config[key])) for key in sorted(evidence.config)),
        empty="The session stored no configuration.",
    )


def config_text(value: object) -> str:
    """A value of the stored configuration; long lists by their length."""
    if isinstance(value, list):
        text = ", ".join(map(str, value))
        return text if len(text) <= _VALUE_SHOWN_MAX else f"{len(value)} values: {text[:_VALUE_SHOWN_MAX]}…"
    return str(value).lower() if isinstance(value, bool) else str(value)


def diagnosis_values(diagnosis: Diagnosis) -> dict[str, Any]:
    """For `--json`: Decimals are strings, times integers in ns."""
    evidence = diagnosis.evidence
    return {
        "format": DIAGNOSIS_FORMAT,
        "session_id": evidence.summary.session_id,
        "mode": evidence.summary.mode,
        "sound": diagnosis.is_sound,
        "problems": [attrs.asdict(problem, value_serializer=_plain) for problem in diagnosis.problems],
        "checklist": [attrs.asdict(check) for check in diagnosis.checks],
        "polling": [_tier(tier) for tier in evidence.polling],
        "activity": list(diagnosis.activity),
        "telemetry_lines": evidence.lines,
        "telemetry_lines_lost": evidence.lines_lost,
        "config": dict(evidence.config),
    }


def _tier(tier: TierPolling) -> dict[str, Any]:
    values: dict[str, Any] = attrs.asdict(tier, value_serializer=_plain)
    del values["durations_ms"]
    values["slowest"] = dict(tier.slowest)
    values["histogram"] = dict(tier.histogram())
    values["supported_interval_ms"] = tier.supported_interval_ms
    return values


def _plain(_instance: object, _attribute: object, value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.value if isinstance(value, enum.Enum) else value
