"""Alerts reach a real receiver once, their end as well; a receiver that is down costs its messages and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from neo.domain.alerts.causes import Told
from neo.domain.alerts.notice import Sender
from neo.domain.config.alerts import AlertsConfig
from neo.domain.units import NS_PER_MINUTE, NS_PER_S
from neo.infra.alerts.address import Address
from neo.infra.alerts.addresses import open_addresses
from neo.infra.alerts.desk import AlertDesk
from neo.infra.alerts.webhook import Webhook
from tests.infra.alerts.webhook_receiver import receiving
from tests.patience import PATIENCE_S

NOON_NS = 12 * 60 * NS_PER_MINUTE
CONFIG = AlertsConfig(enabled=True, sign_of_life_hour=-1)
SENDER = Sender("session_1", "paper")
HALT = Told("HALT", "warning", {"reason": "risk_drawdown", "detail": "lost 12.5 > 10", "first": True, "venue": ""})
CLEARED = Told("HALT_CLEARED", "info", {"reason": "risk_drawdown", "cleared_by": "operator", "venue": ""})


class Pauses(list[float]):
    """Stands in for waiting: remembers for how long it was asked."""

    def __call__(self, pause_s: float) -> bool:
        self.append(pause_s)
        return True


def desk(*urls: str, pause: Callable[[float], bool] | None = None, config: AlertsConfig = CONFIG) -> AlertDesk:
    addresses: Sequence[Address] = [Webhook(url, timeout_s=PATIENCE_S) for url in urls]
    return AlertDesk(config, SENDER, addresses, Pauses() if pause is None else pause, NOON_NS)


def test_a_halt_is_told_once_and_its_end_once() -> None:
    with receiving() as receiver:
        alerts = desk(receiver.url)

        for second in range(5):
            alerts.hear(HALT, NOON_NS + second * NS_PER_S)
            alerts.tell(NOON_NS + second * NS_PER_S)
        alerts.hear(CLEARED, NOON_NS + 5 * NS_PER_S)
        alerts.tell(NOON_NS + 5 * NS_PER_S)
        alerts.tell(NOON_NS + 6 * NS_PER_S)
        alerts.close()

        assert receiver.kinds() == [("alert", "halt:engine"), ("recovered", "halt:engine")]
        alert: dict[str, Any] = receiver.bodies[0]
        assert alert["format"] == 1
        assert (alert["mode"], alert["session"], alert["urgency"]) == ("paper", "session_1", "urgent")
        assert alert["at_ns"] == alert["since_ns"] == NOON_NS
        assert "risk_drawdown" in alert["text"] and "lost 12.5 > 10" in alert["text"]


def test_a_receiver_in_trouble_is_tried_again_after_longer_and_longer_pauses() -> None:
    with receiving() as receiver:
        receiver.status, pauses = 503, Pauses()
        alerts = desk(receiver.url, pause=pauses)

        alerts.hear(HALT, NOON_NS)
        alerts.tell(NOON_NS)
        alerts.close()

        assert len(receiver.bodies) == CONFIG.tries_max
        assert pauses == [1.0, 2.0]


def test_a_refusal_is_not_tried_again() -> None:
    with receiving() as receiver:
        receiver.status = 404
        alerts = desk(receiver.url)

        alerts.hear(HALT, NOON_NS)
        alerts.tell(NOON_NS)
        alerts.close()

        assert len(receiver.bodies) == 1


def test_a_redirect_is_not_followed() -> None:
    with receiving() as receiver:
        receiver.status = 307
        alerts = desk(receiver.url)

        alerts.hear(HALT, NOON_NS)
        alerts.tell(NOON_NS)
        alerts.close()

        assert alerts.problem is not None and alerts.problem.endswith("HTTP 307")


def test_a_dead_receiver_is_reported_once_and_the_first_message_that_arrives_says_what_was_missed(
    caplog: pytest.LogCaptureFixture,
) -> None:
    # given a receiver that is down while two things go wrong
    with receiving() as receiver:
        receiver.status, alerts = 500, desk(receiver.url)
        for second, venue in enumerate(("mexc", "gate")):
            alerts.hear(Told("HALT", "warning", {"reason": "kill_switch", "detail": "", "venue": venue}), NOON_NS)
            alerts.tell(NOON_NS + second * NS_PER_S)
            assert alerts.problem is not None
        reported = [record for record in caplog.records if record.levelname == "ERROR"]

        # when it works again
        receiver.status = 200
        receiver.bodies.clear()
        alerts.hear(HALT, NOON_NS + 9 * NS_PER_S)
        alerts.tell(NOON_NS + 9 * NS_PER_S)
        alerts.close()

        # then one error was logged, and the message counts what was lost
        assert len(reported) == 1
        assert [body["undelivered"] for body in receiver.bodies] == [2]
        assert alerts.problem is None


def test_the_other_address_is_told_that_one_does_not_work_and_when_it_works_again() -> None:
    with receiving() as dead, receiving() as alive:
        dead.status, alerts = 410, desk(dead.url, alive.url)

        alerts.hear(HALT, NOON_NS)
        alerts.tell(NOON_NS)
        alerts.tell(NOON_NS + NS_PER_S)
        dead.status = 200
        alerts.hear(CLEARED, NOON_NS + 2 * NS_PER_S)
        alerts.tell(NOON_NS + 2 * NS_PER_S)
        alerts.tell(NOON_NS + 3 * NS_PER_S)
        alerts.close()

        told = [(kind, cause.partition(":")[0]) for kind, cause in alive.kinds()]
        assert told == [("alert", "halt"), ("alert", "address"), ("recovered", "halt"), ("recovered", "address")]


def test_neither_log_nor_problem_nor_message_shows_the_token_of_an_address(caplog: pytest.LogCaptureFixture) -> None:
    with receiving() as receiver:
        receiver.status, alerts = 500, desk(receiver.url, "http://127.0.0.1:9/bot/T0KENt0ken")

        alerts.hear(HALT, NOON_NS)
        with caplog.at_level("WARNING"):
            alerts.tell(NOON_NS)
        alerts.close()

        shown = caplog.text + str(alerts.problem) + str(receiver.bodies)
        assert "webhook http://127.0.0.1" in shown
        assert "T0KENt0ken" not in shown and "SeCr3tSeCr3t" not in shown


def test_a_silent_engine_is_an_alert_and_its_next_word_ends_it() -> None:
    with receiving() as receiver:
        alerts = desk(receiver.url)
        silent_ns = NOON_NS + CONFIG.silence_s * NS_PER_S

        alerts.tell(silent_ns - NS_PER_S)
        assert receiver.bodies == []
        alerts.tell(silent_ns)
        alerts.tell(silent_ns + NS_PER_S)
        alerts.alive(silent_ns + 2 * NS_PER_S)
        alerts.tell(silent_ns + 3 * NS_PER_S)
        alerts.close()

        assert receiver.kinds() == [("alert", "silence"), ("recovered", "silence")]


@pytest.mark.parametrize("url", ["", "hook", "ftp://host/x", "https://", "https:///x", " https://host"])
def test_what_is_no_address_of_the_web_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(ValueError) as refusal:
        Webhook(url, timeout_s=1)

    assert str(refusal.value) == "must be an http:// or https:// address"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("SSL_CERT_FILE", "/nowhere/certificates.pem"),
        ("ALL_PROXY", "socks5://127.0.0.1:1"),
        ("ALL_PROXY", "gopher://me:hunter2secret@127.0.0.1:1"),
    ],
)
def test_a_proxy_or_certificates_that_cannot_be_used_cost_the_webhook_and_not_the_session(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)

    book = open_addresses(CONFIG, {CONFIG.webhook_env: "https://hooks.example.com/services"})

    assert book.addresses == ()
    assert len(book.problems) == 1 and CONFIG.webhook_env in book.problems[0]
    assert "hunter2secret" not in book.problems[0]


def test_an_address_that_cannot_even_be_taken_apart_is_refused_without_repeating_it() -> None:
    url = "https://me:hunter2secret@hooks\N{ACCOUNT OF}.example.com/"

    book = open_addresses(CONFIG, {CONFIG.webhook_env: url})

    assert book.addresses == ()
    assert len(book.problems) == 1 and "hunter2secret" not in book.problems[0]


@pytest.mark.parametrize(
    ("cleared_by", "ended"), [("operator", ["halt:engine", "halt:xrpl"]), ("reconciliation", ["halt:engine"])]
)
def test_who_resumes_the_engine_ends_the_halts_of_venues_that_its_halt_covered(
    cleared_by: str, ended: list[str]
) -> None:
    resumed = Told("HALT_CLEARED", "info", {"reason": "kill_switch", "cleared_by": cleared_by, "venue": ""})
    with receiving() as receiver:
        alerts = desk(receiver.url)

        alerts.hear(HALT, NOON_NS)
        alerts.hear(Told("HALT", "warning", {**HALT.fields, "venue": "xrpl"}), NOON_NS)
        alerts.tell(NOON_NS)
        alerts.hear(resumed, NOON_NS + NS_PER_S)
        alerts.tell(NOON_NS + NS_PER_S)
        alerts.close()

        assert sorted(cause for kind, cause in receiver.kinds() if kind == "recovered") == ended
