from __future__ import annotations

import typing

import pytest

from neo.domain.messages import session as session_messages
from neo.domain.messages.session import (
    BeatsMissed,
    EngineHaltRequested,
    OperatorHalt,
    ReconcileAmbiguous,
    RiskBreach,
    RiskBreached,
    StartupFailed,
    StopRequested,
    StopSignal,
)
from neo.domain.messages.storage import StorageFailed
from neo.domain.safety.facts import ActorFailed, ActorStuck, DurationElapsed
from neo.domain.safety.halt_table import halt_table
from neo.domain.safety.halts import HALT_RULES, Halt, HaltFact, HaltReason, classify, unexpected
from neo.domain.session import exit_codes
from tests.domain.samples import D

SPECIFIED = [
    "duration_elapsed",
    "engine_requested_halt",
    "risk_xrp_exposure",
    "risk_rlusd_exposure",
    "risk_quote_exposure",
    "risk_drawdown",
    "risk_loss_streak",
    "risk_order_rate",
    "risk_rpc_failure",
    "risk_stale_ledger",
    "risk_gateway_unhealthy",
    "risk_stale_market_data",
    "kill_switch",
    "reconciler_halt",
    "interrupted_sigint",
    "interrupted_sigterm",
    "interrupted_sigbreak",
    "interrupted_console_close",
    "heartbeat_timeout",
    "actor_failure",
    "storage_failure",
    "startup_failure",
    "unexpected_halt",
]

FACTS: list[HaltFact] = [
    DurationElapsed(D(3600)),
    EngineHaltRequested("strategy", "no edge left"),
    *[RiskBreached(breach, "numbers") for breach in RiskBreach],
    *[StopRequested(signal) for signal in StopSignal],
    OperatorHalt("ann", "lunch"),
    ReconcileAmbiguous("a fill nobody knows"),
    BeatsMissed("risk", 3, 21),
    ActorStuck("risk", 60),
    ActorFailed("strategy", "ZeroDivisionError"),
    StorageFailed("disk full"),
    StartupFailed("no balances"),
]


def test_the_reasons_are_exactly_the_specified_ones() -> None:
    assert [reason.value for reason in HaltReason] == SPECIFIED


def test_every_fact_type_is_tried_here() -> None:
    assert {type(fact) for fact in FACTS} == set(typing.get_args(HaltFact))


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: type(fact).__name__)
def test_no_fact_ends_in_an_unexpected_halt(fact: HaltFact) -> None:
    assert classify(fact).reason is not HaltReason.UNEXPECTED_HALT


def test_every_reason_but_the_unexpected_one_is_reached_by_some_fact() -> None:
    reached = {classify(fact).reason for fact in FACTS}

    assert reached == set(HaltReason) - {HaltReason.UNEXPECTED_HALT}


def test_only_something_that_is_no_fact_reaches_the_fallback() -> None:
    assert unexpected(object()).reason is HaltReason.UNEXPECTED_HALT


def test_the_facts_that_messages_define_for_the_supervisor_are_all_known_here() -> None:
    names = {
        "RiskBreached",
        "EngineHaltRequested",
        "StopRequested",
        "OperatorHalt",
        "ReconcileAmbiguous",
        "StartupFailed",
    }
    names |= {"BeatsMissed"}

    assert {getattr(session_messages, name) for name in names} <= set(typing.get_args(HaltFact))


@pytest.mark.parametrize(
    ("fact", "halt"),
    [
        (
            RiskBreached(RiskBreach.XRP_EXPOSURE, "xrp exposure limit (115.20 > 100.0)"),
            Halt(HaltReason.RISK_XRP_EXPOSURE, "xrp exposure limit (115.20 > 100.0)"),
        ),
        (
            RiskBreached(RiskBreach.STALE_MARKET_DATA, "no quote for 31 s", "mexc"),
            Halt(HaltReason.RISK_STALE_MARKET_DATA, "no quote for 31 s", "mexc"),
        ),
        (ReconcileAmbiguous("a coin", "mexc"), Halt(HaltReason.RECONCILER_HALT, "a coin", "mexc")),
        (
            EngineHaltRequested("reconciler", "late", "xrpl"),
            Halt(HaltReason.ENGINE_REQUESTED_HALT, "reconciler: late", "xrpl"),
        ),
        (OperatorHalt("ann", "lunch"), Halt(HaltReason.KILL_SWITCH, "ann: lunch")),
        (OperatorHalt("ann"), Halt(HaltReason.KILL_SWITCH, "ann")),
        (BeatsMissed("risk", 3, 21), Halt(HaltReason.HEARTBEAT_TIMEOUT, "risk missed 3 beats, silent for 21 s")),
        (DurationElapsed(D(3600)), Halt(HaltReason.DURATION_ELAPSED, "after 3600 s as configured")),
    ],
)
def test_the_detail_carries_the_numbers_and_the_reason_stays_an_enum_value(fact: HaltFact, halt: Halt) -> None:
    assert classify(fact) == halt


def test_every_reason_has_a_complete_rule() -> None:
    assert set(HALT_RULES) == set(HaltReason)
    for rule in HALT_RULES.values():
        assert rule.trigger and rule.emitted_by and rule.what_to_do


def test_an_end_that_somebody_wanted_is_success_and_every_other_has_its_own_code() -> None:
    wanted = {HaltReason.DURATION_ELAPSED, *(HaltReason(signal.value) for signal in StopSignal)}
    others = [reason.exit_code for reason in HaltReason if reason not in wanted]

    assert {reason.exit_code for reason in wanted} == {exit_codes.EX_OK}
    assert len(set(others)) == len(others)
    assert all(80 <= code < 126 for code in others)


def test_a_stop_that_was_asked_for_ends_the_session_even_when_halts_are_held() -> None:
    assert HaltReason.INTERRUPTED_SIGINT.ends_session
    assert HaltReason.DURATION_ELAPSED.ends_session
    assert HaltReason.STORAGE_FAILURE.ends_session
    assert not HaltReason.RISK_XRP_EXPOSURE.ends_session
    assert not HaltReason.KILL_SWITCH.ends_session


def test_the_table_for_the_documentation_has_a_row_of_equal_width_for_every_reason() -> None:
    header, _, *rows = halt_table().splitlines()

    assert [row.split(" | ")[0] for row in rows] == [f"| `{reason.value}`" for reason in HaltReason]
    assert {row.count(" | ") for row in rows} == {header.count(" | ")}
