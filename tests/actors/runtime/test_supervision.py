"""The decision alone: every order of deaths, and what must hold in each."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neo.actors.runtime import RestartPolicy, supervision
from neo.actors.runtime.backoff import History, restart_delay_ns, with_failure
from neo.actors.runtime.supervision import Decision, Supervision
from neo.actors.runtime.supervision_actions import (
    Action,
    AllReady,
    ArmBackoff,
    ArmReadyTimeout,
    ChildBack,
    ChildDown,
    Escalate,
    Fence,
    Spawn,
    Status,
)

MS = 1_000_000
S = 1_000_000_000
PLAIN = RestartPolicy(backoff_min_ns=100 * MS, backoff_max_ns=S, jitter=0.0, ready_timeout_ns=5 * S)


def rest(*names: str, policy: RestartPolicy = PLAIN) -> RestartPolicy:
    return attrs.evolve(policy, restart_with=names)


#: The engine's own shape: what the writer feeds restarts with it.
ENGINE = {
    "telemetry": PLAIN,
    "writer": rest("inventory", "risk", "router"),
    "inventory": rest("risk", "router"),
    "risk": rest("router"),
    "router": PLAIN,
    "market": PLAIN,
}


def running(policies: dict[str, RestartPolicy] | None = None) -> Supervision:
    state, _ = supervision.begin(Supervision.of(policies or ENGINE), 0)
    for name in policies or ENGINE:
        state, _ = supervision.ready(state, name, 0)
    assert state.complete
    return state


def kinds(actions: tuple[Action, ...], *wanted: type) -> list[Action]:
    return [action for action in actions if isinstance(action, wanted)]


def test_children_start_one_by_one_each_when_the_one_before_is_ready() -> None:
    state, actions = supervision.begin(Supervision.of(ENGINE), 0)
    started = kinds(actions, Spawn)
    for name in ENGINE:
        assert started[-1] == Spawn(name)
        state, actions = supervision.ready(state, name, 0)
        started += kinds(actions, Spawn)
    assert started == [Spawn(name) for name in ENGINE]
    assert actions == (AllReady(),)


def test_a_supervisor_without_children_is_ready_at_once() -> None:
    assert supervision.begin(Supervision.of({}), 0)[1] == (AllReady(),)


def test_each_start_is_given_its_time_to_become_ready() -> None:
    _, actions = supervision.begin(Supervision.of(ENGINE), 0)
    assert actions == (Spawn("telemetry"), ArmReadyTimeout("telemetry", 5 * S))


def test_what_depends_on_the_dead_is_cut_off_in_reverse_order_and_started_again_in_order() -> None:
    state, actions = supervision.died(running(), "inventory", "receive", "E: x", S, 0.0)
    assert actions == (
        ChildDown("inventory", "E: x"),
        Fence("router"),
        Fence("risk"),
        ArmBackoff("inventory", 100 * MS),
    )
    state, actions = supervision.backoff_over(state, S + 100 * MS)
    for name in ("inventory", "risk", "router"):
        assert kinds(actions, Spawn) == [Spawn(name)]
        assert not kinds(actions, ChildBack)
        state, actions = supervision.ready(state, name, 2 * S)
    assert actions == (ChildBack("inventory"),)
    assert not state.outages


def test_nothing_starts_before_its_back_off_is_over() -> None:
    state, _ = supervision.died(running(), "market", "receive", "E: x", S, 0.0)
    assert supervision.backoff_over(state, S + 100 * MS - 1)[1] == ()


def test_a_child_that_dies_while_its_group_restarts_takes_the_group_down_again() -> None:
    state, _ = supervision.died(running(), "writer", "receive", "E: x", 0, 0.0)
    state, _ = supervision.backoff_over(state, 100 * MS)
    state, _ = supervision.ready(state, "writer", 100 * MS)
    state, actions = supervision.died(state, "writer", "receive", "E: y", 150 * MS, 0.0)
    assert kinds(actions, Fence, ArmBackoff) == [Fence("inventory"), ArmBackoff("writer", 200 * MS)]
    assert supervision.backoff_over(state, 300 * MS)[1] == ()


def test_a_restart_that_is_under_way_waits_for_the_one_below_it() -> None:
    state, _ = supervision.died(running(), "risk", "receive", "E: x", 0, 0.0)
    state, _ = supervision.backoff_over(state, 100 * MS)
    state, actions = supervision.died(state, "writer", "receive", "E: y", 150 * MS, 0.0)
    assert kinds(actions, Fence) == [Fence("risk"), Fence("inventory")]
    state, actions = supervision.backoff_over(state, 250 * MS)
    backs: list[Action] = []
    for name in ("writer", "inventory", "risk", "router"):
        assert kinds(actions, Spawn) == [Spawn(name)]
        state, actions = supervision.ready(state, name, 300 * MS)
        backs += kinds(actions, ChildBack)
    assert backs == [ChildBack("risk"), ChildBack("writer")]


def test_a_child_keeps_its_own_longer_back_off_when_it_goes_down_with_another() -> None:
    policies = {
        **ENGINE,
        "risk": rest("router", policy=attrs.evolve(PLAIN, backoff_min_ns=10 * S, backoff_max_ns=10 * S)),
    }
    state, _ = supervision.died(running(policies), "risk", "receive", "E: x", 0, 0.0)
    state, _ = supervision.died(state, "writer", "receive", "E: x", S, 0.0)
    state, _ = supervision.backoff_over(state, 2 * S)
    state, _ = supervision.ready(state, "writer", 2 * S)
    state, actions = supervision.ready(state, "inventory", 2 * S)
    assert actions == ()
    assert kinds(supervision.backoff_over(state, 10 * S)[1], Spawn) == [Spawn("risk")]


def test_a_child_is_not_back_while_one_that_restarted_with_it_is_down_again() -> None:
    policies = {"writer": rest("inventory", "risk"), "inventory": PLAIN, "risk": PLAIN}
    state, _ = supervision.died(running(policies), "writer", "receive", "E: x", 0, 0.0)
    state, _ = supervision.backoff_over(state, S)
    for name in ("writer", "inventory"):
        state, _ = supervision.ready(state, name, S)
    state, _ = supervision.died(state, "inventory", "receive", "E: x", S, 0.0)
    state, actions = supervision.ready(state, "risk", 2 * S)
    assert not kinds(actions, ChildBack)
    state, _ = supervision.backoff_over(state, 9 * S)
    assert kinds(supervision.ready(state, "inventory", 9 * S)[1], ChildBack) == [
        ChildBack("writer"),
        ChildBack("inventory"),
    ]


def test_one_restart_too_many_escalates_and_leaves_it_down() -> None:
    state = running({"market": attrs.evolve(PLAIN, intensity=2)})
    for now_ns in (S, 10 * S):
        state, _ = supervision.died(state, "market", "receive", "E: x", now_ns, 0.0)
        state, _ = supervision.backoff_over(state, now_ns + 5 * S)
        state, _ = supervision.ready(state, "market", now_ns + 5 * S)
    state, actions = supervision.died(state, "market", "receive", "E: x", 20 * S, 0.0)
    assert actions == (ChildDown("market", "E: x"), Escalate("market", "E: x"))
    assert supervision.backoff_over(state, 10_000 * S)[1] == ()
    assert supervision.died(state, "market", "receive", "E: x", 21 * S, 0.0) == (state, ())


def test_failures_of_long_ago_do_not_count() -> None:
    state = running({"market": attrs.evolve(PLAIN, intensity=1, period_ns=60 * S)})
    for number in range(5):
        now_ns = number * 61 * S
        state, actions = supervision.died(state, "market", "receive", "E: x", now_ns, 0.0)
        assert not kinds(actions, Escalate)
        state, _ = supervision.backoff_over(state, now_ns + 2 * S)
        state, _ = supervision.ready(state, "market", now_ns + 2 * S)


def test_an_error_that_a_restart_does_not_cure_escalates_at_once_but_hanging_never_does() -> None:
    state = running({"market": attrs.evolve(PLAIN, transient=("TimeoutError",))})
    assert kinds(supervision.died(state, "market", "receive", "TypeError: x", S, 0.0)[1], Escalate)
    assert not kinds(supervision.died(state, "market", "receive", "TimeoutError: x", S, 0.0)[1], Escalate)
    assert not kinds(supervision.died(state, "market", "hung", "silent", S, 0.0)[1], Escalate)


def test_a_child_that_was_given_up_does_not_keep_others_from_restarting() -> None:
    policies = {**ENGINE, "risk": rest("router", policy=attrs.evolve(PLAIN, intensity=0))}
    state, actions = supervision.died(running(policies), "risk", "receive", "E: x", S, 0.0)
    assert actions == (ChildDown("risk", "E: x"), Escalate("risk", "E: x"))
    state, _ = supervision.died(state, "router", "receive", "E: x", S, 0.0)
    state, actions = supervision.backoff_over(state, 2 * S)
    assert kinds(actions, Spawn) == [Spawn("router")]


def test_nothing_starts_above_a_child_that_was_given_up_in_the_first_start() -> None:
    policies = {"writer": attrs.evolve(PLAIN, intensity=0), "router": PLAIN}
    state, _ = supervision.begin(Supervision.of(policies), 0)
    state, actions = supervision.died(state, "writer", "init", "E: x", 0, 0.0)
    assert kinds(actions, Spawn) == []
    assert supervision.backoff_over(state, 100 * S)[1] == ()


@pytest.mark.parametrize("policies", [{"a": rest("b")}, {"a": PLAIN, "b": rest("a")}, {"a": rest("a")}])
def test_restarting_with_somebody_unknown_or_below_is_refused(policies: dict[str, RestartPolicy]) -> None:
    with pytest.raises(ValueError, match="which is not a child that starts after it"):
        Supervision.of(policies)


def test_news_about_those_who_are_down_or_strangers_changes_nothing() -> None:
    state, _ = supervision.died(running(), "market", "receive", "E: x", S, 0.0)
    assert supervision.died(state, "market", "receive", "E: x", S, 0.0) == (state, ())
    assert supervision.died(state, "stranger", "receive", "E: x", S, 0.0) == (state, ())
    assert supervision.ready(state, "market", S) == (state, ())
    assert supervision.ready(state, "stranger", S) == (state, ())


# ------------------------------------------------------------------------------------------------------------ back-off


@given(st.integers(0, 200), st.floats(0, 1), st.floats(0, 1), st.integers(1, S), st.integers(0, 100 * S))
def test_the_back_off_stays_between_its_bounds_and_never_shrinks_within_a_row(
    failures: int, jitter_share: float, jitter: float, min_ns: int, more_ns: int
) -> None:
    policy = RestartPolicy(backoff_min_ns=min_ns, backoff_max_ns=min_ns + more_ns, jitter=jitter_share)
    delay_ns = restart_delay_ns(policy, failures, jitter)
    assert min_ns <= delay_ns <= (min_ns + more_ns) * (1 + jitter_share) + 1
    assert restart_delay_ns(policy, failures + 1, jitter) >= delay_ns


def test_a_good_while_ends_the_row_of_failures() -> None:
    policy = attrs.evolve(PLAIN, reset_after_ns=60 * S)
    after_short = with_failure(History((0,), 3), policy, ready_at_ns=0, was_ready=True, now_ns=59 * S)
    after_long = with_failure(History((0,), 3), policy, ready_at_ns=0, was_ready=True, now_ns=60 * S)
    never_ready = with_failure(History((0,), 3), policy, ready_at_ns=0, was_ready=False, now_ns=60 * S)
    assert (after_short.streak, after_long.streak, never_ready.streak) == (4, 1, 4)


# ---------------------------------------------------------------------------------------------------------- properties


@attrs.define
class Household:
    """Carries the actions out in the simplest way, and checks each one against what lives."""

    state: Supervision
    now_ns: int = 0
    alive: set[str] = attrs.field(factory=set)
    ready: set[str] = attrs.field(factory=set)
    backoffs_ns: dict[str, int] = attrs.field(factory=dict)
    spawned_at_ns: dict[str, list[int]] = attrs.field(factory=dict)
    given_up: set[str] = attrs.field(factory=set)
    first_start_over: bool = False

    def perform(self, decision: Decision) -> None:
        self.state, actions = decision
        for action in actions:
            match action:
                case Spawn(name):
                    self.check_start(name)
                    self.alive.add(name)
                    self.spawned_at_ns.setdefault(name, []).append(self.now_ns)
                case Fence(name):
                    assert name in self.alive
                    assert all(later not in self.alive for later in self.state.policies[name].restart_with)
                    self.alive.discard(name)
                    self.ready.discard(name)
                case ArmBackoff(name, delay_ns):
                    assert delay_ns > 0
                    self.backoffs_ns[name] = self.now_ns + delay_ns
                case Escalate(name, _):
                    self.given_up.add(name)
                case AllReady():
                    assert not self.first_start_over
                    self.first_start_over = True

    def check_start(self, name: str) -> None:
        assert name not in self.alive
        assert name not in self.given_up
        assert self.now_ns >= self.backoffs_ns.get(name, 0)
        for earlier, policy in self.state.policies.items():
            if earlier == name:
                return
            below = name in policy.restart_with if self.first_start_over else True
            assert not below or earlier in self.ready or earlier in self.given_up

    def die(self, name: str) -> None:
        if name in self.alive:
            self.alive.discard(name)
            self.ready.discard(name)
            self.perform(supervision.died(self.state, name, "receive", "E: x", self.now_ns, 0.5))

    def become_ready(self, name: str) -> None:
        if name in self.alive:
            self.ready.add(name)
            self.perform(supervision.ready(self.state, name, self.now_ns))

    def wait(self, for_ns: int) -> None:
        """Every back-off that ends meanwhile rings at its time."""
        until_ns = self.now_ns + for_ns
        for due_ns in sorted(self.backoffs_ns.values()):
            if self.now_ns < due_ns <= until_ns:
                self.now_ns = due_ns
                self.perform(supervision.backoff_over(self.state, due_ns))
        self.now_ns = until_ns


names = st.sampled_from(list(ENGINE))
events = st.one_of(
    st.tuples(st.just("die"), names),
    st.tuples(st.just("ready"), names),
    st.tuples(st.just("wait"), st.integers(1, 3 * S)),
)


@given(st.lists(events, max_size=80), st.integers(0, 6))
def test_in_every_order_of_deaths_nobody_starts_too_early_or_above_somebody_who_is_down(
    script: list[tuple[str, str | int]], intensity: int
) -> None:
    """And once the deaths end, all who were not given up come back."""
    policies = {name: attrs.evolve(policy, intensity=intensity) for name, policy in ENGINE.items()}
    house = Household(Supervision.of(policies))
    house.perform(supervision.begin(house.state, 0))
    for event, what in script:
        if event == "wait" and isinstance(what, int):
            house.wait(what)
        elif isinstance(what, str):
            house.die(what) if event == "die" else house.become_ready(what)
    for name, starts in house.spawned_at_ns.items():
        assert name in house.given_up or len(starts) <= len(script) + 1
    if house.given_up and not house.first_start_over:
        return  # the start failed: nothing above it may come up
    for _ in range(3 * len(ENGINE)):
        house.wait(2 * S)
        for name in ENGINE:
            house.become_ready(name)
    assert house.ready == set(ENGINE) - house.given_up
    assert all(house.state.children[name].status is Status.GIVEN_UP for name in house.given_up)
    if not house.given_up:
        assert not house.state.outages


@given(st.lists(st.integers(1, 100 * S), min_size=1, max_size=40), st.integers(0, 4))
def test_there_are_never_more_restarts_in_a_period_than_allowed(lives_ns: list[int], intensity: int) -> None:
    policy = attrs.evolve(PLAIN, intensity=intensity, period_ns=120 * S)
    house = Household(Supervision.of({"market": policy}))
    house.perform(supervision.begin(house.state, 0))
    for life_ns in lives_ns:
        house.become_ready("market")
        house.wait(life_ns)
        house.die("market")
        house.wait(2 * S)
    restarts = house.spawned_at_ns["market"][1:]
    for start_ns in restarts:
        # a restart happens up to one back-off after the failure that is counted
        within = [other_ns for other_ns in restarts if start_ns <= other_ns < start_ns + 118 * S]
        assert len(within) <= intensity
