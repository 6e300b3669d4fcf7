"""What the supervisor has to know of its session: how long it runs, on which venues, and who works for which."""

from __future__ import annotations

from neo.actors.names import (
    DROP_BUYER,
    EXCHANGE_RECONCILER,
    EXCHANGE_ROUTER,
    INVENTORY,
    ORDER_ROUTER,
    RECONCILER,
    RISK,
    STATE_WRITER,
    STRATEGY,
)
from neo.domain.market.instrument import LEDGER_VENUE
from neo.domain.units import NS_PER_S
from neo.records import frozen

#: On the way of every order, wherever it goes: these are told of the phases of all venues, the writer needs none.
SHARED_FOLLOWERS = (INVENTORY, RISK)
SHARED_PATH = (STATE_WRITER, *SHARED_FOLLOWERS)
#: Two ledgers prove a cancel; the rest is for a node that lags and for transactions that have to run out.
CANCEL_DEADLINE_NS = 45 * NS_PER_S


@frozen
class VenueRoles:
    """Who works for a venue: who places our orders, who wants them, who holds our books against it.

    `silent` is what it means that the router does not say how cancelling went; `cancel_within_ns` how long it may take to
    prove that no order is left.
    """

    venue: str
    router: str
    strategy: str
    reconciler: str
    silent: str
    cancel_within_ns: int = CANCEL_DEADLINE_NS

    @property
    def followers(self) -> tuple[str, ...]:
        """Who is told of the phases of this venue."""
        return (*SHARED_FOLLOWERS, self.router, self.strategy)

    @property
    def order_path(self) -> frozenset[str]:
        """While one of these is rebuilt nothing is placed here, and the books are reconciled before trading goes on."""
        return frozenset((*SHARED_PATH, self.router, self.strategy, self.reconciler))


LEDGER_ROLES = VenueRoles(
    LEDGER_VENUE,
    ORDER_ROUTER,
    STRATEGY,
    RECONCILER,
    "the order router did not answer: open orders end by their Expiration",
)


def exchange_roles(venue: str) -> VenueRoles:
    """Who works for an exchange of this name."""
    from neo.domain.exchange_orders.tracking import (
        SETTLED_WITHIN_NS,
    )  # loads all of the exchange: where it is traded on

    silent = "the exchange router did not answer: orders under way trade at once or not at all"
    return VenueRoles(venue, EXCHANGE_ROUTER, DROP_BUYER, EXCHANGE_RECONCILER, silent, SETTLED_WITHIN_NS)


@frozen
class SessionPlan:
    """`duration_ns` 0 runs until something stops it; `venues` are all that it trades on."""

    session_id: str
    duration_ns: int
    hold_on_halt: bool
    heartbeat_warn_only: bool
    venues: tuple[VenueRoles, ...] = (LEDGER_ROLES,)

    def followers_of(self, venues: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        """Who is to be told of a step of `venues`: (actor, venue), whoever money depends on first."""
        return tuple((name, each.venue) for each in self.venues if each.venue in venues for name in each.followers)

    def roles_of_router(self, router: str) -> VenueRoles:
        """KeyError for an actor that routes nothing here."""
        return {each.router: each for each in self.venues}[router]
