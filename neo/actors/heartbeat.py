"""Heartbeat: pings everybody through the system lane and tells the supervisor who does not answer."""

from __future__ import annotations

from neo.actors.engine_actor import EngineActor
from neo.actors.names import SUPERVISOR
from neo.actors.runtime import Ping, Pong, Tick, handles
from neo.domain.config.heartbeat import HeartbeatConfig
from neo.domain.messages.journal import EngineStateSet
from neo.domain.messages.session import BeatsMissed
from neo.domain.safety.heartbeat import Finding, SignOfLife, Verdict, heard, history_json, opened, pinged, restarted
from neo.domain.telemetry.events import ActorOverloaded, HeartbeatMissed
from neo.domain.telemetry.events import Heartbeat as HeartbeatEvent
from neo.domain.units import NS_PER_MS, seconds_ns

#: engine_state key of the newest beats, and how often they are written.
HISTORY_KEY = "heartbeat.history"
HISTORY_EVERY_ROUNDS = 60


class Heartbeat(EngineActor):
    """The book opens with a beat of everybody when this actor starts: "no beat history" cannot be."""

    def __init__(self, heartbeat: HeartbeatConfig, watched: tuple[str, ...]) -> None:
        super().__init__()
        self._heartbeat = heartbeat
        self._book = opened(watched, self.now_ns)
        self._signs: dict[str, SignOfLife] = {}

    def started(self) -> None:
        self._write_history()
        self.every("ping", seconds_ns(self._heartbeat.interval_s))

    @handles(Tick)
    def on_tick(self, message: Tick) -> None:
        finished = self._book = heard(self._book, self._signs)
        self._signs = {}
        self._book, findings = pinged(self._book, self.now_ns, self._heartbeat)
        if finished.round:
            self.emit(
                HeartbeatEvent(
                    finished.round,
                    len(finished.beats),
                    finished.answered,
                    max([beat.queued for beat in finished.beats]),
                    max([beat.oldest_age_ns for beat in finished.beats]) // NS_PER_MS,
                )
            )
        for finding in findings:
            self._tell(finding)
        ping = Ping(self._book.round)
        for beat in self._book.beats:
            # not a request: who stays silent is judged at the next round, and a late answer counts too
            self.tell(beat.name, ping)
        if self._book.round % HISTORY_EVERY_ROUNDS == 0:
            self._write_history()

    @handles(Pong)
    def on_pong(self, pong: Pong) -> None:
        # nobody looks at the book before the next round
        self._signs[pong.name] = (self.now_ns, pong.queued, pong.oldest_age_ns)

    def _tell(self, finding: Finding) -> None:
        beat = finding.beat
        if finding.verdict is Verdict.OVERLOADED:
            self.emit(ActorOverloaded(beat.name, beat.queued, beat.oldest_age_ns // NS_PER_MS))
            return
        self.emit(HeartbeatMissed(beat.name, beat.unanswered, finding.silent_s))
        if finding.verdict in (Verdict.STUCK, Verdict.LOST):
            self.tell(SUPERVISOR, BeatsMissed(beat.name, beat.unanswered, finding.silent_s))
            self._book = restarted(self._book, beat.name, self.now_ns)

    def _write_history(self) -> None:
        self.note_down(EngineStateSet(HISTORY_KEY, history_json(self._book)))
