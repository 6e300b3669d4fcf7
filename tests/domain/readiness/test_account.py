"""The account: what a live session cannot start with, and what a paper session is told of."""

from __future__ import annotations

import attrs
import pytest

from neo.domain.readiness.account import IssuerFacts, TokenLine, WalletFacts, judge_account, no_such_account
from neo.domain.readiness.finding import Topic, Verdict, failures
from tests.domain.readiness.facts import ACCOUNT, REGULAR, D, needs, not_ok, wallet

STRANGER = "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh"
LINE = TokenLine(balance=D(500), limit=D(10_000))


def test_a_funded_account_with_a_line_and_a_regular_key_is_ready() -> None:
    assert not_ok(judge_account(wallet(), needs())) == []


@pytest.mark.parametrize(
    ("broken", "topic", "says"),
    [
        (wallet(line=None), Topic.ACCOUNT, "cannot hold RLUSD"),
        (wallet(line=attrs.evolve(LINE, frozen=True)), Topic.ACCOUNT, "is frozen"),
        (wallet(line=attrs.evolve(LINE, deep_frozen=True)), Topic.ACCOUNT, "is deep frozen"),
        (
            wallet(line=attrs.evolve(LINE, authorized=False), issuer=IssuerFacts(requires_authorization=True)),
            Topic.ACCOUNT,
            "not authorised",
        ),
        (wallet(issuer=IssuerFacts(global_freeze=True)), Topic.ACCOUNT, "has frozen all"),
        (wallet(issuer=None), Topic.ACCOUNT, "does not exist"),
        # 1 XRP base, 1 object and 4 quotes at 0.2 XRP, 0.1 XRP for fees
        (wallet(base=D("2.099999")), Topic.ACCOUNT, "2.1"),
        (wallet(regular_key=None), Topic.KEY, "may not sign"),
        (wallet(regular_key=STRANGER), Topic.KEY, STRANGER),
    ],
)
def test_what_makes_trading_impossible_stops_a_live_start_and_only_warns_paper(
    broken: WalletFacts, topic: Topic, says: str
) -> None:
    (stop,) = failures(judge_account(broken, needs()))
    paper = judge_account(broken, needs(signing_key=None))

    assert stop.topic is topic
    assert says in stop.seen
    assert stop.fix
    assert failures(paper) == ()
    assert [finding.seen for finding in not_ok(paper)] == ([stop.seen] if topic is Topic.ACCOUNT else [])


def test_the_reserve_of_all_quotes_to_the_drop_is_enough() -> None:
    assert failures(judge_account(wallet(base=D("2.1")), needs())) == ()


def test_the_master_key_may_sign_but_a_regular_key_is_advised() -> None:
    (advice,) = not_ok(judge_account(wallet(), needs(signing_key=ACCOUNT)))

    assert (advice.topic, advice.verdict) == (Topic.KEY, Verdict.WARN)
    assert "SetRegularKey" in advice.fix


def test_a_disabled_master_key_may_not_sign() -> None:
    (stop,) = failures(judge_account(wallet(master_disabled=True), needs(signing_key=ACCOUNT)))

    assert "disabled" in stop.seen


def test_the_keys_that_may_sign_are_named() -> None:
    (stop,) = failures(judge_account(wallet(), needs(signing_key=STRANGER)))
    (other,) = failures(judge_account(wallet(master_disabled=True, regular_key=None), needs(signing_key=STRANGER)))

    assert f"the master key or {REGULAR}" in stop.seen
    assert "a signer list" in other.seen


@pytest.mark.parametrize(
    ("weak", "says"),
    [
        (wallet(line=attrs.evolve(LINE, limit=D(510))), "room for 10 only"),
        (wallet(issuer=IssuerFacts(transfer_rate=D("1.002"))), "0.2"),
    ],
)
def test_a_narrow_limit_and_a_transfer_fee_are_advice(weak: WalletFacts, says: str) -> None:
    (advice,) = not_ok(judge_account(weak, needs()))

    assert advice.verdict is Verdict.WARN
    assert says in advice.seen


@pytest.mark.parametrize("needed", [True, False])
def test_an_account_that_does_not_exist_stops_live_only(needed: bool) -> None:
    assert no_such_account(ACCOUNT, needed=needed).verdict is (Verdict.FAIL if needed else Verdict.WARN)
