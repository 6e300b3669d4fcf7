"""Somewhere alerts go. An address knows how to deliver one notice once; how often to try is decided elsewhere."""

from __future__ import annotations

from typing import Protocol

from neo.domain.alerts.notice import Notice, Sender
from neo.records import frozen


@frozen
class Failure:
    """Why a notice was not delivered, without the address. `is_final`: trying again would be refused again."""

    reason: str
    is_final: bool = False


class Address(Protocol):
    """`name` may be shown: it holds neither token nor password."""

    @property
    def name(self) -> str: ...

    def deliver(self, notice: Notice, sender: Sender, undelivered: int) -> Failure | None:
        """None when it was taken. `undelivered` earlier ones were not, and the message says so. Never raises."""
        ...

    def close(self) -> None: ...
