from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from neo.domain.config.heartbeat import HeartbeatConfig
from neo.domain.safety.heartbeat import BeatBook, Finding, Verdict, answered, history_json, opened, pinged, restarted
from neo.domain.units import NS_PER_S
from tests.domain.samples import START_NS, D

CONFIG = HeartbeatConfig(interval_s=D(5), timeout_s=D(12), missed_max=3)


def rounds(
    book: BeatBook, count: int, silent: str = "", config: HeartbeatConfig = CONFIG, start_s: int = 0
) -> tuple[BeatBook, list[Finding]]:
    """`count` rounds of pings, 5 s apart; everybody but `silent` answers at once."""
    findings: list[Finding] = []
    for number in range(count):
        now_ns = START_NS + (start_s + 5 * number) * NS_PER_S
        book, news = pinged(book, now_ns, config)
        findings += news
        for beat in book.beats:
            if beat.name != silent:
                book = answered(book, beat.name, now_ns, 0, 0)
    return book, findings


def test_history_starts_at_start_up_so_it_is_never_empty() -> None:
    book = opened(("risk", "strategy"), START_NS)

    assert [(beat.name, beat.heard_ns) for beat in book.beats] == [("risk", START_NS), ("strategy", START_NS)]
    assert rounds(book, 1)[1] == []


def test_actors_that_answer_are_never_news() -> None:
    assert rounds(opened(("risk", "strategy"), START_NS), 20)[1] == []


def test_a_silent_actor_is_late_then_stuck_then_lost_each_told_once() -> None:
    _, findings = rounds(opened(("risk", "strategy"), START_NS), 12, silent="risk")

    assert [(f.beat.name, f.verdict, f.silent_s) for f in findings] == [
        ("risk", Verdict.LATE, 5),
        ("risk", Verdict.STUCK, 15),
        ("risk", Verdict.LOST, 25),
    ]


def test_a_long_silence_with_few_pings_is_a_machine_that_slept_not_a_stuck_actor() -> None:
    book, _ = pinged(opened(("risk",), START_NS), START_NS, CONFIG)

    _, findings = pinged(book, START_NS + 3600 * NS_PER_S, CONFIG)

    assert [f.verdict for f in findings] == [Verdict.LATE]


def test_many_unanswered_pings_in_a_short_time_are_not_stuck_either() -> None:
    book = opened(("risk",), START_NS)
    for _ in range(8):
        book, findings = pinged(book, START_NS + NS_PER_S, CONFIG)
        assert all(f.verdict is Verdict.LATE for f in findings)


def test_an_answer_clears_the_record() -> None:
    book, _ = rounds(opened(("risk",), START_NS), 3, silent="risk")
    book = answered(book, "risk", START_NS + 11 * NS_PER_S, 0, 0)

    _, findings = rounds(book, 2, start_s=15)

    assert findings == []


def test_a_restarted_actor_is_not_blamed_for_the_silence_of_the_one_before() -> None:
    book, findings = rounds(opened(("risk",), START_NS), 4, silent="risk")
    assert findings[-1].verdict is Verdict.STUCK

    book = restarted(book, "risk", START_NS + 16 * NS_PER_S)

    assert rounds(book, 2, start_s=20)[1] == []


def test_with_warn_only_nobody_is_restarted_or_halted() -> None:
    watching = HeartbeatConfig(interval_s=D(5), timeout_s=D(12), missed_max=3, warn_only=True)

    _, findings = rounds(opened(("risk",), START_NS), 20, silent="risk", config=watching)

    assert [f.verdict for f in findings] == [Verdict.LATE]


def test_a_long_queue_is_told_apart_from_a_blocked_actor() -> None:
    book, _ = pinged(opened(("risk",), START_NS), START_NS, CONFIG)
    book = answered(book, "risk", START_NS, queued=900, oldest_age_ns=13 * NS_PER_S)

    _, (finding,) = pinged(book, START_NS + 5 * NS_PER_S, CONFIG)

    assert (finding.verdict, finding.beat.queued) == (Verdict.OVERLOADED, 900)


def test_somebody_who_answers_without_being_in_the_book_is_added() -> None:
    book = answered(opened((), START_NS), "poller", START_NS, 1, 2)

    assert book.beats[0].name == "poller"
    assert book.answered == 1


@given(st.integers(1, 5), st.integers(1, 6), st.integers(1, 40))
def test_nobody_is_stuck_before_enough_pings_and_enough_time(
    missed_max: int, timeout_intervals: int, rounds_run: int
) -> None:
    config = HeartbeatConfig(interval_s=D(5), timeout_s=D(5 * timeout_intervals + 1), missed_max=missed_max)

    _, findings = rounds(opened(("risk",), START_NS), rounds_run, silent="risk", config=config)

    for finding in findings:
        if finding.verdict in (Verdict.STUCK, Verdict.LOST):
            assert finding.beat.unanswered >= missed_max
            assert finding.silent_s >= 5 * timeout_intervals + 1


def test_the_stored_history_names_everybody_from_the_start() -> None:
    book, _ = rounds(opened(("risk", "strategy"), START_NS), 2, silent="risk")

    assert json.loads(history_json(book)) == {
        "round": 2,
        "beats": {
            "risk": {"heard_ns": START_NS, "unanswered": 2, "queued": 0},
            "strategy": {"heard_ns": START_NS + 5 * NS_PER_S, "unanswered": 0, "queued": 0},
        },
    }
