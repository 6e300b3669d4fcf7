"""The venues of a session as the composition root sees them: a ledger that also pushes, who signs for it, an exchange."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from neo.domain.ports import Signer
from neo.records import frozen

Publish = Callable[[str, object], None]
Reply = Callable[[object], None]


class VenuePort(Protocol):
    """What every gateway to a ledger offers, whether the ledger is embedded, real, or real with paper orders."""

    def submit(self, caller: str, request: object, done: Reply) -> None: ...

    def attach(self, publish: Publish, facts_to: tuple[str, ...], books_to: tuple[str, ...] = ()) -> None: ...

    def start(self) -> None: ...

    def stop(self) -> object: ...


class ExchangeVenue(Protocol):
    """What every gateway to an exchange offers. It runs already: whether it can be reached was looked at."""

    def submit(self, caller: str, request: object, done: Reply) -> None: ...

    def attach(self, publish: Publish, quotes_to: str) -> None: ...

    def stop(self) -> object: ...


@frozen
class SessionVenue:
    """A side that no strategy trades on is None: nothing of it was looked at, and nothing is needed of it.

    `is_new`: every ledger order of sessions before ended together with the process that the venue lived in. `is_running`:
    the ledger's gateway was started already, to see whether it can be reached at all.
    """

    signer: Signer
    is_new: bool
    ledger: VenuePort | None = None
    is_running: bool = False
    exchange: ExchangeVenue | None = None

    def stop(self) -> None:
        """Connections end, in the reverse order of their beginning."""
        if self.exchange is not None:
            self.exchange.stop()
        if self.ledger is not None:
            self.ledger.stop()
