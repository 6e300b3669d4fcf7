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
        """Actors that owe no answer."""
        return [beat.unanswered for beat in self.beats].count(0)


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


def pinged(book: BeatBook, now_ns: int, heartbeat: HeartbeatConfig) -> tuple[BeatBook, tuple[Finding, ...]]:
    """A new round: judges what the rounds before it left unanswered, then counts the ping that is sent now."""
    beats, findings = [], []
    for beat in book.beats:
        verdict = judge(beat, now_ns, heartbeat)
        if verdict is not beat.told and verdict is not _ALIVE:
            findings.append(Finding(beat, verdict, beat.silent_s(now_ns)))
        unanswered = beat.unanswered + 1
        beats.append(_beat(beat.name, beat.heard_ns, unanswered, beat.queued, beat.oldest_age_ns, verdict))
    return BeatBook(book.round + 1, tuple(beats)), tuple(findings)


def answered(book: BeatBook, name: str, now_ns: int, queued: int, oldest_age_ns: int) -> BeatBook:
    """One actor answered."""
    return heard(book, {name: (now_ns, queued, oldest_age_ns)})


def heard(book: BeatBook, signs: Mapping[str, SignOfLife]) -> BeatBook:
    """All answers since the last look: of each actor its newest. Who is not in the book yet is added."""
    if not signs:
        return book
    beats = []
    for beat in book.beats:
        sign = signs.get(beat.name)
        if sign is not None:
            heard_ns, queued, oldest_age_ns = sign
            beat = _beat(beat.name, heard_ns, 0, queued, oldest_age_ns, beat.told)
        beats.append(beat)
    known = {beat.name for beat in beats}
    beats += [
        Beat(name, at_ns, 0, queued, age_ns) for name, (at_ns, queued, age_ns) in signs.items() if name not in known
    ]
    return BeatBook(book.round, tuple(beats))


def restarted(book: BeatBook, name: str, now_ns: int) -> BeatBook:
    """A new incarnation starts with a clean record."""
    return _with(book, Beat(name, now_ns)) if book.beat(name) else answered(book, name, now_ns, 0, 0)


def judge(beat: Beat, now_ns: int, heartbeat: HeartbeatConfig) -> Verdict:
    """The verdict on one actor. With `warn_only` nobody is restarted or halted: STUCK and LOST stay LATE."""
    if not beat.unanswered and not beat.oldest_age_ns:
        return _ALIVE  # nearly all of them, nearly always
    timeout_ns = heartbeat.timeout_ns
    if not beat.unanswered:
        return Verdict.OVERLOADED if beat.oldest_age_ns > timeout_ns else _ALIVE
    silent_ns = now_ns - beat.heard_ns
    if heartbeat.warn_only or beat.unanswered < heartbeat.missed_max or silent_ns < timeout_ns:
        return Verdict.LATE
    was_told = beat.told in (Verdict.STUCK, Verdict.LOST)
    return Verdict.LOST if was_told and silent_ns >= 2 * timeout_ns else Verdict.STUCK


def _with(book: BeatBook, changed: Beat) -> BeatBook:
    return BeatBook(book.round, tuple([changed if beat.name == changed.name else beat for beat in book.beats]))


def history_json(book: BeatBook) -> str:
    """The newest beat of each actor, for engine_state: {"round": n, "beats": {name: {"heard_ns": ..., ...}}}."""
    beats = {
        beat.name: {"heard_ns": beat.heard_ns, "unanswered": beat.unanswered, "queued": beat.queued}
        for beat in book.beats
    }
    return json.dumps({"round": book.round, "beats": beats})
