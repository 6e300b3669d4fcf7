"""Chat and mail go through apprise itself, here to a real receiver on loopback that speaks its JSON."""

from __future__ import annotations

import pytest

from neo.domain.alerts.cause import Urgency
from neo.domain.alerts.notice import Notice, NoticeKind, Sender
from neo.infra.alerts.apprise_channel import AppriseChannel
from tests.infra.alerts.webhook_receiver import receiving

#: apprise imports a module of the standard library that Python 3.13 no longer has, where that still works.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

NOTICE = Notice(
    kind=NoticeKind.ALERT,
    cause="halt:engine",
    title="halted: risk_drawdown",
    detail="lost 12.5 > 10",
    urgency=Urgency.URGENT,
    at_ns=1,
    since_ns=1,
)
SENDER = Sender("session_1", "live")


def test_apprise_delivers_the_headline_with_the_mode_and_the_rest_below() -> None:
    with receiving() as receiver:
        channel = AppriseChannel(receiver.url.replace("http://", "json://"))

        assert channel.deliver(NOTICE, SENDER, undelivered=2) is None
        channel.close()

        (body,) = receiver.bodies
        assert body["title"] == "neo live ALERT: halted: risk_drawdown"
        assert "lost 12.5 > 10" in body["message"] and "2 earlier messages" in body["message"]
        assert body["type"] == "failure"


@pytest.mark.parametrize("kind", list(NoticeKind))
def test_every_kind_of_notice_has_a_word_of_its_own(kind: NoticeKind) -> None:
    words = {"alert": "ALERT", "recovered": "OVER", "sign_of_life": "ALIVE", "test": "TEST"}
    with receiving() as receiver:
        channel = AppriseChannel(receiver.url.replace("http://", "json://"))
        notice = Notice(kind=kind, cause="c", title="t", detail="", urgency=Urgency.INFO, at_ns=1, since_ns=1)

        assert channel.deliver(notice, SENDER, undelivered=0) is None

        assert receiver.bodies[0]["title"] == f"neo live {words[kind.value]}: t"


def test_a_service_that_refuses_is_a_failure_that_does_not_show_the_address() -> None:
    with receiving() as receiver:
        receiver.status = 500
        channel = AppriseChannel(receiver.url.replace("http://", "json://"))

        failure = channel.deliver(NOTICE, SENDER, undelivered=0)

    assert failure is not None
    assert "T0KENt0ken" not in failure.reason + channel.name
    assert channel.name == "apprise json"


def test_an_address_that_apprise_does_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="no address that apprise knows"):
        AppriseChannel("nonsense://host/token")
