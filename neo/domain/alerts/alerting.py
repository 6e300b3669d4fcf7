"""When who is told: once for each cause, its end as well, within the limit of an hour, and once a day that all is well.

Time arrives as an argument, in nanoseconds since 1970. `after` takes in what happened, `due` says what is to be told now.
"""

from __future__ import annotations

import attrs

from neo.domain.alerts.cause import Cause, Change, Ended, Opened, Urgency
from neo.domain.alerts.notice import Notice, NoticeKind
from neo.domain.config.alerts import NO_SIGN_OF_LIFE
from neo.domain.units import NS_PER_MINUTE
from neo.records import frozen

HOUR_NS = 60 * NS_PER_MINUTE
DAY_NS = 24 * HOUR_NS
#: Causes remembered at the same time; more than that is one big cause, and the limit of an hour has long been reached.
CAUSES_MAX = 500


@frozen
class Policy:
    """`per_hour_max` counts for urgent notices and for all others separately."""

    per_hour_max: int
    sign_of_life_hour: int


@frozen
class Standing:
    """A cause that is open, or was until `ended_ns`. `told`: its alert was sent."""

    cause: Cause
    since_ns: int
    seen_ns: int
    times: int = 1
    told: bool = False
    ended_ns: int | None = None

    def over_ns(self) -> int | None:
        """When it counts as over; None as long as it is open."""
        ended = self.seen_ns if self.cause.ends_by_silence else self.ended_ns
        return None if ended is None else ended + self.cause.settle_ns


@frozen
class Alerting:
    """`sent` are the urgency and time of what was told within the last hour; `next_sign_ns` is None for no sign of life."""

    standings: tuple[Standing, ...] = ()
    sent: tuple[tuple[bool, int], ...] = ()
    next_sign_ns: int | None = None

    def standing(self, key: str) -> Standing | None:
        return next((each for each in self.standings if each.cause.key == key), None)


def begin(policy: Policy, now_ns: int) -> Alerting:
    return Alerting(next_sign_ns=_next_sign(policy, now_ns))


def after(state: Alerting, change: Change, now_ns: int) -> Alerting:
    """Take in what happened. Nothing is told by it."""
    if isinstance(change, Ended):
        return _ended(state, change, now_ns)
    known = state.standing(change.cause.key)
    if change.unless and any(_says_the_same(each, change) for each in state.standings):
        return state
    if known is None:
        if len(state.standings) >= CAUSES_MAX:
            return state
        return attrs.evolve(state, standings=(*state.standings, Standing(change.cause, now_ns, now_ns)))
    again = attrs.evolve(
        known,
        cause=known.cause if known.told else change.cause,
        seen_ns=max(known.seen_ns, now_ns),
        times=known.times + 1,
        ended_ns=None,
    )
    return _replaced(state, known, again)


def _says_the_same(standing: Standing, change: Opened) -> bool:
    return standing.ended_ns is None and standing.cause.key.startswith(change.unless)


def _ended(state: Alerting, change: Ended, now_ns: int) -> Alerting:
    for known in state.standings:
        is_meant = known.cause.key == change.key or (change.below and known.cause.key.startswith(change.below))
        if is_meant and known.ended_ns is None:
            state = _replaced(state, known, attrs.evolve(known, ended_ns=now_ns))
    return state


def due(state: Alerting, policy: Policy, now_ns: int) -> tuple[Alerting, tuple[Notice, ...]]:
    """What is to be told now, urgent things first, and the state after telling it."""
    sent = tuple(each for each in state.sent if each[1] > now_ns - HOUR_NS)
    kept: list[Standing] = []
    notices: list[Notice] = []
    waiting = 0
    for standing in sorted(state.standings, key=lambda each: each.cause.urgency is not Urgency.URGENT):
        kind = _wanted(standing, now_ns)
        if kind is not None and not _allowed(sent, standing.cause.urgency, policy):
            kind, waiting = None, waiting + 1
            kept.append(standing)
            continue
        if kind is not None:
            notices.append(_notice(standing, kind, now_ns))
            sent = (*sent, (standing.cause.urgency is Urgency.URGENT, now_ns))
        if kind is NoticeKind.ALERT:
            kept.append(attrs.evolve(standing, told=True))
        elif kind is None and not _is_over(standing, now_ns):
            kept.append(standing)
    told = tuple(attrs.evolve(each, waiting=waiting) for each in notices)
    after_telling = attrs.evolve(state, standings=tuple(kept), sent=sent)
    return _with_sign_of_life(after_telling, told, policy, now_ns)


def _wanted(standing: Standing, now_ns: int) -> NoticeKind | None:
    """The message that a cause is owed now. One that ended before it was told is owed none, unless it cannot recover."""
    over = _is_over(standing, now_ns)
    if standing.told:
        return NoticeKind.RECOVERED if over and standing.cause.recovers else None
    is_open = not standing.cause.recovers or (standing.ended_ns is None and not over)
    lasted = now_ns - standing.since_ns >= standing.cause.patience_ns
    return NoticeKind.ALERT if is_open and lasted else None


def _is_over(standing: Standing, now_ns: int) -> bool:
    over_ns = standing.over_ns()
    return over_ns is not None and now_ns >= over_ns


def _allowed(sent: tuple[tuple[bool, int], ...], urgency: Urgency, policy: Policy) -> bool:
    is_urgent = urgency is Urgency.URGENT
    return sum(was_urgent is is_urgent for was_urgent, _ in sent) < policy.per_hour_max


def _notice(standing: Standing, kind: NoticeKind, now_ns: int) -> Notice:
    cause = standing.cause
    return Notice(
        kind=kind,
        cause=cause.key,
        title=cause.title,
        detail=cause.detail,
        urgency=cause.urgency if kind is NoticeKind.ALERT else Urgency.INFO,
        at_ns=now_ns,
        since_ns=standing.since_ns,
        times=standing.times,
    )


def _with_sign_of_life(
    state: Alerting, told: tuple[Notice, ...], policy: Policy, now_ns: int
) -> tuple[Alerting, tuple[Notice, ...]]:
    if state.next_sign_ns is None or now_ns < state.next_sign_ns:
        return state, told
    wrong = [each.cause.title for each in state.standings if each.told and not _is_over(each, now_ns)]
    notice = Notice(
        kind=NoticeKind.SIGN_OF_LIFE,
        cause="sign_of_life",
        title="all is well" if not wrong else f"running, with {len(wrong)} open",
        detail="; ".join(wrong),
        urgency=Urgency.INFO,
        at_ns=now_ns,
        since_ns=now_ns,
    )
    return attrs.evolve(state, next_sign_ns=_next_sign(policy, now_ns)), (*told, notice)


def _next_sign(policy: Policy, now_ns: int) -> int | None:
    """The next time at which the clock in UTC shows the full hour that was asked for, later than now."""
    if policy.sign_of_life_hour == NO_SIGN_OF_LIFE:
        return None
    today = now_ns - now_ns % DAY_NS + policy.sign_of_life_hour * HOUR_NS
    return today if today > now_ns else today + DAY_NS


def _replaced(state: Alerting, old: Standing, new: Standing) -> Alerting:
    return attrs.evolve(state, standings=tuple(new if each is old else each for each in state.standings))
