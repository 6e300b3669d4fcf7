"""Servers: what is wrong with one, and whether enough are left."""

from __future__ import annotations

from decimal import Decimal

import attrs
import pytest

from neo.domain.readiness.finding import Topic, Verdict, failures
from neo.domain.readiness.nodes import Ground, NodeFacts, judge_nodes
from tests.domain.readiness.facts import NOW_NS, node, not_ok

GROUND = Ground(network_id=0, now_ns=NOW_NS, age_max_s=20)
TWO = (node("one.example"), node("two.example"))


def test_two_servers_that_follow_the_network_are_all_that_is_needed() -> None:
    findings = judge_nodes(TWO, GROUND)

    assert not_ok(findings) == []
    assert "2 of 2" in findings[-1].seen


def test_one_that_cannot_be_reached_is_named_and_the_other_must_do() -> None:
    findings = judge_nodes((node("one.example", problem="connection refused"), TWO[1]), GROUND)

    assert [(f.what, f.verdict) for f in findings] == [
        ("one.example", Verdict.WARN),
        ("two.example", Verdict.OK),
        ("all servers", Verdict.WARN),
    ]
    assert findings[0].seen == "connection refused"


def test_without_any_that_answers_nothing_starts() -> None:
    silent = tuple(node(name, problem="timed out") for name in ("one.example", "two.example"))

    (stop,) = failures(judge_nodes(silent, GROUND))

    assert (stop.topic, stop.seen) == (Topic.NODES, "none of the servers answers")


@pytest.mark.parametrize("network", [1, 2, 21337])
def test_a_server_of_another_network_stops_the_start_even_when_the_others_are_right(network: int) -> None:
    (stop,) = failures(judge_nodes((node("one.example", network_id=network), *TWO), GROUND))

    assert stop.topic is Topic.NETWORK
    assert f"network {network}" in stop.seen


def test_a_server_that_does_not_tell_its_network_is_one_of_the_main_network() -> None:
    """A transaction of a network below 1025 is valid on all of these: a wrong guess would trade real money."""
    silent = (node("one.example", network_id=None), TWO[1])

    assert not_ok(judge_nodes(silent, GROUND)) == []
    (stop, *_) = failures(judge_nodes(silent, attrs.evolve(GROUND, network_id=1)))
    assert stop.topic is Topic.NETWORK


@pytest.mark.parametrize(
    "unfit",
    [
        node(amendment_blocked=True),
        node(synced=False, state="connected", ledger_index=0),
        node(close_time_ns=NOW_NS - 21 * 10**9),
    ],
    ids=["amendment blocked", "not synced", "stands still"],
)
def test_servers_that_do_not_follow_the_network_are_not_traded_through(unfit: NodeFacts) -> None:
    findings = judge_nodes((unfit,), GROUND)

    assert [f.seen for f in failures(findings)] == ["no server is fit to trade through"]
    assert findings[0].verdict is Verdict.WARN


@pytest.mark.parametrize(
    ("weak", "says"),
    [
        (node(latency_ms=1_001), "takes 1001 ms"),
        (node(ledger_index=89_997), "is 3 ledgers behind"),
        (node(load_factor=Decimal("10.5")), "10.5 times the usual fee"),
        (node(history_ledgers=999), "only 999 ledgers"),
        (node(urls=("ws://one.example",)), "without encryption"),
        (node(broken_ways=("http: refused",)), "http: refused"),
    ],
)
def test_weaknesses_are_advice_and_do_not_stop_a_start(weak: NodeFacts, says: str) -> None:
    findings = judge_nodes((weak, TWO[1], node("three.example")), GROUND)

    assert failures(findings) == ()
    assert [says in finding.seen for finding in not_ok(findings)] == [True]
    assert all(finding.fix for finding in not_ok(findings))


def test_a_server_of_this_machine_needs_no_encryption() -> None:
    assert not_ok(judge_nodes((node(urls=("ws://127.0.0.1:6006",)), TWO[1]), GROUND)) == []
