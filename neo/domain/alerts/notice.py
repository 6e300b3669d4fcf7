"""What people are told, before it is put into the words of a channel."""

from __future__ import annotations

import enum
from typing import Any

from neo.domain.alerts.cause import Urgency
from neo.records import frozen

#: Of the JSON; fields are only ever added.
FORMAT = 1


class NoticeKind(enum.Enum):
    ALERT = "alert"
    RECOVERED = "recovered"
    SIGN_OF_LIFE = "sign_of_life"
    TEST = "test"


@frozen(kw_only=True)
class Notice:
    """Times in nanoseconds. `times` counts how often the cause was seen, `waiting` the alerts that the limit holds back."""

    kind: NoticeKind
    cause: str
    title: str
    detail: str
    urgency: Urgency
    at_ns: int
    since_ns: int
    times: int = 1
    waiting: int = 0


@frozen
class Sender:
    """Whose notice it is."""

    session: str
    mode: str


_WORDS = {
    NoticeKind.ALERT: "ALERT",
    NoticeKind.RECOVERED: "OVER",
    NoticeKind.SIGN_OF_LIFE: "ALIVE",
    NoticeKind.TEST: "TEST",
}


def headline(notice: Notice, sender: Sender) -> str:
    """One line: the kind as a word, never only as a colour, and the mode, so that nobody takes paper for money."""
    return f"neo {sender.mode} {_WORDS[notice.kind]}: {notice.title}"


def body(notice: Notice, sender: Sender, undelivered: int) -> str:
    """The rest in a few lines. `undelivered`: notices that this address did not get."""
    lines = [notice.detail] if notice.detail else []
    lines.append(f"session {sender.session}")
    if notice.times > 1:
        lines.append(f"seen {notice.times} times")
    if notice.waiting:
        lines.append(f"{notice.waiting} more alerts wait: the limit of an hour is reached")
    if undelivered:
        lines.append(f"{undelivered} earlier messages could not be delivered here")
    return "\n".join(lines)


def as_json(notice: Notice, sender: Sender, undelivered: int) -> dict[str, Any]:
    """The body that is posted to a webhook; `text` says everything, for receivers that only show that."""
    return {
        "format": FORMAT,
        "text": f"{headline(notice, sender)}\n{body(notice, sender, undelivered)}",
        "kind": notice.kind.value,
        "cause": notice.cause,
        "urgency": notice.urgency.value,
        "title": notice.title,
        "detail": notice.detail,
        "session": sender.session,
        "mode": sender.mode,
        "at_ns": notice.at_ns,
        "since_ns": notice.since_ns,
        "times": notice.times,
        "waiting": notice.waiting,
        "undelivered": undelivered,
    }
