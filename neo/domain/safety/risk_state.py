"""What Risk knows: the newest of everything, and since when something is wrong."""

from __future__ import annotations

from decimal import Decimal

from neo.domain.messages.quoting import AccountObserved, InventoryChanged, QuotesApproved, WorkingOrder
from neo.domain.messages.session import Phase, RiskBreach
from neo.domain.safety.exposure import NOTHING_COMMITTED, Commitment
from neo.quickly_built import quickly_built
from neo.records import frozen


@quickly_built
@frozen
class MarketSeen:
    """The newest book: its mid (None when it has none), when its ledger closed, and when it reached us."""

    mid: Decimal | None
    ledger_closed_ns: int
    received_ns: int


@frozen
class GatewaySeen:
    """The venue's answers: failures since the last success, and when they began (None: the last call succeeded)."""

    failures_in_row: int = 0
    failing_since_ns: int | None = None
    last_failure: str = ""


@frozen
class AccountAnswers:
    """Requests in our account's name since the last that was answered. They are rare: silence between them is no failure."""

    failures_in_row: int = 0
    first_failed_ns: int = 0
    last_failed_ns: int = 0
    last_failure: str = ""

    def failed(self, now_ns: int, detail: str) -> AccountAnswers:
        first_ns = self.first_failed_ns if self.failures_in_row else now_ns
        return AccountAnswers(self.failures_in_row + 1, first_ns, now_ns, detail)


@frozen
class OrderRate:
    """Orders placed, as (time, running total) of each change inside the last minute, oldest first."""

    marks: tuple[tuple[int, int], ...] = ()


@quickly_built
@frozen
class RiskState:
    """State of Risk for one venue and symbol.

    `watching_since_ns` is when trading became possible: ages are counted from then until something arrives, so that a source
    that never spoke is noticed. `on_the_way` are approvals that the router has not acted on yet, oldest first; `commitment`
    counts them and the working orders, `resting` the working orders alone. `breached` are the limits that are over at
    present; each is reported once until it holds again. `unjudged`: something that they judge has changed since they were looked
    at last.
    """

    watching_since_ns: int
    phase: Phase = Phase.STARTING
    market: MarketSeen | None = None
    mid: Decimal | None = None
    inventory: InventoryChanged | None = None
    account: AccountObserved | None = None
    working: tuple[WorkingOrder, ...] = ()
    on_the_way: tuple[QuotesApproved, ...] = ()
    resting: Commitment = NOTHING_COMMITTED
    commitment: Commitment = NOTHING_COMMITTED
    gateway: GatewaySeen = GatewaySeen()
    rate: OrderRate = OrderRate()
    peak_result: Decimal | None = None
    breached: tuple[RiskBreach, ...] = ()
    unjudged: bool = False
