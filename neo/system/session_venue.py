"""The venue of a session as the composition root sees it: a port that also pushes, and who signs for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import attrs

from neo.actors.runtime import Port
from neo.domain.ports import Signer

Publish = Callable[[str, object], None]
Reply = Callable[[object], None]


class VenuePort(Protocol):
    """What every gateway to a ledger offers, whether the ledger is embedded, real, or real with paper orders."""

    def submit(self, caller: str, request: object, done: Reply) -> None: ...

    def attach(self, publish: Publish, facts_to: tuple[str, ...], books_to: tuple[str, ...] = ()) -> None: ...

    def start(self) -> None: ...

    def stop(self) -> object: ...


@attrs.frozen
class SessionVenue:
    """`is_new`: every order of sessions before ended together with the process that the venue lived in.

    `is_running`: it was started already, to see whether it can be reached at all. `exchange`: where drops are bought.
    """

    port: VenuePort
    signer: Signer
    is_new: bool
    is_running: bool = False
    exchange: Port | None = None
