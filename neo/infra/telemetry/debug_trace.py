"""Optional trace of messages for somebody who hunts a fault. Off without a path; a path that fails is reported, no more."""

from __future__ import annotations

from pathlib import Path

from neo.domain.ports import TelemetrySink
from neo.infra.telemetry.json_text import JsonText
from neo.infra.telemetry.jsonl_sink import JsonlSink
from neo.infra.telemetry.notice import Report, report_to_log
from neo.infra.telemetry.redaction import Redactor


class DebugTrace:
    """Writes one line per message while `enabled`; otherwise does nothing at the cost of one call."""

    def __init__(self, sink: TelemetrySink | None, redactor: Redactor | None = None) -> None:
        self._sink = sink
        self._json = JsonText(redactor or Redactor())

    @property
    def enabled(self) -> bool:
        return self._sink is not None

    def record(self, at_ns: int, sender: str, receiver: str, message: object) -> None:
        """One message as a line. Never raises: the sink takes its failures upon itself."""
        if self._sink is None:
            return
        text = self._json.of
        kind = text(type(message).__name__)
        self._sink.write(
            f'{{"at_ns":{at_ns},"from":{text(sender)},"to":{text(receiver)},"kind":{kind},"message":{text(message)}}}'
        )

    def flush(self) -> None:
        if self._sink is not None:
            self._sink.flush()

    def close(self) -> None:
        if self._sink is not None:
            self._sink.close()
            self._sink = None


def open_debug_trace(path: Path | None, redactor: Redactor | None = None, report: Report = report_to_log) -> DebugTrace:
    """A trace into `path`, or one that is off when there is no path or nothing can be written there (reported)."""
    if path is None:
        return DebugTrace(None)
    sink = JsonlSink(path, report=report)
    # Written out at once: that the path cannot be written is known now, not an hour into the hunt.
    sink.write('{"trace":"opened"}')
    if sink.flush() is not None:
        return DebugTrace(None)
    return DebugTrace(sink, redactor)
