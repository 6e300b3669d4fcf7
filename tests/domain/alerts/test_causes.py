"""Which events are told, and that none of severity error is forgotten."""

from __future__ import annotations

from typing import Any

import pytest

from neo.domain.alerts.alerting import Policy, after, begin, due
from neo.domain.alerts.cause import Ended, Opened
from neo.domain.alerts.causes import Told, change_by, is_worth_reading
from neo.domain.config.alerts import NO_SIGN_OF_LIFE
from neo.domain.safety.halt_reasons import HaltReason
from neo.domain.telemetry import drop_events, events, exchange_events, polling_events, stream_events, trade_events
from neo.domain.telemetry.event import Severity, registered_events

CATALOGUE = (events, drop_events, exchange_events, polling_events, stream_events, trade_events)
ERRORS = sorted(
    name
    for name, event in registered_events().items()
    if event.__module__.startswith("neo.") and event.SEVERITY is Severity.ERROR
)
#: What follows from it is told.
TOLD_BY_ITS_HALT = "RISK_BREACHED"


def told(event: str, severity: str = "warning", /, **fields: Any) -> Told:
    return Told(event, severity, fields)


@pytest.mark.parametrize("name", [name for name in ERRORS if name != TOLD_BY_ITS_HALT])
def test_every_event_of_severity_error_opens_a_cause_whatever_its_fields(name: str) -> None:
    assert is_worth_reading(name, "error")
    assert isinstance(change_by(told(name, "error")), Opened)


def test_an_error_that_nobody_thought_of_opens_a_cause() -> None:
    change = change_by(told("NEVER_SEEN", "error", what="this"))

    assert isinstance(change, Opened)
    assert (change.cause.key, change.cause.detail) == ("event:NEVER_SEEN", "what this")


@pytest.mark.parametrize("reason", list(HaltReason), ids=lambda reason: reason.value)
def test_a_halt_is_told_unless_the_session_was_over_or_somebody_stopped_it(reason: HaltReason) -> None:
    asked_for = reason.value.startswith("interrupted_") or reason is HaltReason.DURATION_ELAPSED

    halt = change_by(told("HALT", reason=reason.value, detail="", first=True, venue=""))
    end = change_by(told("SESSION_END", "info", halt_reason=reason.value, halt_detail=""))

    assert isinstance(halt, Opened) is isinstance(end, Opened) is not asked_for


def test_the_end_of_a_session_keeps_the_key_of_its_halt() -> None:
    halt = change_by(told("HALT", reason="kill_switch", detail="", first=True, venue=""))
    end = change_by(told("SESSION_END", "info", halt_reason="kill_switch", halt_detail=""))

    assert isinstance(halt, Opened) and isinstance(end, Opened)
    assert halt.cause.key == end.cause.key


@pytest.mark.parametrize(
    ("opening", "ending"),
    [
        (told("HALT", reason="kill_switch", venue="mexc"), told("HALT_CLEARED", venue="mexc")),
        (told("HALT", reason="kill_switch", venue=""), told("HALT_CLEARED", venue="")),
        (told("ACTOR_DOWN", name="risk", error="boom"), told("ACTOR_BACK", name="risk")),
        (told("GATEWAY_DOWN", venue="xrpl", detail="timeout"), told("GATEWAY_UP", venue="xrpl", down_s=40)),
        (told("NODE_DISTRUSTED", node="wss://one", said="lies"), told("NODE_BACK", node="wss://one", away_s=3)),
        (
            told("POSITION_PRICE_STALE", venue="mexc", symbol="A/USDT", age_s=31),
            told("POSITION_PRICED", venue="mexc", symbol="A/USDT", stale_s=90),
        ),
        (told("WAL_CHECKPOINT_STUCK", incomplete_in_row=3), told("WAL_CHECKPOINT")),
        (told("WAL_CHECKPOINT_FAILED", error="disk full"), told("WAL_CHECKPOINT")),
    ],
)
def test_what_opens_a_cause_is_ended_by_its_counterpart(opening: Told, ending: Told) -> None:
    opened, ended = change_by(opening), change_by(ending)

    assert isinstance(opened, Opened) and isinstance(ended, Ended)
    assert opened.cause.key == ended.key
    assert opened.cause.recovers and not opened.cause.ends_by_silence


def test_ordinary_events_are_not_even_read() -> None:
    assert CATALOGUE
    for name in ("QUOTE_TICK", "ORDER_SUBMITTED", "HEARTBEAT", "PHASE"):
        assert not is_worth_reading(name, "info")
        assert change_by(told(name, "info")) is None


def test_a_drift_names_every_asset_with_both_balances() -> None:
    change = change_by(told("INVENTORY_DRIFT", "error", assets=["XRP", "RLUSD"], books=["1", "2"], engine=["3", "4"]))

    assert isinstance(change, Opened)
    assert change.cause.detail == "XRP: books 1, engine 3; RLUSD: books 2, engine 4"


@pytest.mark.parametrize("venue", ["", "xrpl"])
def test_a_broken_limit_its_halt_and_the_end_of_the_session_are_one_cause(venue: str) -> None:
    assert TOLD_BY_ITS_HALT in ERRORS
    policy = Policy(per_hour_max=10, sign_of_life_hour=NO_SIGN_OF_LIFE)
    state = begin(policy, 0)
    for event in (
        told(TOLD_BY_ITS_HALT, "error", breach="risk_drawdown", detail="5 > 4"),
        told("HALT", reason="risk_drawdown", detail="5 > 4", first=True, venue=venue),
        told("SESSION_END", "info", halt_reason="risk_drawdown", halt_detail="5 > 4"),
    ):
        change = change_by(event)
        state = after(state, change, 1) if change is not None else state

    _, notices = due(state, policy, 2)

    assert [notice.cause for notice in notices] == [f"halt:{venue or 'engine'}"]


def test_an_end_that_no_halt_announced_is_told() -> None:
    policy = Policy(per_hour_max=10, sign_of_life_hour=NO_SIGN_OF_LIFE)
    halted, cleared = (
        change_by(told(name, reason="kill_switch", detail="", venue="xrpl")) for name in ("HALT", "HALT_CLEARED")
    )
    end = change_by(told("SESSION_END", "info", halt_reason="actor_failure", halt_detail="boom"))
    assert halted is not None and cleared is not None and end is not None

    state = after(after(after(begin(policy, 0), halted, 1), cleared, 2), end, 3)

    assert [notice.title for notice in due(state, policy, 4)[1]] == ["session ended: actor_failure"]
