"""Telemetry and logs that could not be written: what they would have said is not known, and this is."""

from __future__ import annotations

from collections.abc import Iterator

from neo.domain.diagnosis.evidence import Evidence, LogLine
from neo.domain.diagnosis.problem import Problem, Weight

_TELEMETRY = "neo.telemetry"
_FAILING = " failing: "
_LOG_CLEANUP = "an old log could not be removed"
_FIX_DIRECTORY = (
    "Give neo a session.directory that it may write and that has room: owner, permissions, quota, free space.",
    "`neo doctor` looks at the directory and the disk before a session does.",
)


def log_directory_unwritable(evidence: Evidence) -> Iterator[Problem]:
    """TELEMETRY_PROBLEM, lost lines, lines of neo.log about it, or no telemetry at all."""
    said = evidence.of("TELEMETRY_PROBLEM")
    lines = [line for line in evidence.log if _is_failing_sink(line) and not _is_trace(evidence, line)]
    removed = [line for line in evidence.log if _LOG_CLEANUP in line.text]
    nothing = not evidence.lines and evidence.duration_s > 0
    if said is None and not lines and not removed and not evidence.lines_lost and not nothing:
        return
    times = [line.at_ns for line in (*lines, *removed)] + ([said.first_ns, said.last_ns] if said is not None else [])
    yield Problem(
        key="log_directory_unwritable",
        weight=Weight.HIGH if nothing or evidence.lines_lost else Weight.MEDIUM,
        title="Telemetry or logs could not be written" + (": there are none of this session" if nothing else ""),
        count=(said.count if said is not None else 0) + len(lines) + len(removed) or 1,
        first_ns=min(times, default=None),
        last_ns=max(times, default=None),
        evidence=(
            *((f"TELEMETRY_PROBLEM: {text}" for text, _ in said.by("problem")[:3]) if said is not None else ()),
            *(f"neo.log: {line.text}" for line in (*lines, *removed)[:3]),
            *((f"{evidence.lines_lost} telemetry lines are missing",) if evidence.lines_lost else ()),
            *((f"no telemetry in {evidence.summary.directory}/logs",) if nothing else ()),
        ),
        impact="Trading went on; what was not written cannot be looked up, and a diagnosis like this one may miss problems.",
        advice=_FIX_DIRECTORY,
    )  # fmt: skip


def debug_trace_failed(evidence: Evidence) -> Iterator[Problem]:
    """The trace that was asked for could not be written, and is off."""
    lines = [line for line in evidence.log if _is_failing_sink(line) and _is_trace(evidence, line)]
    if not lines:
        return
    yield Problem(
        key="debug_trace_failed",
        weight=Weight.MEDIUM,
        title="The debug trace that was asked for is off: its file cannot be written",
        count=len(lines),
        first_ns=lines[0].at_ns,
        last_ns=lines[-1].at_ns,
        evidence=tuple(f"neo.log: {line.text}" for line in lines[:3]),
        impact="Nothing but the trace is missing.",
        advice=(
            f'telemetry.debug_trace = "{evidence.config.get("telemetry.debug_trace")}": name a file in a directory that '
            'exists and can be written, or "off".',
        ),
    )


def logged_errors(evidence: Evidence) -> Iterator[Problem]:
    """Errors in neo.log that no other rule speaks of, by who said them."""
    by_logger: dict[str, list[LogLine]] = {}
    for line in evidence.log:
        if line.level != "WARNING" and not _is_failing_sink(line) and not _is_a_crash(line):
            by_logger.setdefault(line.logger, []).append(line)
    for logger, lines in by_logger.items():
        yield Problem(
            key="logged_errors",
            weight=Weight.MEDIUM,
            title=f"{logger} logged errors: {lines[0].text[:100]}",
            count=len(lines),
            first_ns=lines[0].at_ns,
            last_ns=lines[-1].at_ns,
            evidence=tuple(dict.fromkeys(f"{line.level}: {line.text}" for line in lines[:5])),
            advice=("Read logs/neo.log around these times.",),
        )


def _is_failing_sink(line: LogLine) -> bool:
    return line.logger == _TELEMETRY and _FAILING in line.text


def _is_trace(evidence: Evidence, line: LogLine) -> bool:
    """A sink names itself by the last part of its path."""
    path = str(evidence.config.get("telemetry.debug_trace", "off"))
    name = path.replace("\\", "/").rsplit("/", 1)[-1]
    return path != "off" and line.text.startswith(f"{name}{_FAILING}")


def _is_a_crash(line: LogLine) -> bool:
    """What ACTOR_DOWN says as well."""
    return line.logger == "neo.session" and " died in " in line.text
