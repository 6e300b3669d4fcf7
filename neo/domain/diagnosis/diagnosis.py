"""The diagnosis of a session: every rule asked once, problems worst first."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from neo.domain.diagnosis.activity import activity
from neo.domain.diagnosis.checklist import Check, checklist
from neo.domain.diagnosis.evidence import Evidence
from neo.domain.diagnosis.problem import WEIGHTS, Problem
from neo.domain.diagnosis.rules import ending, heartbeat, order_path, polling, remaining, trading, writing
from neo.records import frozen

Rule = Callable[[Evidence], Iterable[Problem]]

RULES: tuple[Rule, ...] = (
    order_path.dead_actors,
    ending.crashed,
    ending.halted,
    ending.halted_meanwhile,
    ending.orders_in_doubt,
    ending.inventory_drift,
    polling.poll_overruns,
    polling.poll_success,
    polling.skip_list_alert,
    polling.degraded_symbols,
    heartbeat.missed_beats,
    heartbeat.no_beats,
    heartbeat.overloaded_actors,
    writing.log_directory_unwritable,
    writing.debug_trace_failed,
    writing.logged_errors,
    trading.low_uptime,
    trading.quotes_refused,
    trading.failed_orders,
    trading.doubtful_orders,
    trading.gateway_down,
    remaining.signs,
    remaining.dead_letters,
    remaining.other_errors,
)


@frozen(kw_only=True)
class Diagnosis:
    evidence: Evidence
    problems: tuple[Problem, ...]
    checks: tuple[Check, ...]
    activity: tuple[str, ...]

    @property
    def is_sound(self) -> bool:
        """No problem, and no check that failed."""
        return not self.problems and all(check.passed is not False for check in self.checks)


def diagnose(evidence: Evidence) -> Diagnosis:
    """Problems of equal weight stay in the order of the rules."""
    problems = [problem for rule in RULES for problem in rule(evidence)]
    problems.sort(key=lambda problem: WEIGHTS.index(problem.weight))
    return Diagnosis(
        evidence=evidence, problems=tuple(problems), checks=checklist(evidence), activity=activity(evidence)
    )
