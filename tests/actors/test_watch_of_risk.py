"""When Risk looks at what ages: as late as it can be sure; after a sleep of the machine with the next proposal."""

from __future__ import annotations

import pytest

from neo.actors import names
from neo.actors.risk import Risk
from neo.actors.state_writer import StateWriter
from neo.domain.messages.session import Phase, PhaseChanged, RiskBreach, RiskBreached
from neo.domain.units import NS_PER_S
from tests.actors.stage import PaperStore, Stage
from tests.domain.samples import account, book, inventory, market, proposal, risk

WATCH_S = 4


def on_duty() -> Stage:
    """A Risk that has watched for longer than any age that is allowed, and has heard of a new market just now."""
    stage, store = Stage(names.SUPERVISOR, names.TELEMETRY, names.ORDER_ROUTER), PaperStore()
    stage.play(names.STATE_WRITER, StateWriter, open_store=lambda: store, followers={})
    stage.play(
        names.RISK, Risk, session_id="s", risk=risk(), fee_headroom_drops=1000, watch_interval_ns=WATCH_S * NS_PER_S
    )
    for message in (PhaseChanged(Phase.TRADING, "s"), inventory("1000", "1000"), account()):
        stage.tell(names.RISK, message)
    for _ in range(10):
        stage.pass_time(WATCH_S)
        tell_book(stage)
    return stage


def tell_book(stage: Stage, age_s: int = 0) -> None:
    now_ns = stage.system.now_ns()
    stage.tell(names.RISK, market(book(at_ns=now_ns - age_s * NS_PER_S), now_ns))


def breaches(stage: Stage) -> list[RiskBreach]:
    return [message.breach for message in stage.heard(names.SUPERVISOR, RiskBreached)]


@pytest.mark.parametrize("later_s", [0, 5, 13])
def test_a_market_that_falls_silent_is_reported_when_its_age_is_not_allowed_any_more(later_s: int) -> None:
    stage = on_duty()
    stage.pass_time(later_s)
    tell_book(stage)

    stage.pass_time(19)
    assert breaches(stage) == []

    stage.pass_time(1)
    assert breaches(stage) == [RiskBreach.STALE_LEDGER, RiskBreach.STALE_MARKET_DATA]


def test_a_ledger_that_is_older_than_the_one_before_is_too_old_when_its_own_time_is_over() -> None:
    stage = on_duty()
    tell_book(stage, age_s=15)

    stage.pass_time(4)
    assert breaches(stage) == []

    stage.pass_time(1)
    assert breaches(stage) == [RiskBreach.STALE_LEDGER]


def test_after_a_sleep_of_the_machine_the_next_proposal_finds_what_aged_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stage = on_duty()
    awake_ns = stage.system.now_ns
    monkeypatch.setattr(stage.system, "now_ns", lambda: awake_ns() + 3600 * NS_PER_S)

    stage.pass_time(WATCH_S)
    assert breaches(stage) == []  # nobody has said anything, and the clock of timers stood still

    now_ns = stage.system.now_ns()
    stage.tell(names.RISK, proposal(at_ns=now_ns, market_at_ns=now_ns - 3600 * NS_PER_S))
    assert breaches(stage) == [RiskBreach.STALE_LEDGER, RiskBreach.STALE_MARKET_DATA]


def test_a_proposal_while_all_is_sure_to_hold_puts_the_look_off_by_nothing() -> None:
    stage = on_duty()
    for _ in range(4):
        stage.pass_time(WATCH_S)
        now_ns = stage.system.now_ns()
        stage.tell(names.RISK, proposal(at_ns=now_ns, market_at_ns=now_ns))
    assert breaches(stage) == []

    stage.pass_time(4)
    assert breaches(stage) == [RiskBreach.STALE_LEDGER, RiskBreach.STALE_MARKET_DATA]
