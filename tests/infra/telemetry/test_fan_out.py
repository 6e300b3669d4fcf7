from __future__ import annotations

from typing import Any, cast

from neo.domain.ports import TelemetrySink
from neo.infra.telemetry.fan_out import FanOut
from neo.infra.telemetry.memory_sink import MemorySink
from tests.infra.telemetry.conftest import Notices


class SinkWithoutMethods:
    """Was once written against a method that did not exist."""


class FailingSink(MemorySink):
    def write(self, line: str) -> str | None:
        return "disk full"


def test_every_sink_gets_every_line() -> None:
    first, second = MemorySink(), MemorySink()
    sinks = FanOut({"first": first, "second": second})

    assert sinks.write("line") is None
    sinks.close()

    assert first.lines == second.lines == ("line",)
    assert first.closed
    assert second.closed


def test_a_telemetry_method_that_does_not_exist_reaches_neither_the_caller_nor_the_other_sinks(
    notices: Notices,
) -> None:
    # given a sink that lacks every method, between two good ones
    good, also_good = MemorySink(), MemorySink()
    broken = cast(TelemetrySink, SinkWithoutMethods())
    sinks = FanOut({"good": good, "broken": broken, "also good": also_good}, notices)

    # when lines are written
    reasons = [sinks.write(f"line {number}") for number in range(5)]
    sinks.flush()

    # then the good sinks have all, the caller learns the reason, and it is reported once, then that it is given up
    assert good.lines == also_good.lines == tuple(f"line {number}" for number in range(5))
    assert all(reason is not None and "no attribute 'write'" in reason for reason in reasons)
    assert [notice.cause for notice in notices] == ["AttributeError", "abandoned"]
    assert list(sinks.abandoned) == ["broken"]


def test_a_sink_that_recovers_is_kept() -> None:
    class Flaky(MemorySink):
        calls = 0

        def write(self, line: str) -> str | None:
            self.calls += 1
            if self.calls % 3:
                raise RuntimeError("now and then")
            return super().write(line)

    flaky = Flaky()
    sinks = FanOut({"flaky": flaky}, lambda _: None)

    for number in range(9):
        sinks.write(str(number))

    assert sinks.abandoned == {}
    assert flaky.lines == ("2", "5", "8")


def test_reasons_name_the_sink() -> None:
    sinks: Any = FanOut({"file": FailingSink(), "memory": MemorySink()})

    assert sinks.write("line") == "file: disk full"
