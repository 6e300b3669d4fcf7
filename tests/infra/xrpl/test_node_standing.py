"""Which node may be listened to follows from what is known about it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import attrs
import pytest

from neo.domain.units import NS_PER_S
from neo.infra.xrpl.node_standing import FAILS_OFTEN, NodeStanding, Transport, penalty_s, unfit, with_last_resort
from neo.infra.xrpl.timing import NodeRules
from neo.infra.xrpl.wire.fees import LedgerFees
from neo.infra.xrpl.wire.ledger import LedgerAnnounced
from neo.infra.xrpl.wire.ledger_ranges import LedgerRanges
from neo.infra.xrpl.wire.server import ServerStatus

RULES = NodeRules()
INDEX, NOW_S, CLOSED_NS = 50_000, 100.0, 1_795_000_000 * NS_PER_S
NOW_NS = CLOSED_NS + 3 * NS_PER_S
FEES = LedgerFees(10, 1_000_000, 200_000)
ALL = LedgerRanges(((1, INDEX),))


def ledger(index: int = INDEX, close_time_ns: int = CLOSED_NS) -> LedgerAnnounced:
    return LedgerAnnounced(index, "A" * 64, close_time_ns, FEES, 0, 3, ALL)


def server(**changes: Any) -> ServerStatus:
    status = ServerStatus("full", "3.2.0", ALL, INDEX, "A" * 64, None, CLOSED_NS, FEES, Decimal(1), 0, False, 20)
    return attrs.evolve(status, **changes)


def good() -> NodeStanding:
    standing = NodeStanding("node", Transport.WEBSOCKET)
    standing.reported(server())
    standing.closed(ledger())
    standing.answered(0.05)
    return standing


def judge(standing: NodeStanding, best_index: int = INDEX, now_ns: int = NOW_NS) -> str | None:
    return unfit(standing, best_index, NOW_S, now_ns, RULES)


def test_a_good_node_is_fit() -> None:
    assert judge(good()) is None


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"distrusted_until_s": NOW_S + 1}, "not trusted"),
        ({"busy_until_s": NOW_S + 1}, "asked to be left alone"),
        ({"transport": Transport.NONE, "down_because": "refused"}, "refused"),
        ({"server": None}, "has not told how it is"),
        ({"server": server(amendment_blocked=True)}, "amendment blocked"),
        ({"server": server(state="syncing")}, "not synced (syncing)"),
        ({"newest": None}, "no validated ledger"),
        ({"newest": ledger(close_time_ns=CLOSED_NS - 30 * NS_PER_S)}, "its ledger is 33 s old"),
        ({"error_rate": 0.6}, "too many requests fail"),
    ],
)
def test_each_fault_has_its_reason(wrong: dict[str, object], why: str) -> None:
    standing = good()
    for name, value in wrong.items():
        setattr(standing, name, value)

    assert judge(standing) == why


def test_a_node_is_behind_only_when_its_ledger_is_old_as_well() -> None:
    assert judge(good(), best_index=INDEX + 10) is None
    assert judge(good(), best_index=INDEX + 1, now_ns=CLOSED_NS + 9 * NS_PER_S) is None
    assert judge(good(), best_index=INDEX + 2, now_ns=CLOSED_NS + 9 * NS_PER_S) == "2 ledgers behind"


def test_a_node_that_was_behind_must_catch_up_and_one_that_failed_must_do_better_than_the_limit() -> None:
    standing = good()
    assert judge(standing, INDEX + 2, CLOSED_NS + 9 * NS_PER_S)
    standing.closed(ledger(INDEX + 1, CLOSED_NS + 4 * NS_PER_S))
    assert judge(standing, INDEX + 2) == "1 ledgers behind"
    standing.closed(ledger(INDEX + 2, CLOSED_NS + 8 * NS_PER_S))
    assert judge(standing, INDEX + 2) is None

    standing.error_rate = 0.6
    assert judge(standing, INDEX + 2)
    standing.error_rate = 0.4
    assert judge(standing, INDEX + 2)
    standing.error_rate = 0.2
    assert judge(standing, INDEX + 2) is None


def test_an_older_ledger_that_comes_late_changes_nothing() -> None:
    standing = good()

    standing.closed(ledger(INDEX - 3))

    assert standing.ledger_index == INDEX


@pytest.mark.parametrize(
    "worse",
    [
        {"latency_s": 0.5},
        {"error_rate": 0.3},
        {"transport": Transport.HTTP},
        {"warned_until_s": NOW_S + 5},
        {"ranges": LedgerRanges(((INDEX - 10, INDEX),))},
        {"server": server(load_factor=Decimal(50))},
        {"newest": ledger(INDEX - 1)},
    ],
)
def test_whatever_is_worse_counts_as_worse(worse: dict[str, object]) -> None:
    standing = good()
    for name, value in worse.items():
        setattr(standing, name, value)

    assert penalty_s(standing, INDEX, NOW_S, RULES) > penalty_s(good(), INDEX, NOW_S, RULES) + 0.1


def test_one_failure_in_a_row_of_answers_is_soon_forgotten() -> None:
    standing = good()
    standing.failed()
    for _ in range(10):
        standing.answered(0.05)

    assert standing.error_rate < 0.05 and abs(standing.latency_s - 0.05) < 0.001


def test_a_node_that_fails_often_is_better_than_nobody_and_worse_than_anybody() -> None:
    assert with_last_resort({"a": FAILS_OFTEN, "b": None}) == {"a": FAILS_OFTEN, "b": None}
    assert with_last_resort({"a": FAILS_OFTEN, "b": "not trusted"}) == {"a": None, "b": "not trusted"}
    assert with_last_resort({"a": "not trusted", "b": "no validated ledger"}) == {
        "a": "not trusted",
        "b": "no validated ledger",
    }


def test_news_that_were_overtaken_do_not_take_a_ledger_away_again() -> None:
    # Given a node that has told its newest ledger
    standing = good()
    older, newer = LedgerRanges(((1, INDEX - 1),)), LedgerRanges(((9, INDEX + 1),))
    # When an answer and an announcement from before that arrive
    standing.reported(server(validated_index=INDEX - 1, ranges=older))
    standing.closed(attrs.evolve(ledger(INDEX - 1), ranges=older))
    # Then it still has it
    assert standing.ranges == ALL
    # And what it says of the next one counts
    standing.reported(server(validated_index=INDEX + 1, ranges=newer))
    assert standing.ranges == newer
