"""Alerts beside telemetry: there only when they are wanted, and whatever is wrong with them is said and stops nothing."""

from __future__ import annotations

import attrs
import pytest

from neo.domain.config.alerts import CHANNELS_VARIABLE, WEBHOOK_VARIABLE
from neo.domain.config.configuration import Config
from neo.domain.telemetry.event import Emit
from neo.domain.telemetry.events import HaltRaised
from neo.harness.configuration import sim_config
from neo.infra.telemetry.line_encoder import LineEncoder
from neo.infra.telemetry.memory_sink import MemorySink
from neo.system.alerts import SessionAlerts
from tests.infra.alerts.webhook_receiver import receiving

LINE = LineEncoder("s", "r").encode(Emit(HaltRaised("kill_switch", "enough", True), "supervisor", 1))


@pytest.fixture(autouse=True)
def nobody_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (WEBHOOK_VARIABLE, CHANNELS_VARIABLE):
        monkeypatch.delenv(name, raising=False)


def wanted() -> Config:
    config = sim_config()
    return attrs.evolve(config, alerts=attrs.evolve(config.alerts, enabled=True))


def test_a_session_that_wants_no_alerts_writes_into_its_sink_and_nowhere_else() -> None:
    sink = MemorySink()

    assert SessionAlerts(sim_config(), "s").beside(sink) is sink


def test_a_halt_is_in_the_log_and_at_the_receiver(monkeypatch: pytest.MonkeyPatch) -> None:
    with receiving() as receiver:
        monkeypatch.setenv(WEBHOOK_VARIABLE, receiver.url)
        sink, alerts = MemorySink(), SessionAlerts(wanted(), "session_7")

        assert alerts.beside(sink).write(LINE) is None
        alerts.close()

        assert sink.lines == (LINE,)
        assert [(body["session"], body["mode"], body["detail"]) for body in receiver.bodies] == [
            ("session_7", "sim", "enough")
        ]


def test_alerts_without_an_address_are_an_error_in_the_log_and_telemetry_goes_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    sink, alerts = MemorySink(), SessionAlerts(wanted(), "s")

    assert alerts.beside(sink).write(LINE) is None
    alerts.close()

    assert sink.lines == (LINE,)
    assert "nobody is told" in caplog.text


def test_an_address_that_cannot_be_used_is_named_by_its_variable_and_not_shown(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(WEBHOOK_VARIABLE, "hooks.example.com/T0KENt0ken")
    alerts = SessionAlerts(wanted(), "s")

    alerts.beside(MemorySink())
    alerts.close()

    assert WEBHOOK_VARIABLE in caplog.text
    assert "T0KENt0ken" not in caplog.text
