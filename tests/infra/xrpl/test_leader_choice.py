"""Who leads changes when it must and not before."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from neo.infra.xrpl.leader_choice import Judged, LeaderChoice
from neo.infra.xrpl.timing import GatewayTiming

TIMING = GatewayTiming(dwell_s=30.0, patience_s=10.0, probation_s=10.0)


def judged(**nodes: float | str) -> list[Judged]:
    """`a=0.1`: fit with that penalty; `a="why"`: unfit."""
    return [
        Judged(name, says if isinstance(says, str) else None, says if isinstance(says, float) else 9.0)
        for name, says in nodes.items()
    ]


def test_the_best_of_the_fit_leads_first() -> None:
    choice = LeaderChoice(TIMING)

    switch = choice.choose(judged(a=0.3, b=0.1, c="down"), 0.0)

    assert switch is not None and (switch.before, switch.leader) == (None, "b")


def test_a_leader_that_becomes_unfit_is_replaced_at_once() -> None:
    choice = LeaderChoice(TIMING)
    choice.choose(judged(a=0.1, b=0.3), 0.0)

    switch = choice.choose(judged(a="3 ledgers behind", b=0.3), 0.5)

    assert switch is not None and (switch.leader, switch.why) == ("b", "3 ledgers behind")


def test_nobody_leads_when_nobody_may_and_that_is_said_once() -> None:
    choice = LeaderChoice(TIMING)
    choice.choose(judged(a=0.1), 0.0)

    switch = choice.choose(judged(a="down"), 1.0)

    assert switch is not None and switch.leader is None
    assert choice.choose(judged(a="down"), 2.0) is None


def test_a_little_better_is_no_reason_to_change() -> None:
    choice = LeaderChoice(TIMING)
    choice.choose(judged(a=0.5, b=0.6), 0.0)

    assert all(choice.choose(judged(a=0.5, b=0.3), float(second)) is None for second in range(1, 200))


def test_much_better_must_last_and_the_leader_keeps_its_dwell() -> None:
    choice = LeaderChoice(TIMING)
    choice.choose(judged(a=2.0, b=2.1), 0.0)

    switched_at = next(second for second in range(1, 100) if choice.choose(judged(a=2.0, b=0.1), float(second)))

    assert switched_at == 30


def test_much_better_for_a_moment_only_begins_to_count_anew() -> None:
    choice = LeaderChoice(TIMING)
    choice.choose(judged(a=2.0, b=2.1), 0.0)

    for second in range(1, 300):
        good = second % 9 != 0  # never ten seconds without a break
        assert choice.choose(judged(a=2.0, b=0.1 if good else 2.1), float(second)) is None


def test_a_node_that_stumbled_waits_for_its_probation_while_another_can_lead() -> None:
    choice = LeaderChoice(TIMING)
    choice.choose(judged(a=0.1, b=0.2, c=0.9), 0.0)
    choice.choose(judged(a="down", b="down", c=0.9), 1.0)

    switch = choice.choose(judged(a=0.1, b=0.2, c="down"), 2.0)
    assert switch is not None and switch.leader == "a"  # nobody else can
    switch = choice.choose(judged(a="down", b=0.2, c=0.9), 13.0)

    assert switch is not None and switch.leader == "b"  # eleven seconds well; c came back just now


@given(st.integers(0, 2**32))
def test_whatever_happens_the_leader_is_fit_and_a_fit_leader_is_not_left_before_its_dwell(seed: int) -> None:
    rng = random.Random(seed)
    choice = LeaderChoice(TIMING)
    led_since = 0.0
    for step in range(300):
        now_s = step * 0.5
        nodes = judged(**{name: "down" if rng.random() < 0.1 else rng.random() * 3 for name in "abc"})
        before = choice.leader
        switch = choice.choose(nodes, now_s)
        fit = {node.name for node in nodes if node.unfit is None}
        assert choice.leader in fit if fit else choice.leader is None
        if switch is not None:
            assert before not in fit or now_s - led_since >= TIMING.dwell_s
            led_since = now_s
