"""Alerts behind telemetry: what a line says is told, and an address that hangs is felt by nobody."""

from __future__ import annotations

import threading

import attrs

from neo.domain.alerts.notice import Notice, Sender
from neo.domain.config.alerts import AlertsConfig
from neo.domain.telemetry.event import Emit, TelemetryEvent
from neo.domain.telemetry.events import ActorDown, HaltRaised, PhaseEntered
from neo.infra.alerts.address import Failure
from neo.infra.alerts.alert_thread import WAITING_MAX, AlertThread
from neo.infra.alerts.webhook import Webhook
from neo.infra.telemetry.line_encoder import LineEncoder
from tests.infra.alerts.webhook_receiver import receiving
from tests.patience import PATIENCE_S

CONFIG = AlertsConfig(enabled=True, sign_of_life_hour=-1)
SENDER = Sender("s", "sim")


def lines(*events: TelemetryEvent, actor: str = "risk") -> list[str]:
    encoder = LineEncoder("s", "r")
    return [encoder.encode(Emit(event, actor, 1)) for event in events]


@attrs.define
class Hanging:
    """An address that takes a notice and never comes back, until it is let go."""

    name: str = "hanging"
    reached: threading.Event = attrs.field(factory=threading.Event)
    released: threading.Event = attrs.field(factory=threading.Event)

    def deliver(self, notice: Notice, sender: Sender, undelivered: int) -> Failure | None:
        self.reached.set()
        self.released.wait(PATIENCE_S)
        return None

    def close(self) -> None: ...


def test_a_halt_in_a_line_of_telemetry_arrives_at_a_real_receiver() -> None:
    with receiving() as receiver:
        thread = AlertThread(CONFIG, SENDER, [Webhook(receiver.url, PATIENCE_S)])
        thread.start()

        for line in lines(PhaseEntered("trading", ""), HaltRaised("risk_drawdown", 'a "detail"', True)):
            assert thread.write(line) is None
        assert receiver.arrived.wait(PATIENCE_S)
        assert thread.finish(PATIENCE_S)

        assert [body["detail"] for body in receiver.bodies] == ['a "detail"']


def test_what_was_said_just_before_the_end_is_still_told() -> None:
    with receiving() as receiver:
        thread = AlertThread(CONFIG, SENDER, [Webhook(receiver.url, PATIENCE_S)])
        thread.start()

        for line in lines(HaltRaised("storage_failure", "disk full", True)):
            thread.write(line)
        assert thread.finish(PATIENCE_S)

        assert receiver.kinds() == [("alert", "halt:engine")]


def test_an_address_that_hangs_holds_up_nobody_and_what_no_longer_fits_is_reported() -> None:
    # given an address that hangs with the first alert
    address = Hanging()
    thread = AlertThread(CONFIG, SENDER, [address])
    thread.start()
    (first,) = lines(HaltRaised("risk_drawdown", "", True))
    thread.write(first)
    assert address.reached.wait(PATIENCE_S)

    # when more is said than may wait
    (line,) = lines(ActorDown("risk", "boom"))
    answers = [thread.write(line) for _ in range(WAITING_MAX + 2)]

    # then every write came back, the overflow has one reason that does not change, and the end does not wait for it
    assert answers[:WAITING_MAX] == [None] * WAITING_MAX
    assert set(answers[WAITING_MAX:]) == {"an address was slow; events were lost"}
    assert not thread.finish(0.01)
    address.released.set()
    assert thread.finish(PATIENCE_S)


def test_an_actor_whose_name_looks_like_an_event_is_not_taken_for_one() -> None:
    with receiving() as receiver:
        thread = AlertThread(CONFIG, SENDER, [Webhook(receiver.url, PATIENCE_S)])
        thread.start()

        for line in lines(PhaseEntered("trading", ""), actor='x","event":"HALT","severity":"error'):
            thread.write(line)
        assert thread.finish(PATIENCE_S)

        assert receiver.bodies == []


def test_a_thread_that_never_started_can_be_finished() -> None:
    assert AlertThread(CONFIG, SENDER, []).finish(0)
