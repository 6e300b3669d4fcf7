"""One telemetry event as one line of JSON.

The order of the leading keys is part of the format: `newest_db_seq` reads them without parsing whole lines.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from json.encoder import encode_basestring_ascii
from typing import Any

from neo.domain.telemetry.event import SCHEMA_VERSION, Emit, TelemetryEvent
from neo.domain.units import NS_PER_S
from neo.infra.telemetry.json_text import JsonText
from neo.infra.telemetry.redaction import Redactor

_OPENING = f'{{"v":{SCHEMA_VERSION},"seq":'
_MINUTE_NS = 60 * NS_PER_S
_TWO_DIGITS = tuple(f"{number:02d}" for number in range(60))


class LineEncoder:
    """Turns Emit into text for a TelemetrySink. `seq` counts this session's lines from 1: a gap is a lost line."""

    def __init__(self, session_id: str, run_id: str, redactor: Redactor | None = None, first_seq: int = 1) -> None:
        self._json = JsonText(redactor or Redactor())
        self._identity = f'","session":{encode_basestring_ascii(session_id)},"run_id":{encode_basestring_ascii(run_id)}'
        self._next_seq = first_seq
        self._at_ns = -1
        #: When the minute of the line before began; none did so long ago.
        self._minute_ns = -_MINUTE_NS
        self._moment = self._minute_text = ""
        self._actor = self._tail = ""
        self._actors: dict[str, str] = {}
        self._events: dict[type[TelemetryEvent], tuple[str, Callable[[Any], str]]] = {}

    @property
    def lines(self) -> int:
        """The sequence number of the newest line."""
        return self._next_seq - 1

    def encode(self, emit: Emit) -> str:
        """The line of an Emit."""
        return self.line(emit.event, emit.actor, emit.at_ns, emit.db_seq)

    def line(self, event: TelemetryEvent, actor: str, at_ns: int, db_seq: int) -> str:
        """The line without its line end. TypeError for what is not a TelemetryEvent: such a thing cannot be emitted."""
        known = self._events.get(type(event))
        if known is None:
            known = self._learn(type(event))
        if at_ns != self._at_ns or actor != self._actor:
            # What the journal tells of one commit comes from one actor, with one instant.
            self._tail = self._tail_of(actor, at_ns)
        seq = self._next_seq
        self._next_seq = seq + 1
        head, fields = known
        return f'{_OPENING}{seq},"db_seq":{db_seq}{self._tail}{head}{fields(event)}}}'

    def _tail_of(self, actor: str, at_ns: int) -> str:
        """When it was, and who says it; both are kept for the line that comes next."""
        text = self._actors.get(actor)
        if text is None:
            text = self._actors[actor] = f',"actor":{encode_basestring_ascii(actor)}'
        if at_ns != self._at_ns:
            self._moment = self._moment_of(at_ns)
        self._actor, self._at_ns = actor, at_ns
        return self._moment + text

    def _learn(self, kind: type[TelemetryEvent]) -> tuple[str, Callable[[Any], str]]:
        if not issubclass(kind, TelemetryEvent):
            raise TypeError(f"emit() takes a TelemetryEvent, not {kind.__name__}")
        head = f',"event":{encode_basestring_ascii(kind.NAME)},"severity":"{kind.SEVERITY.value}","fields":'
        known = self._events[kind] = (head, self._json.fields_of(kind))
        return known

    def _moment_of(self, at_ns: int) -> str:
        """The time as a number and in UTC with microseconds (2026-01-31T12:00:00.000000Z), and the identity behind it.

        Lines nearly always share their minute with the one before. Digits are taken out of the number's text: to divide, and
        to format what is left, costs more than all the rest here.
        """
        digits = str(at_ns)
        of_minute_ns = at_ns - self._minute_ns
        if not 0 <= of_minute_ns < _MINUTE_NS:
            minute, of_minute_ns = divmod(at_ns, _MINUTE_NS)
            self._minute_ns = minute * _MINUTE_NS
            self._minute_text = datetime.fromtimestamp(minute * 60, UTC).isoformat()[:17]
        second = _TWO_DIGITS[of_minute_ns // NS_PER_S]
        whole = digits if at_ns >= NS_PER_S else digits.zfill(9)
        return f',"at_ns":{digits},"time":"{self._minute_text}{second}.{whole[-9:-3]}Z{self._identity}'
