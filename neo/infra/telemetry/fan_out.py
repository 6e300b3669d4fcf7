"""Several sinks behind one: a broken one is left out and reported, the others go on."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from neo.domain.ports import TelemetrySink
from neo.infra.telemetry.notice import NoticeKind, Report, SinkNotice, report_to_log

#: What a broken sink can raise. A sink that lacks a method raises AttributeError or TypeError: named, because that very
#: fault once took order flow down. KeyboardInterrupt and SystemExit are not a sink's fault and pass.
_SINK_FAULTS = (
    OSError,
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
    ArithmeticError,
    RuntimeError,
    AssertionError,
    MemoryError,
    ImportError,
    StopIteration,
)

#: After so many faults in a row a sink is not called any more.
FAULTS_MAX = 3


class FanOut:
    """A TelemetrySink that writes each line to every sink, in the order given."""

    def __init__(self, sinks: Mapping[str, TelemetrySink], report: Report = report_to_log) -> None:
        self._sinks = dict(sinks)
        self._report = report
        self._faults = dict.fromkeys(self._sinks, 0)
        self._abandoned: dict[str, str] = {}
        #: A sink has raised: faults in a row are counted from then on.
        self._troubled = False

    @property
    def abandoned(self) -> Mapping[str, str]:
        """Sinks that raised too often, with the last fault."""
        return dict(self._abandoned)

    def write(self, line: str) -> str | None:
        """Every line comes through here: the usual one without a call for each sink but the sink's own."""
        if self._troubled:
            return self._each(lambda sink: sink.write(line))
        reasons = None
        for name, sink in self._sinks.items():
            try:
                reason = sink.write(line)
            except _SINK_FAULTS as fault:
                reason = self._count_fault(name, fault)
            if reason is not None:
                reasons = f"{name}: {reason}" if reasons is None else f"{reasons}; {name}: {reason}"
        return reasons

    def flush(self) -> str | None:
        return self._each(lambda sink: sink.flush())

    def close(self) -> None:
        self._each(lambda sink: sink.close())

    def _each(self, call: Callable[[TelemetrySink], str | None]) -> str | None:
        reasons = []
        for name, sink in self._sinks.items():
            if name in self._abandoned:
                reasons.append(f"{name}: {self._abandoned[name]}")
                continue
            try:
                reason = call(sink)
            except _SINK_FAULTS as fault:
                reason = self._count_fault(name, fault)
            else:
                self._faults[name] = 0
            if reason is not None:
                reasons.append(f"{name}: {reason}")
        return "; ".join(reasons) or None

    def _count_fault(self, name: str, fault: BaseException) -> str:
        text = f"{type(fault).__name__}: {fault}"
        self._troubled = True
        self._faults[name] += 1
        if self._faults[name] == 1:
            self._report(SinkNotice(NoticeKind.FAILING, name, type(fault).__name__, text))
        if self._faults[name] >= FAULTS_MAX:
            self._abandoned[name] = text
            self._report(SinkNotice(NoticeKind.FAILING, name, "abandoned", f"not used any more: {text}"))
        return text
