"""Whatever happens in whatever order: alert and recovery alternate, and the limit of an hour holds."""

from __future__ import annotations

from collections import defaultdict

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neo.domain.alerts.alerting import DAY_NS, HOUR_NS, Alerting, Policy, after, begin, due
from neo.domain.alerts.cause import Cause, Change, Ended, Opened, Urgency
from neo.domain.alerts.notice import Notice, NoticeKind
from neo.domain.units import NS_PER_MINUTE, NS_PER_S

START_NS = 20_000 * DAY_NS + 5 * HOUR_NS
QUIET = Policy(per_hour_max=3, sign_of_life_hour=-1)
PLAIN = Cause("plain", "plain", "", settle_ns=0)

causes = st.sampled_from(
    [
        PLAIN,
        Cause("urgent", "urgent", "", Urgency.URGENT),
        Cause("patient", "patient", "", patience_ns=30 * NS_PER_S),
        Cause("silent", "silent", "", ends_by_silence=True, settle_ns=10 * NS_PER_MINUTE),
        Cause("once", "once", "", recovers=False, ends_by_silence=True, settle_ns=10 * NS_PER_MINUTE),
    ]
)
changes = st.one_of(causes.map(Opened), causes.map(lambda cause: Ended(cause.key)), st.none())
courses = st.lists(st.tuples(st.integers(0, 20 * 60), changes), max_size=60)


def play(course: list[tuple[int, Change | None]], policy: Policy = QUIET) -> tuple[Alerting, list[Notice], int]:
    """State, notices and time after `course`: seconds since the step before, and what happens then."""
    now_ns, state = START_NS, begin(policy, START_NS)
    told: list[Notice] = []
    for pause_s, change in course:
        now_ns += pause_s * NS_PER_S
        if change is not None:
            state = after(state, change, now_ns)
        state, notices = due(state, policy, now_ns)
        told += notices
    return state, told, now_ns


@given(courses)
def test_alert_and_recovery_of_a_cause_alternate_and_what_cannot_recover_never_does(
    course: list[tuple[int, Change | None]],
) -> None:
    _, told, _ = play(course)

    by_cause: dict[str, list[NoticeKind]] = defaultdict(list)
    for notice in told:
        by_cause[notice.cause].append(notice.kind)
    once = by_cause.pop("once", [])
    assert all(kind is NoticeKind.ALERT for kind in once)
    for kinds in by_cause.values():
        assert kinds[::2] == [NoticeKind.ALERT] * len(kinds[::2])
        assert kinds[1::2] == [NoticeKind.RECOVERED] * len(kinds[1::2])


@given(courses)
def test_no_hour_has_more_notices_than_the_limit(course: list[tuple[int, Change | None]]) -> None:
    _, told, _ = play(course)

    for urgent in (True, False):
        times = [notice.at_ns for notice in told if (notice.cause == "urgent") is urgent]
        crowded = [at for at in times if sum(at - HOUR_NS < other <= at for other in times) > QUIET.per_hour_max]
        assert not crowded


@given(courses)
def test_nothing_is_sent_twice_for_one_moment(
    course: list[tuple[int, Change | None]],
) -> None:
    state, _, now_ns = play(course)

    assert due(state, QUIET, now_ns)[1] == ()


@settings(max_examples=50)
@given(courses)
def test_once_everything_has_been_quiet_for_long_every_alert_that_can_recover_has_recovered(
    course: list[tuple[int, Change | None]],
) -> None:
    everything: list[tuple[int, Change | None]] = [(0, Ended(key)) for key in ("plain", "urgent", "patient")]
    hours: list[tuple[int, Change | None]] = [(600, None)] * 60

    state, told, _ = play([*course, *everything, *hours])

    balance: dict[str, int] = defaultdict(int)
    for notice in told:
        balance[notice.cause] += 1 if notice.kind is NoticeKind.ALERT else -1
    balance.pop("once", None)
    assert state.standings == ()
    assert not any(balance.values())


def test_a_cause_that_lasts_is_told_even_when_the_limit_held_it_back_and_the_notice_says_that_others_waited() -> None:
    five = [Opened(attrs.evolve(PLAIN, key=f"c{number}")) for number in range(5)]

    state, told, now_ns = play([(0, change) for change in five])
    assert [notice.cause for notice in told] == ["c0", "c1", "c2"]
    _, later = due(state, QUIET, now_ns + HOUR_NS)

    assert [notice.cause for notice in later] == ["c3", "c4"]


def test_what_waits_for_the_limit_is_counted_in_the_notices_that_go_out() -> None:
    state = begin(QUIET, START_NS)
    for number in range(5):
        state = after(state, Opened(attrs.evolve(PLAIN, key=f"c{number}")), START_NS)

    _, told = due(state, QUIET, START_NS)

    assert [notice.waiting for notice in told] == [2, 2, 2]


def test_small_things_cannot_use_up_what_urgent_ones_may_send() -> None:
    small: list[tuple[int, Change | None]] = [(0, Opened(attrs.evolve(PLAIN, key=f"c{n}"))) for n in range(9)]

    _, told, _ = play([*small, (1, Opened(Cause("halt", "halt", "", Urgency.URGENT)))])

    assert told[-1].cause == "halt"


def test_a_cause_shorter_than_its_patience_is_not_told() -> None:
    patient = Cause("patient", "patient", "", patience_ns=30 * NS_PER_S)

    _, told, _ = play([(0, Opened(patient)), (29, Ended("patient")), (3600, None)])

    assert told == []


def test_a_cause_that_flaps_is_one_alert_and_one_recovery() -> None:
    flapping = Cause("flapping", "flapping", "", settle_ns=60 * NS_PER_S)
    flaps: list[tuple[int, Change | None]] = [(10, Opened(flapping)), (10, Ended("flapping"))] * 10

    _, told, _ = play([*flaps, (59, None), (1, None)])

    assert [(notice.kind, notice.times) for notice in told] == [(NoticeKind.ALERT, 1), (NoticeKind.RECOVERED, 10)]


@pytest.mark.parametrize(("hour", "after_s"), [(5, 24 * 3600), (6, 3600), (4, 23 * 3600)])
def test_the_sign_of_life_comes_at_its_hour_and_not_before(hour: int, after_s: int) -> None:
    policy = Policy(3, hour)
    state = begin(policy, START_NS)

    state, early = due(state, policy, START_NS + after_s * NS_PER_S - 1)
    state, on_time = due(state, policy, START_NS + after_s * NS_PER_S)
    state, again = due(state, policy, START_NS + after_s * NS_PER_S + 1)

    assert (early, again) == ((), ())
    assert [notice.title for notice in on_time] == ["all is well"]


def test_a_sign_of_life_that_was_missed_for_days_comes_once() -> None:
    policy = Policy(3, 6)

    state, told = due(begin(policy, START_NS), policy, START_NS + 10 * DAY_NS)
    _, again = due(state, policy, START_NS + 10 * DAY_NS + NS_PER_S)

    assert (len(told), again) == (1, ())


def test_the_sign_of_life_names_what_is_open() -> None:
    policy = Policy(3, 6)

    state, _, _ = play([(0, Opened(Cause("halt", "halted: kill_switch", "", Urgency.URGENT)))], policy)
    _, told = due(state, policy, START_NS + HOUR_NS)

    assert (told[0].title, told[0].detail) == ("running, with 1 open", "halted: kill_switch")


def test_what_the_limit_held_back_until_it_was_over_is_not_told_any_more() -> None:
    full: list[tuple[int, Change | None]] = [(0, Opened(attrs.evolve(PLAIN, key=f"c{n}"))) for n in range(3)]
    silent = Cause("silent", "silent", "", ends_by_silence=True, settle_ns=10 * NS_PER_MINUTE)

    state, told, _ = play([*full, (0, Opened(silent)), (3600, None)])

    assert "silent" not in [notice.cause for notice in told]
    assert state.standing("silent") is None
