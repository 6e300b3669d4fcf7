"""What went wrong: order flow called a telemetry method that did not exist, and the exception took the orders with it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import attrs
import pytest

from neo.actors import names
from neo.actors.runtime import ChildSpec, RestartPolicy
from neo.actors.telemetry import Telemetry
from neo.domain.messages.session import Phase, PhaseChanged
from neo.domain.ports import TelemetrySink
from neo.domain.telemetry.event import Emit, EmitAll, TelemetryEvent, registered_events
from neo.domain.telemetry.events import TelemetryProblem
from neo.harness import World
from neo.infra.telemetry.fan_out import FanOut
from neo.infra.telemetry.jsonl_sink import JsonlSink
from neo.infra.telemetry.line_encoder import LineEncoder
from neo.infra.telemetry.memory_sink import MemorySink
from neo.infra.telemetry.notice import SinkNotice

Trades = list[tuple[object, ...]]


class HalfASink:
    """What once was passed for a sink: it has none of the methods that are called."""


class RaisingSink:
    """Raises on everything that it is asked to do."""

    def __init__(self, fault: Exception) -> None:
        self._fault = fault

    def write(self, line: str) -> str | None:
        raise self._fault

    def flush(self) -> str | None:
        raise self._fault

    def close(self) -> None:
        raise self._fault


class FullDisk:
    """Returns a problem for every line."""

    def __init__(self) -> None:
        self.refused: list[str] = []

    def write(self, line: str) -> str | None:
        self.refused.append(line)
        return "ENOSPC: no space left"

    def flush(self) -> str | None:
        return "ENOSPC: no space left"

    def close(self) -> None: ...


RAISING: dict[str, Callable[[], object]] = {
    "lacks every method": HalfASink,
    "raises AttributeError": lambda: RaisingSink(AttributeError("no such method: log_order_sumbitted")),
    "raises OSError": lambda: RaisingSink(OSError("gone")),
    "raises RuntimeError": lambda: RaisingSink(RuntimeError("closed")),
}


def traded(world: World) -> Trades:
    """Ten minutes of trading: every order and every fill of it, under the restart limits of a real session."""
    world.boot().until_trading().run_for(600)
    ended = world.finish()
    assert (ended.halt_reason, ended.unverified) == ("interrupted_sigterm", ()), ended
    with world.reader() as reader:
        orders = reader.orders(ended.session_id)
        fills = reader.fills(ended.session_id)
    assert orders
    assert fills
    return [
        *((row.side, row.price, row.quantity, row.state, row.created_at_ns) for row in orders),
        *((row.side, row.base_quantity, row.quote_quantity, row.ledger_index) for row in fills),
    ]


def telemetry_into(sink: TelemetrySink) -> dict[str, ChildSpec]:
    encode = LineEncoder("session", "0123abcd").line
    return {names.TELEMETRY: ChildSpec(names.TELEMETRY, Telemetry, {"sink": sink, "serialise": encode})}


def trades_with(sink: TelemetrySink) -> Trades:
    with World(seed=5, policy=RestartPolicy(), replaced=telemetry_into(sink)) as world:
        return traded(world)


@pytest.fixture(scope="module")
def sound_trades() -> Trades:
    """What the same seed trades when telemetry works."""
    return trades_with(MemorySink())


@pytest.mark.parametrize("fault", RAISING)
def test_order_flow_does_not_feel_a_sink_that(fault: str, sound_trades: Trades) -> None:
    told: list[SinkNotice] = []
    sound = MemorySink()
    broken: TelemetrySink = RAISING[fault]()  # type: ignore[assignment]  # that it is none is the point

    trades = trades_with(FanOut({"broken": broken, "sound": sound}, report=told.append))

    assert trades == sound_trades
    assert {notice.sink for notice in told} == {"broken"}
    assert sound.events("ORDER_SUBMITTED")


def test_order_flow_does_not_feel_a_full_disk(sound_trades: Trades) -> None:
    disk = FullDisk()

    assert trades_with(disk) == sound_trades

    assert len(disk.refused) > 100
    assert sum(TelemetryProblem.NAME in line for line in disk.refused) == 1  # told once, not for every line


def test_order_flow_does_not_feel_a_telemetry_file_that_cannot_be_made(tmp_path: Path, sound_trades: Trades) -> None:
    in_the_way = tmp_path / "logs"
    in_the_way.write_text("a file where the directory should be", "utf-8")
    told: list[SinkNotice] = []

    trades = trades_with(JsonlSink(in_the_way / "events.jsonl", report=told.append))

    assert trades == sound_trades
    assert told


@pytest.mark.parametrize("message_class", [Emit, EmitAll])
def test_order_flow_does_not_feel_that_telemetry_itself_crashes(message_class: type) -> None:
    with World(seed=5, policy=RestartPolicy()) as world:
        phases = world.record(PhaseChanged)
        world.boot().until_trading()
        world.break_once(names.TELEMETRY, message_class)

        world.run_for(120)

        assert world.sabotage.fired == [(names.TELEMETRY, message_class)]
        assert world.system.is_up(names.TELEMETRY)
        assert Phase.PAUSED not in [change.phase for change in phases.of(PhaseChanged)]
        assert world.phase is Phase.TRADING


def test_an_event_that_the_writer_does_not_know_cannot_exist() -> None:
    encode = LineEncoder("session", "0123abcd").encode

    for name, event_class in registered_events().items():
        assert name == event_class.NAME
        assert issubclass(event_class, TelemetryEvent)
    with pytest.raises(TypeError, match="needs a NAME"):
        attrs.make_class("Nameless", [], bases=(TelemetryEvent,), frozen=True)
    with pytest.raises(TypeError, match="is already the name of TelemetryProblem"):
        type("Twin", (TelemetryEvent,), {"NAME": TelemetryProblem.NAME})

    assert encode(Emit(TelemetryProblem("p"), "test", 0))
