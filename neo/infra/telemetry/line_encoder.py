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


class LineEncoder:
    """Turns Emit into text for a TelemetrySink. `seq` counts this session's lines from 1: a gap is a lost line."""

    def __init__(self, session_id: str, run_id: str, redactor: Redactor | None = None, first_seq: int = 1) -> None:
        self._json = JsonText(redactor or Redactor())
        self._identity = f'","session":{encode_basestring_ascii(session_id)},"run_id":{encode_basestring_ascii(run_id)}'
        self._next_seq = first_seq
        self._at_ns = self._second = self._minute = -1
        self._moment = self._second_text = self._minute_text = ""
        self._actors: dict[str, str] = {}
        self._events: dict[type[TelemetryEvent], tuple[str, Callable[[Any], str]]] = {}

    @property
    def lines(self) -> int:
        """The sequence number of the newest line."""
        return self._next_seq - 1

    def encode(self, emit: Emit) -> str:
        """The line without its line end. TypeError for what is not a TelemetryEvent: such a thing cannot be emitted."""
        event = emit.event
        known = self._events.get(type(event))
        if known is None:
            known = self._learn(type(event))
        actor = self._actors.get(emit.actor)
        if actor is None:
            actor = self._actors[emit.actor] = f',"actor":{encode_basestring_ascii(emit.actor)}'
        seq = self._next_seq
        self._next_seq = seq + 1
        at_ns = emit.at_ns
        if at_ns != self._at_ns:
            # What the journal tells of one commit comes with one instant.
            self._moment = f',"at_ns":{at_ns},"time":"{self._iso(at_ns)}{self._identity}'
            self._at_ns = at_ns
        head, fields = known
        return f'{_OPENING}{seq},"db_seq":{emit.db_seq}{self._moment}{actor}{head}{fields(event)}}}'

    def _learn(self, kind: type[TelemetryEvent]) -> tuple[str, Callable[[Any], str]]:
        if not issubclass(kind, TelemetryEvent):
            raise TypeError(f"emit() takes a TelemetryEvent, not {kind.__name__}")
        head = f',"event":{encode_basestring_ascii(kind.NAME)},"severity":"{kind.SEVERITY.value}","fields":'
        known = self._events[kind] = (head, self._json.fields_of(kind))
        return known

    def _iso(self, at_ns: int) -> str:
        """UTC with microseconds, e.g. 2026-01-31T12:00:00.000000Z. Lines often share their second, and nearly always their
        minute, with the one before."""
        second, rest_ns = divmod(at_ns, NS_PER_S)
        if second != self._second:
            minute, of_minute = divmod(second, 60)
            if minute != self._minute:
                self._minute_text = datetime.fromtimestamp(minute * 60, UTC).isoformat()[:17]
                self._minute = minute
            self._second_text = f"{self._minute_text}{of_minute:02d}"
            self._second = second
        return f"{self._second_text}.{rest_ns // 1000:06d}Z"
