"""Supervision as a decision: what to start, to cut off, to wait for, and when to give up. Pure."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from neo.actors.runtime.backoff import History, restart_delay_ns, with_failure
from neo.actors.runtime.child_spec import RestartPolicy
from neo.actors.runtime.crashes import error_type
from neo.actors.runtime.messages import Phase
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
from neo.records import frozen


@frozen
class Child:
    """`not_before_ns` is the end of its back-off, `ready_at_ns` when it last said Ready."""

    status: Status = Status.DOWN
    history: History = attrs.field(factory=History)
    not_before_ns: int = 0
    ready_at_ns: int = 0


@frozen
class Outage:
    """`name` died; it is back when all `waiting` are ready again, itself among them."""

    name: str
    waiting: tuple[str, ...]


@frozen
class Supervision:
    """`policies` is in start order. `complete`: every child has been ready once, the first start is over."""

    policies: Mapping[str, RestartPolicy]
    children: Mapping[str, Child]
    outages: tuple[Outage, ...] = ()
    complete: bool = False

    @classmethod
    def of(cls, policies: Mapping[str, RestartPolicy]) -> Supervision:
        """ValueError when a policy restarts a name that is not a child, or that starts earlier than itself."""
        order = list(policies)
        for name, policy in policies.items():
            for other in policy.restart_with:
                if other not in policies or order.index(other) <= order.index(name):
                    raise ValueError(f"{name} restarts {other!r} with it, which is not a child that starts after it")
        return cls(policies, {name: Child() for name in policies})

    def group(self, name: str) -> tuple[str, ...]:
        """Who restarts when `name` does, in start order."""
        members = {name, *self.policies[name].restart_with}
        return tuple(other for other in self.policies if other in members)

    def with_children(self, changed: Mapping[str, Child]) -> Supervision:
        return attrs.evolve(self, children={**self.children, **changed})


Decision = tuple[Supervision, tuple[Action, ...]]


def begin(state: Supervision, now_ns: int) -> Decision:
    """Start the first child; the others follow, each when those before it are ready."""
    if not state.policies:
        return attrs.evolve(state, complete=True), (AllReady(),)
    return _start_what_can(state, now_ns)


def died(state: Supervision, name: str, phase: Phase, error: str, now_ns: int, jitter: float) -> Decision:
    """A child died. `jitter` is a random number from 0 to 1. Nothing when it is down already, or not a child."""
    child = state.children.get(name)
    if child is None or child.status in (Status.DOWN, Status.GIVEN_UP):
        return state, ()
    policy = state.policies[name]
    down: tuple[Action, ...] = (ChildDown(name, error),)
    history = with_failure(child.history, policy, child.ready_at_ns, child.status is Status.READY, now_ns)
    restartable = phase == "hung" or not policy.transient or error_type(error) in policy.transient
    if not restartable or len(history.failures_ns) > policy.intensity:
        given_up = attrs.evolve(child, status=Status.GIVEN_UP, history=history)
        state, starts = _start_what_can(state.with_children({name: given_up}), now_ns)
        return state, (*down, Escalate(name, error), *starts)
    not_before_ns = now_ns + restart_delay_ns(policy, history.streak - 1, jitter)
    state = state.with_children({name: attrs.evolve(child, history=history)})
    state, fences = _take_down(state, name, not_before_ns)
    return state, (*down, *fences, ArmBackoff(name, not_before_ns - now_ns))


def ready(state: Supervision, name: str, now_ns: int) -> Decision:
    """A child does its work. Nothing when it was not being started."""
    child = state.children.get(name)
    if child is None or child.status is not Status.STARTING:
        return state, ()
    state = state.with_children({name: attrs.evolve(child, status=Status.READY, ready_at_ns=now_ns)})
    state, news = _settle_outages(state, name)
    state, starts = _start_what_can(state, now_ns)
    if not state.complete and all(child.status is Status.READY for child in state.children.values()):
        return attrs.evolve(state, complete=True), (*news, AllReady(), *starts)
    return state, (*news, *starts)


def backoff_over(state: Supervision, now_ns: int) -> Decision:
    """Some waiting time has passed."""
    return _start_what_can(state, now_ns)


def _take_down(state: Supervision, name: str, not_before_ns: int) -> Decision:
    """The group of `name`: who still lives is cut off, last started first, and all wait for the back-off."""
    group = state.group(name)
    fences: list[Action] = []
    changed = {}
    for member in reversed(group):
        child = state.children[member]
        if child.status is Status.GIVEN_UP:
            continue
        if member != name and child.status is not Status.DOWN:
            fences.append(Fence(member))
        later_ns = max(not_before_ns, child.not_before_ns)
        changed[member] = attrs.evolve(child, status=Status.DOWN, not_before_ns=later_ns)
    outages = tuple(_widened(state, outage, group) for outage in state.outages if outage.name != name)
    waiting = tuple(member for member in group if state.children[member].status is not Status.GIVEN_UP)
    return attrs.evolve(state.with_children(changed), outages=(*outages, Outage(name, waiting))), tuple(fences)


def _widened(state: Supervision, outage: Outage, group: tuple[str, ...]) -> Outage:
    """An outage that is not over yet waits anew for those of its own group that have gone down with `group`."""
    own = state.group(outage.name)
    waiting = tuple(n for n in own if n in outage.waiting or n in group)
    return attrs.evolve(outage, waiting=waiting)


def _settle_outages(state: Supervision, name: str) -> Decision:
    """`name` is ready: which outages are over?"""
    left = []
    over: list[Action] = []
    for outage in state.outages:
        waiting = tuple(member for member in outage.waiting if member != name)
        if waiting:
            left.append(attrs.evolve(outage, waiting=waiting))
        else:
            over.append(ChildBack(outage.name))
    return attrs.evolve(state, outages=tuple(left)), tuple(over)


def _start_what_can(state: Supervision, now_ns: int) -> Decision:
    actions: list[Action] = []
    for name, child in state.children.items():
        if child.status is Status.DOWN and child.not_before_ns <= now_ns and not _must_wait(state, name):
            state = state.with_children({name: attrs.evolve(child, status=Status.STARTING)})
            actions += [Spawn(name), ArmReadyTimeout(name, state.policies[name].ready_timeout_ns)]
    return state, tuple(actions)


def _must_wait(state: Supervision, name: str) -> bool:
    """For an earlier child that is not ready: any one during the first start, later only one that it restarts with.

    Nobody waits for a child that was given up, once the first start is over: to cancel orders the router must live.
    """
    for earlier, child in state.children.items():
        if earlier == name:
            return False
        if not state.complete and child.status is not Status.READY:
            return True
        if child.status in (Status.DOWN, Status.STARTING) and _tied(state, earlier, name):
            return True
    return False


def _tied(state: Supervision, earlier: str, name: str) -> bool:
    if name in state.policies[earlier].restart_with:
        return True
    return any(earlier in outage.waiting and name in outage.waiting for outage in state.outages)
