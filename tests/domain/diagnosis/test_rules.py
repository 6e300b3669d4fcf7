from __future__ import annotations

from decimal import Decimal

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import neo.domain.telemetry.drop_events
import neo.domain.telemetry.events
import neo.domain.telemetry.gateway_events
import neo.domain.telemetry.polling_events
import neo.domain.telemetry.trade_events  # noqa: F401  # every event is to be known
from neo.actors import names
from neo.domain.diagnosis.diagnosis import RULES, diagnose
from neo.domain.diagnosis.evidence import SAMPLES_MAX, LogLine
from neo.domain.diagnosis.problem import WEIGHTS
from neo.domain.diagnosis.rules.order_path import ORDER_PATH
from neo.domain.diagnosis.rules.remaining import SIGNS
from neo.domain.safety.halt_reasons import HaltReason
from neo.domain.session.inventory_lines import InventoryLine
from neo.domain.session.summary import TickCounts
from neo.domain.session.summary_rows import HaltEntry
from neo.domain.telemetry.event import registered_events
from tests.domain.diagnosis.clues import CALM, evidence, keys, said, summary

OUTAGE = ("GATEWAY_DOWN", "GATEWAY_UP")


def test_an_hour_in_which_nothing_was_wrong_has_no_problem() -> None:
    assert keys() == []


@pytest.mark.parametrize("sign", SIGNS, ids=lambda sign: str(sign.event))
def test_each_sign_is_found_and_names_an_event_that_exists(sign: object) -> None:
    assert isinstance(sign, type(SIGNS[0]))
    assert sign.event in registered_events()
    assert sign.field in {field.name for field in attrs.fields(registered_events()[sign.event])}

    assert keys(*[said(sign.event)] * sign.least) == [sign.key]
    assert keys(*[said(sign.event)] * (sign.least - 1)) == []


@pytest.mark.parametrize(
    "name", sorted(name for name, kind in registered_events().items() if kind.SEVERITY.value == "error")
)
def test_no_event_of_severity_error_passes_without_a_problem(name: str) -> None:
    diagnosis = diagnose(evidence(said(name, tier="hot", name="risk")))

    assert diagnosis.problems
    assert not diagnosis.is_sound
    assert [check.key for check in diagnosis.checks if check.passed is False] == ["errors"]


def test_an_actor_on_the_way_of_an_order_is_worse_than_another() -> None:
    assert set(ORDER_PATH) <= set(names.START_ORDER)
    died = [said("ACTOR_DOWN", name=name, error="KeyError: x") for name in ("order_router", "wal_checkpointer")]

    assert keys(*died) == ["order_path_failure", "actor_failure"]


def test_the_order_whose_news_came_just_before_a_crash_is_named_and_an_older_one_is_not() -> None:
    near = evidence(said("ORDER_CANCELED", 99, order_id="o7"), said("ACTOR_DOWN", 100, name="risk", error="E"))
    far = evidence(said("ORDER_CANCELED", 9, order_id="o7"), said("ACTOR_DOWN", 100, name="risk", error="E"))

    assert diagnose(near).problems[0].title == "risk died after canceled order: E"
    assert diagnose(far).problems[0].title == "risk died: E"


def test_missed_beats_are_named_with_the_longest_silence() -> None:
    beats = [said("HEARTBEAT_MISSED", 100 * i, name="risk", missed=3, silent_s=20 * i) for i in (1, 2)]

    (problem,) = diagnose(evidence(*beats)).problems

    assert problem.title == "Missed heartbeats: risk silent for up to 40 s"
    assert (problem.count, problem.first_ns, problem.last_ns) == (2, 100 * 10**9, 200 * 10**9)


def test_a_session_without_a_round_of_pings_has_no_beat_history() -> None:
    nobody = attrs.evolve(evidence(said("FILL")), events={"FILL": evidence(said("FILL")).events["FILL"]})

    assert [problem.key for problem in diagnose(nobody).problems] == ["no_beat_history"]


def test_lost_lines_and_no_telemetry_at_all_are_problems() -> None:
    assert keys(lines_lost=3) == ["log_directory_unwritable"]
    assert keys(lines=0, events={}) == ["log_directory_unwritable"]


def test_log_clean_up_that_failed_and_errors_of_others_are_found_in_the_log() -> None:
    cleanup = LogLine(1, "WARNING", "neo.session", "an old log could not be removed: /d/x: Permission denied")
    other = LogLine(2, "ERROR", "pykka", "Unhandled exception")
    dull = LogLine(3, "WARNING", "asyncio", "slow callback")

    assert keys(log=(cleanup, other, dull)) == ["log_directory_unwritable", "logged_errors"]


def test_a_trace_that_fails_is_told_apart_from_telemetry_that_fails() -> None:
    trace = LogLine(1, "ERROR", "neo.telemetry", "trace.jsonl failing: ENOENT: no such directory (0 lines lost)")
    config = {"telemetry.debug_trace": "somewhere/trace.jsonl"}

    assert keys(log=(trace,), config=config) == ["debug_trace_failed"]
    assert keys(log=(trace,)) == ["log_directory_unwritable"]


@pytest.mark.parametrize("reason", [reason.value for reason in HaltReason])
def test_a_halt_that_nobody_asked_for_is_a_problem(reason: str) -> None:
    asked_for = reason in CALM or reason.startswith("interrupted_") or reason == "kill_switch"

    assert keys(summary=summary(halt_reason=reason)) == ([] if asked_for else ["halted"])


def test_a_venue_that_halted_is_a_problem_although_the_session_went_on_to_its_end() -> None:
    halts = (
        HaltEntry(5, "risk_stale_market_data", "no quote for 61 s", False, "mexc"),
        HaltEntry(9, "duration_elapsed", "", True),
    )

    (problem,) = diagnose(evidence(summary=summary(halts=halts))).problems

    assert problem.key == "halted_meanwhile"
    assert problem.title == "Trading was halted on mexc in the course of the session: risk_stale_market_data"
    assert (problem.count, problem.first_ns) == (1, 5)


def test_a_crash_orders_in_doubt_and_drift_are_critical() -> None:
    drifted = InventoryLine("XRP", Decimal(10), Decimal(0), Decimal(11))
    wrong = summary(orders_unproved=("o1",), inventory=(drifted,), halt_reason=None, ended_at_ns=None)

    found = keys(summary=wrong, is_crashed=True)

    assert found == ["crashed", "orders_in_doubt", "inventory_drift"]


def test_orders_of_a_running_session_are_not_in_doubt() -> None:
    assert keys(summary=summary(orders_unproved=("o1",), halt_reason=None, ended_at_ns=None)) == []


def test_low_uptime_names_the_reasons() -> None:
    ticks = TickCounts(900, 100, (("divergence", 700), ("one_sided_book", 100)), ())

    (problem,) = diagnose(evidence(summary=summary(ticks=ticks))).problems

    assert problem.key == "low_uptime"
    assert problem.evidence[0] == "700 of 900 ticks suspended: divergence"
    assert problem.advice[0].startswith("divergence: ")


def test_a_venue_that_came_back_soon_weighs_less_than_one_that_did_not() -> None:
    down, up = said("GATEWAY_DOWN", venue="mexc", detail="timeout"), said("GATEWAY_UP", venue="mexc", down_s=20)

    (soon,), (never,) = diagnose(evidence(down, up)).problems, diagnose(evidence(down)).problems

    assert (soon.weight.value, never.weight.value) == ("medium", "high")


def test_orders_that_fail_or_stay_in_doubt_count_by_their_share() -> None:
    orders = [said("ORDER_INTENDED")] * 100

    assert keys(*orders, *[said("ORDER_FAILED", reason="tecUNFUNDED")] * 5) == []
    assert keys(*orders, *[said("ORDER_FAILED", reason="tecUNFUNDED")] * 6) == ["failed_orders"]
    assert keys(*orders, *[said("ORDER_UNKNOWN", reason="timeout")] * 6) == ["doubtful_orders"]


def test_a_few_refused_quotes_are_an_accident_however_short_the_session() -> None:
    refused = said("QUOTE_REFUSED", reason="exposure")

    assert keys(refused, *[said("QUOTE_TICK")] * 2) == []
    assert keys(*[refused] * 9, *[said("QUOTE_TICK")] * 20) == []
    assert keys(*[refused] * 10, *[said("QUOTE_TICK")] * 20) == ["quotes_refused"]
    assert keys(*[refused] * 10, *[said("QUOTE_TICK")] * 201) == []


@given(st.lists(st.sampled_from(sorted(registered_events())), max_size=40))
def test_problems_stand_worst_first_whatever_was_said(found: list[str]) -> None:
    events = [said(name, i, tier="hot", name="risk", interval_ms=1500, duration_ms=2000, cycles=i, overruns=0)
              for i, name in enumerate(found)]  # fmt: skip

    weights = [WEIGHTS.index(problem.weight) for problem in diagnose(evidence(*events)).problems]

    assert weights == sorted(weights)


def test_every_rule_is_asked_once() -> None:
    assert len({rule.__name__ for rule in RULES}) == len(RULES)


def test_a_figure_that_is_made_from_the_first_of_many_events_says_so() -> None:
    # Given more events than are kept as they were said
    times = range(SAMPLES_MAX + 10)
    outages = [said(name, t, venue="mexc", detail="timeout", down_s=1) for t in times for name in OUTAGE]
    beats = [said("HEARTBEAT_MISSED", t, name="risk", missed=3, silent_s=t) for t in times]
    # When they are diagnosed
    found = {problem.key: problem for problem in diagnose(evidence(*outages, *beats)).problems}
    # Then no sum and no maximum is passed off as that of all of them
    assert "(in the first 50 of 60)" in found["gateway_down"].evidence[0]
    assert found["heartbeat_missed"].title.endswith("49 s (in the first 50 of 60)")
    assert found["gateway_down"].count == found["heartbeat_missed"].count == 60


@pytest.mark.parametrize(("lasted_s", "passed"), [(12, None), (3600, False)])
def test_a_session_of_seconds_does_not_fail_for_want_of_beats(lasted_s: int, passed: bool | None) -> None:
    made = diagnose(evidence(ends_ns=lasted_s * 10**9, events={}, lines=9))

    (beats,) = (check for check in made.checks if check.key == "beats")
    assert beats.passed is passed
    assert [problem.key for problem in made.problems] == ([] if passed is None else ["no_beat_history"])
