"""Who still answers: one beat for each actor, from the moment the engine starts.

Pings travel in the system lane, so an actor with a long queue still answers, and says how old its queue is: it works, too
slowly. An actor that does not answer is blocked inside a handler. Silence alone proves nothing (the whole process may have
slept): an actor is stuck when enough pings in a row stayed unanswered *and* enough time passed.
"""

from __future__ import annotations

import enum
import json
from collections.abc import Mapping

from neo.domain.config.heartbeat import HeartbeatConfig
from neo.domain.units import NS_PER_S
from neo.quickly_built import building, quickly_built
from neo.records import frozen


class Verdict(enum.Enum):
    """What a beat says of an actor, mildest first."""

    ALIVE = "alive"
    OVERLOADED = "overloaded"  # answers, but the oldest message in its queue waits for longer than the timeout
    LATE = "late"  # the last ping is unanswered
    STUCK = "stuck"  # restart it
    LOST = "lost"  # still silent a whole timeout after a restart was asked for: halt


#: By itself: from its class it takes six times as long (in Python 3.11).
_ALIVE = Verdict.ALIVE


@quickly_built
@frozen
class Beat:
    """One actor. `heard_ns` starts with the time at which it was added: there is never "no beat history"."""

    name: str
    heard_ns: int
    unanswered: int = 0
    queued: int = 0
    oldest_age_ns: int = 0
    told: Verdict = Verdict.ALIVE

    def silent_s(self, now_ns: int) -> int:
        """Whole seconds since the last sign of life."""
        return max(0, now_ns - self.heard_ns) // NS_PER_S


_beat = building(Beat)


@quickly_built
@frozen
class BeatBook:
    """All actors, in the order in which they were started. `round` numbers the pings; an answer to an old one counts too."""

    round: int
    beats: tuple[Beat, ...]

    def beat(self, name: str) -> Beat | None:
        for beat in self.beats:
            if beat.name == name:
                return beat
        return None

    @property
    def answered(self) -> int:
        """Actors that owe no answer but that to this round's ping."""
        return [beat.unanswered for beat in self.beats].count(1)

    @property
    def queued_most(self) -> int:
        """Messages in the longest queue."""
        return max([beat.queued for beat in self.beats])

    @property
    def oldest_age_ns(self) -> int:
        """Of all messages in all queues."""
        return max([beat.oldest_age_ns for beat in self.beats])


#: When an actor answered (ns), and what it said: messages in its queue, age of the oldest (ns).
SignOfLife = tuple[int, int, int]


@frozen
class Finding:
    """A verdict that is news about an actor; each is told once until the actor is well again."""

    beat: Beat
    verdict: Verdict
    silent_s: int


def opened(names: tuple[str, ...], now_ns: int) -> BeatBook:
    """The book at start-up: everybody has just been heard."""
    return BeatBook(0, tuple(Beat(name, now_ns) for name in names))


def pinged(
    book: BeatBook, signs: Mapping[str, SignOfLife], now_ns: int, heartbeat: HeartbeatConfig
) -> tuple[BeatBook, tuple[Finding, ...]]:
    """A new round: takes in who answered since the last, judges what is still unanswered, and counts the ping that is sent now.

    `signs` has the newest answer of each actor that gave one, to whichever ping. Nearly always everybody answered and nobody has
    a message that waits: one new beat for each then, and nothing else.
    """
    beats, findings = [], []
    for beat in book.beats:
        name, told = beat.name, beat.told
        sign = signs.get(name)
        if sign is None:
            heard_ns, queued, age_ns, unanswered = beat.heard_ns, beat.queued, beat.oldest_age_ns, beat.unanswered
        else:
            heard_ns, queued, age_ns = sign
            unanswered = 0
        verdict = _ALIVE
        if unanswered or age_ns:
            now = _beat(name, heard_ns, unanswered, queued, age_ns, told)
            verdict = judge(now, now_ns, heartbeat)
            if verdict is not told and verdict is not _ALIVE:
                findings.append(Finding(now, verdict, now.silent_s(now_ns)))
        beats.append(_beat(name, heard_ns, unanswered + 1, queued, age_ns, verdict))
    return BeatBook(book.round + 1, tuple(beats)), tuple(findings)


def restarted(book: BeatBook, name: str, now_ns: int) -> BeatBook:
    """A new incarnation starts with a clean record."""
    return BeatBook(book.round, tuple([Beat(name, now_ns) if beat.name == name else beat for beat in book.beats]))


def judge(beat: Beat, now_ns: int, heartbeat: HeartbeatConfig) -> Verdict:
    """The verdict on one actor. With `warn_only` nobody is restarted or halted: STUCK and LOST stay LATE."""
    timeout_ns = heartbeat.timeout_ns
    if not beat.unanswered:
        return Verdict.OVERLOADED if beat.oldest_age_ns > timeout_ns else _ALIVE
    silent_ns = now_ns - beat.heard_ns
    if heartbeat.warn_only or beat.unanswered < heartbeat.missed_max or silent_ns < timeout_ns:
        return Verdict.LATE
    was_told = beat.told in (Verdict.STUCK, Verdict.LOST)
    return Verdict.LOST if was_told and silent_ns >= 2 * timeout_ns else Verdict.STUCK


def history_json(book: BeatBook) -> str:
    """The newest beat of each actor, for engine_state: {"round": n, "beats": {name: {"heard_ns": ..., ...}}}."""
    beats = {
        beat.name: {"heard_ns": beat.heard_ns, "unanswered": beat.unanswered, "queued": beat.queued}
        for beat in book.beats
    }
    return json.dumps({"round": book.round, "beats": beats})
