"""When a session quoted, when not and why, as a time line: slots of equal length, each with what its ticks say."""

from __future__ import annotations

from collections.abc import Sequence

from neo.domain.report.chart import Span, TimeLine
from neo.domain.session.summary_rows import HaltLike
from neo.domain.units import NS_PER_S

SLOTS = 480
#: A slot without a tick shows as silent only when it is longer than a tick may take.
SILENT_MIN_NS = 30 * NS_PER_S


class UptimeTally:
    """Fed with ticks in the order of time. Mutable and owned by whoever feeds it."""

    def __init__(self, starts_ns: int, ends_ns: int) -> None:
        self._starts_ns = starts_ns
        self._span_ns = max(ends_ns - starts_ns, NS_PER_S)
        self._slot_ns = max(self._span_ns // SLOTS, SILENT_MIN_NS)
        self._quoting: dict[int, int] = {}
        self._suspended: dict[int, dict[str, int]] = {}

    def tick(self, at_ns: int, suspended: str | None) -> None:
        index = min(max(0, at_ns - self._starts_ns), self._span_ns - 1) // self._slot_ns
        if suspended is None:
            self._quoting[index] = self._quoting.get(index, 0) + 1
        else:
            reasons = self._suspended.setdefault(index, {})
            reasons[suspended] = reasons.get(suspended, 0) + 1

    def time_line(self, halts: Sequence[HaltLike]) -> TimeLine:
        """Quoting above, halts below."""
        return TimeLine(
            key="uptime",
            title="Quoting and halts",
            about=f"Parts of {self._slot_ns // NS_PER_S} s: quoting at every tick, at some, at none, or no tick at all.",
            rows=(
                ("quoting", self._spans()),
                ("halts", tuple(Span(h.at_ns, h.at_ns, "halt", f"{h.reason}: {h.detail}") for h in halts)),
            ),
        )

    def _spans(self) -> tuple[Span, ...]:
        spans: list[Span] = []
        for index in range(-(-self._span_ns // self._slot_ns)):
            kind, text = self._slot(index)
            from_ns = self._starts_ns + index * self._slot_ns
            to_ns = min(from_ns + self._slot_ns, self._starts_ns + self._span_ns)
            if spans and (spans[-1].kind, spans[-1].text) == (kind, text):
                spans[-1] = Span(spans[-1].from_ns, to_ns, kind, text)
            else:
                spans.append(Span(from_ns, to_ns, kind, text))
        return tuple(spans)

    def _slot(self, index: int) -> tuple[str, str]:
        quoting, reasons = self._quoting.get(index, 0), self._suspended.get(index)
        if reasons is None:
            return ("good", "quoting") if quoting else ("grid", "no tick")
        named = ", ".join(sorted(reasons))
        return ("warn", f"at times: {named}") if quoting else ("halt", f"suspended: {named}")
