"""Between the reconcilers and the routers."""

from __future__ import annotations

from neo.domain.messages.venue import OpenOffer
from neo.records import frozen


@frozen
class CatchUp:
    """Answer CaughtUp once every ledger up to `ledger_index` was read and what it meant is durable."""

    ledger_index: int


@frozen
class CaughtUp:
    """`changed_in` is the newest ledger that changed the books: books as of any ledger from there on are the same."""

    ledger_index: int
    changed_in: int


@frozen
class TakeOverOffers:
    """Offers of our account that the books do not know: adopt them as orders, and cancel them if `cancel`."""

    offers: tuple[OpenOffer, ...]
    cancel: bool


@frozen
class ExchangeBooksWanted:
    """The ExchangeReconciler asks whether anything is under way that may change our money. Answer: ExchangeBooksSeen."""


@frozen
class ExchangeBooksSeen:
    """`quiet`: no order of ours can trade and all is durable. `moves` and `incarnation` are the same as long as nothing was
    sent and nothing was booked: what was read from the exchange between two equal answers belongs to the same books."""

    quiet: bool
    moves: int
    incarnation: int
