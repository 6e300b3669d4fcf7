"""Small ledgers for tests: three traders with 10,000 XRP and 10,000 RLUSD each."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable
from decimal import Decimal

from neo.infra.simulated.amounts import Amount
from neo.infra.simulated.ledger import ClosedLedger, SimulatedLedger
from neo.infra.simulated.openings import open_account, open_pool
from neo.infra.simulated.state import ISSUER_ACCOUNT, LedgerRules, LedgerState
from neo.infra.simulated.transactions import OfferCancel, OfferCreate, Payment, Transaction

XRP = 1_000_000
TRADERS = ("ann", "bob", "cid")


def world(pool: bool = False, rules: LedgerRules | None = None) -> SimulatedLedger:
    state = LedgerState(rules or LedgerRules())
    open_account(state, ISSUER_ACCOUNT, 1_000 * XRP, None)
    if pool:
        open_pool(state, 100_000 * XRP, Decimal(250_000), 500)
    for name in TRADERS:
        open_account(state, name, 10_000 * XRP, Decimal(10_000), sequence=100)
    return SimulatedLedger(state, index=10, close_time_s=1_000)


def sell(ledger: SimulatedLedger, who: str, xrp: int | str, price: str, **more: int) -> OfferCreate:
    """Give `xrp` XRP for `price` RLUSD each."""
    drops = int(Decimal(xrp) * XRP)
    return _offer(ledger, who, Decimal(xrp) * Decimal(price), drops, more)


def buy(ledger: SimulatedLedger, who: str, xrp: int | str, price: str, **more: int) -> OfferCreate:
    """Get `xrp` XRP for `price` RLUSD each."""
    drops = int(Decimal(xrp) * XRP)
    return _offer(ledger, who, drops, Decimal(xrp) * Decimal(price), more)


def cancel(ledger: SimulatedLedger, who: str, offer_sequence: int) -> OfferCancel:
    return OfferCancel(who, next_sequence(ledger, who), 10, offer_sequence)


def pay(ledger: SimulatedLedger, who: str, destination: str, amount: Amount) -> Payment:
    return Payment(who, next_sequence(ledger, who), 10, destination, amount)


def next_sequence(ledger: SimulatedLedger, who: str) -> int:
    return ledger.state.sequence[who]


def step(ledger: SimulatedLedger, *transactions: Transaction) -> ClosedLedger:
    """Submit and close one ledger four seconds later."""
    for transaction in transactions:
        ledger.submit(transaction)
    return ledger.close(ledger.close_time_s + 4)


def drops_in_the_world(ledger: SimulatedLedger) -> int:
    return sum(ledger.state.drops.values()) + ledger.state.counters["burned_drops"]


def token_in_the_world(ledger: SimulatedLedger) -> Decimal:
    return sum(ledger.state.token.values(), Decimal(0))


def _offer(ledger: SimulatedLedger, who: str, pays: Amount, gets: Amount, more: dict[str, int]) -> OfferCreate:
    return OfferCreate(
        who,
        more.get("sequence", next_sequence(ledger, who)),
        more.get("fee_drops", 10),
        pays,
        gets,
        more.get("flags", 0),
        more.get("offer_sequence"),
        more.get("expiration_s"),
        last_ledger_sequence=more.get("last_ledger_sequence"),
    )


class Clockwork:
    """The scheduler that the runtime would inject: one heap, one thread, time that jumps from event to event."""

    def __init__(self, start_ns: int = 1_700_000_000_000_000_000, seed: int = 0) -> None:
        self._now_ns = start_ns
        self._seed = seed
        self._count = 0
        self._heap: list[tuple[int, int, Callable[[], None]]] = []
        self._cancelled: set[int] = set()

    def now_ns(self) -> int:
        return self._now_ns

    def after(self, delay_ns: int, callback: Callable[[], None], /) -> Planned:
        self._count += 1
        heapq.heappush(self._heap, (self._now_ns + delay_ns, self._count, callback))
        return Planned(self, self._count)

    def rng_for(self, label: str, /) -> random.Random:
        return random.Random(f"{self._seed}:{label}")

    def drop(self, number: int) -> None:
        self._cancelled.add(number)

    def run_for(self, duration_ns: int) -> None:
        end_ns = self._now_ns + duration_ns
        while self._heap and self._heap[0][0] <= end_ns:
            self._now_ns, number, callback = heapq.heappop(self._heap)
            if number not in self._cancelled:
                callback()
        self._now_ns = end_ns


class Planned:
    def __init__(self, clockwork: Clockwork, number: int) -> None:
        self._clockwork = clockwork
        self._number = number

    def cancel(self) -> None:
        self._clockwork.drop(self._number)
