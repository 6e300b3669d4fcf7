"""Addresses beside each other: each has its own name, and none can hold up the others."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import attrs
import pytest

from neo.domain.alerts.cause import Urgency
from neo.domain.alerts.notice import Notice, NoticeKind, Sender
from neo.domain.config.alerts import AlertsConfig
from neo.infra.alerts.address import Failure
from neo.infra.alerts.addresses import open_addresses
from neo.infra.alerts.alert_thread import LOOK_EVERY_S
from neo.infra.alerts.desk import AlertDesk
from neo.infra.alerts.port import require_port
from neo.infra.alerts.recipient import BUSY, LATE, Recipient, named_apart
from neo.infra.alerts.webhook import Webhook
from tests.infra.alerts.webhook_receiver import receiving
from tests.patience import PATIENCE_S

CONFIG = AlertsConfig(enabled=True, sign_of_life_hour=-1, tries_max=1)
SENDER = Sender("s", "sim")
NOTICE = Notice(
    kind=NoticeKind.TEST, cause="c", title="t", detail="d", urgency=Urgency.INFO, at_ns=1, since_ns=1, times=1
)


@attrs.define(eq=False)
class Door:
    """An address that takes a notice when it is opened; `answers` are what it says, in turn."""

    name: str = "door"
    answer: Failure | None = None
    is_open: threading.Event = attrs.field(factory=threading.Event)
    taken: threading.Semaphore = attrs.field(factory=lambda: threading.Semaphore(0))

    def deliver(self, notice: Notice, sender: Sender, undelivered: int) -> Failure | None:
        self.is_open.wait(PATIENCE_S)
        self.taken.release()
        return self.answer

    def close(self) -> None: ...


@contextmanager
def trickling() -> Iterator[str]:
    """A receiver that takes everything and answers one byte now and then, without an end."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)

        def serve() -> None:
            accepted: list[socket.socket] = []
            while not over.is_set():
                with suppress(TimeoutError):
                    accepted.append(server.accept()[0])
                for each in accepted:
                    try:
                        each.send(b"H")
                    except OSError:
                        accepted.remove(each)
                        each.close()
                        break
            for each in accepted:
                each.close()

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}/"
        finally:
            over.set()
            thread.join(PATIENCE_S)


def test_a_receiver_that_answers_byte_by_byte_for_ever_is_given_up() -> None:
    with trickling() as url:
        hook = Webhook(url, timeout_s=PATIENCE_S)
        recipient = Recipient(hook, limit_s=0.2)

        assert recipient.deliver(NOTICE, SENDER, 0) == LATE
        assert recipient.deliver(NOTICE, SENDER, 1) == BUSY
    hook.close()


def test_an_address_that_was_late_is_told_again_once_it_has_ended() -> None:
    door = Door()
    recipient = Recipient(door, limit_s=0.01)
    assert recipient.deliver(NOTICE, SENDER, 0) == LATE

    door.is_open.set()
    assert door.taken.acquire(timeout=PATIENCE_S)
    patient = Recipient(door, limit_s=PATIENCE_S)

    assert patient.deliver(NOTICE, SENDER, 1) is None


def test_what_the_address_says_is_what_is_told() -> None:
    refusing = Door(answer=Failure("HTTP 410", is_final=True))
    refusing.is_open.set()

    assert Recipient(refusing, limit_s=PATIENCE_S).deliver(NOTICE, SENDER, 0) == Failure("HTTP 410", is_final=True)


def test_of_two_addresses_with_one_name_each_has_its_own_alert() -> None:
    # Given two channels of one kind that do not work, and a webhook that does
    broken = [Door("apprise json", Failure("refused", is_final=True)) for _ in range(2)]
    for door in broken:
        door.is_open.set()
    with receiving() as receiver:
        hook = Webhook(receiver.url, timeout_s=PATIENCE_S)
        desk = AlertDesk(CONFIG, SENDER, named_apart([*broken, hook], PATIENCE_S), lambda _: True, now_ns=0)
        # When the silence of the engine is told, and then what did not work
        second_ns = 10**9
        desk.tell((CONFIG.silence_s + 1) * second_ns)
        desk.tell((CONFIG.silence_s + 1 + int(LOOK_EVERY_S)) * second_ns)
        desk.close()
        # Then each of the two is named, under a cause of its own
        causes = {body["cause"] for body in receiver.bodies}
        assert causes == {"silence", "address:apprise json (1)", "address:apprise json (2)"}


def test_an_address_that_stands_twice_is_used_once_and_said() -> None:
    url = "json://hooks.example.com/T0KENt0ken"

    book = open_addresses(CONFIG, {CONFIG.channels_env: f"{url} json://other.example.com/ {url}"})

    assert [address.name for address in book.addresses] == ["apprise json (1)", "apprise json (2)"]
    assert book.problems == (f"address 3 in {CONFIG.channels_env} is address 1 again",)


@pytest.mark.parametrize("port", ["0", "65536", "99999999", "-1", "x", "\N{ARABIC-INDIC DIGIT ONE}"])
def test_a_webhook_with_a_port_that_does_not_exist_is_refused(port: str) -> None:
    book = open_addresses(CONFIG, {CONFIG.webhook_env: f"https://hooks.example.com:{port}/T0KENt0ken"})

    assert book.addresses == ()
    assert book.problems == (f"{CONFIG.webhook_env} has a port that does not exist: it must be from 1 to 65535",)


@pytest.mark.parametrize(
    "url",
    ["https://host/x", "https://host:1/x", "https://me:secret@host:65535/", "https://[::1]:8080/", "https://[::1]/"],
)
def test_a_port_that_exists_or_is_left_out_is_taken(url: str) -> None:
    require_port(url)


def test_a_token_in_the_place_of_a_port_is_left_to_apprise() -> None:
    require_port("slack://T1JJ3T3L2:A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/", may_be_token=True)
    with pytest.raises(ValueError, match="port"):
        require_port("json://host:99999/", may_be_token=True)
