"""The ledger port on top of the simulated ledger.

Everything happens in callbacks of an injected scheduler, one at a time, on both runtimes: `submit` may be called from
any actor's thread because it only enqueues. The gateway outlives the engine: after `kill -9` of the engine the ledger
goes on closing, a new engine attaches, and answers meant for the dead one go where the runtime sends them: nowhere.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from decimal import Decimal
from typing import Protocol

import attrs

from neo.domain.market.instrument import LEDGER_VENUE
from neo.domain.messages.venue import (
    FetchAccount,
    FetchOffers,
    FetchTransactions,
    LedgerClosed,
    MarketTrade,
    OpenOffers,
    PortError,
    PortFailed,
    SubmissionAnswered,
    SubmitTransaction,
    ValidatedTransaction,
)
from neo.domain.ports import LEDGER_PORT
from neo.domain.units import NS_PER_MS, NS_PER_S, ripple_time_s, xrp_to_drops
from neo.infra.simulated.amounts import Amount
from neo.infra.simulated.faults import NO_FAULTS, LedgerFaults
from neo.infra.simulated.genesis import VAULT
from neo.infra.simulated.history import OwnHistory
from neo.infra.simulated.latency import Latency, Scheduler
from neo.infra.simulated.ledger import ClosedLedger, SimulatedLedger
from neo.infra.simulated.parsing import (
    account_state,
    book_observed,
    open_offers,
    own_transactions,
    to_ledger_transaction,
    unix_ns,
)
from neo.infra.simulated.trades import market_trades
from neo.infra.simulated.transactions import Payment
from neo.records import frozen

Publish = Callable[[str, object], None]
Reply = Callable[[object], None]

FIRST_CLOSE_NS = NS_PER_S // 2
_NOT_SYNCED = "the node is not synced to the network"


class OtherTraders(Protocol):
    """Whoever else trades; called before each close, returns the fair price."""

    def trade(self, at_ns: int) -> Decimal: ...


@frozen(kw_only=True)
class GatewayPlan:
    """Names, cadence and depth. `close_jitter_ns` is the most by which a close comes early or late."""

    account: str
    venue: str = LEDGER_VENUE
    symbol: str = "XRP/RLUSD"
    close_every_ns: int = 4 * NS_PER_S
    close_jitter_ns: int = 200 * NS_PER_MS
    latency: Latency = attrs.field(factory=Latency)
    book_depth: int = 10
    history_ledgers_max: int = 30_000
    #: Tell with each book what others traded. Costs a third of a simulated day: only paper execution wants to know.
    tell_trades: bool = False


class SimulatedLedgerGateway:
    """Port.submit(caller, request, done) for SubmitTransaction, FetchAccount, FetchOffers and FetchTransactions."""

    def __init__(
        self,
        scheduler: Scheduler,
        ledger: SimulatedLedger,
        traders: OtherTraders | None,
        plan: GatewayPlan,
        faults: LedgerFaults = NO_FAULTS,
    ) -> None:
        self.ledger = ledger
        self.faults = faults
        self.fair_price: Decimal | None = None
        self._scheduler = scheduler
        self._traders = traders
        self._plan = plan
        self._rng: random.Random = scheduler.rng_for("simulated-ledger")
        self._history = OwnHistory(plan.account, ledger.index, plan.history_ledgers_max)
        self._publish: Publish | None = None
        self._facts_to: tuple[str, ...] = ()
        self._books_to: tuple[str, ...] = ()
        self._stale_left = 0
        self._running = False
        ledger.watched = None if plan.tell_trades else plan.account

    # ------------------------------------------------------------------------------------------------- life cycle

    def start(self) -> None:
        """Begin to close ledgers, the first one soon: whoever starts now wants to see a book."""
        if not self._running:
            self._running = True
            self._scheduler.after(min(FIRST_CLOSE_NS, self._plan.close_every_ns), self._close)

    def stop(self) -> None:
        """No further ledger closes; requests are still answered."""
        self._running = False

    def attach(self, publish: Publish, facts_to: tuple[str, ...], books_to: tuple[str, ...] = ()) -> None:
        """Push LedgerClosed to `facts_to` and BookObserved to `books_to` from the next close on."""
        self._publish, self._facts_to, self._books_to = publish, facts_to, books_to

    def detach(self) -> None:
        """Push nothing any more; ledgers go on closing."""
        self._publish = None

    # --------------------------------------------------------------------------------------------------- requests

    def submit(self, caller: str, request: object, done: Reply) -> None:
        """Port protocol. Raises nothing: an unknown request is answered as rejected."""
        del caller
        self._scheduler.after(self._plan.latency.there_ns, lambda: self._arrived(request, done))

    def _arrived(self, request: object, done: Reply) -> None:
        faults = self.faults
        if self._happens(faults.request_lost):
            return
        if self._stale_left or self._happens(faults.unavailable):
            detail = _NOT_SYNCED if self._stale_left else "connection refused"
            self._answer(PortFailed(LEDGER_PORT, PortError.UNAVAILABLE, detail), done)
            return
        if isinstance(request, SubmitTransaction) and self._happens(faults.rejected):
            self._answer(PortFailed(LEDGER_PORT, PortError.REJECTED, "the node refused the transaction"), done)
            return
        answer = self._carry_out(request)
        if not self._happens(faults.reply_lost):
            self._answer(answer, done)

    def _answer(self, answer: object, done: Reply) -> None:
        delay_ns = self._plan.latency.back_ns(self._rng)
        faults = self.faults
        if self._happens(faults.late_reply):
            delay_ns += int(self._rng.random() * faults.late_reply_max_ns)
        self._scheduler.after(delay_ns, lambda: done(answer))
        if self._happens(faults.duplicate_reply):
            self._scheduler.after(delay_ns + self._plan.latency.back_ns(self._rng), lambda: done(answer))

    def _carry_out(self, request: object) -> object:
        ledger = self.ledger
        match request:
            case SubmitTransaction(signed=signed):
                try:
                    transaction = to_ledger_transaction(signed)
                except ValueError as reason:
                    return PortFailed(LEDGER_PORT, PortError.REJECTED, str(reason))
                return SubmissionAnswered(signed.hash, ledger.submit(transaction), ledger.index)
            case FetchAccount(account=account):
                found = account_state(ledger.validated(), ledger, account)
                if found is None:
                    return PortFailed(LEDGER_PORT, PortError.REJECTED, f"actNotFound: the ledger has no {account}")
                return found
            case FetchOffers(account=account):
                return OpenOffers(account, ledger.index, open_offers(ledger.validated(), account))
            case FetchTransactions(account=account, from_ledger=first, to_ledger=last):
                if account != self._plan.account:
                    return PortFailed(LEDGER_PORT, PortError.REJECTED, f"no history is kept of {account}")
                return self._history.between(first, last)
        return PortFailed(LEDGER_PORT, PortError.REJECTED, f"the ledger port knows no {type(request).__name__}")

    # ----------------------------------------------------------------------------------------------------- closes

    def _schedule_close(self) -> None:
        jitter_ns = self._plan.close_jitter_ns
        drift_ns = int((self._rng.random() * 2 - 1) * jitter_ns) if jitter_ns else 0
        self._scheduler.after(self._plan.close_every_ns + drift_ns, self._close)

    def _close(self) -> None:
        if not self._running:
            return
        now_ns = self._scheduler.now_ns()
        if self._traders is not None:
            self.fair_price = self._traders.trade(now_ns)
        closed = self.ledger.close(max(ripple_time_s(now_ns), self.ledger.close_time_s + 1))
        mine = own_transactions(closed, self._plan.account)
        self._history.add(closed.index, mine)
        trades = market_trades(closed, self._plan.account) if self._plan.tell_trades else ()
        self._push(self._closed_message(closed, mine), trades)
        self._schedule_close()

    def _closed_message(self, closed: ClosedLedger, mine: tuple[ValidatedTransaction, ...]) -> LedgerClosed:
        rules = self.ledger.state.rules
        return LedgerClosed(
            self._plan.venue,
            closed.index,
            unix_ns(closed.close_time_s),
            rules.base_fee_drops,
            self.ledger.open_ledger_fee_drops,
            rules.reserve_base_drops,
            rules.reserve_increment_drops,
            mine,
        )

    def _push(self, closed: LedgerClosed, trades: tuple[MarketTrade, ...]) -> None:
        if not self._stale_left and self._happens(self.faults.stale_ledger):
            self._stale_left = self.faults.stale_closes
        if self._stale_left:
            self._stale_left -= 1
            return
        publish = self._publish
        if publish is None:
            return
        if not self._happens(self.faults.dropped_close):
            for name in self._facts_to:
                publish(name, closed)
        if self._books_to:
            plan = self._plan
            book = book_observed(
                self.ledger.validated(), self.ledger, plan.venue, plan.symbol, plan.account, plan.book_depth
            )
            if trades:
                book = attrs.evolve(book, trades=trades)
            for name in self._books_to:
                publish(name, book)

    def own_history(self, from_ledger: int = 0) -> tuple[ValidatedTransaction, ...]:
        """Every transaction from this ledger on that affected our account and is still kept, oldest first: the truth to
        check books against."""
        return self._history.since(from_ledger)

    # --------------------------------------------------------------------------------------------- the operator

    def deposit(self, amount: Decimal, *, xrp: bool) -> None:
        """Somebody pays us in the next ledger (whole units): XRP or RLUSD."""
        self._scheduler.after(0, lambda: self._pay(VAULT, self._plan.account, amount, xrp=xrp))

    def withdraw(self, amount: Decimal, *, xrp: bool) -> None:
        """We pay somebody in the next ledger, outside the engine: with another wallet that holds the same key."""
        self._scheduler.after(0, lambda: self._pay(self._plan.account, VAULT, amount, xrp=xrp))

    def _pay(self, sender: str, receiver: str, amount: Decimal, *, xrp: bool) -> None:
        ledger = self.ledger
        value: Amount = xrp_to_drops(amount) if xrp else amount
        sequence = ledger.state.sequence[sender]
        ledger.submit(Payment(sender, sequence, ledger.open_ledger_fee_drops, receiver, value))

    def _happens(self, probability: float) -> bool:
        return probability > 0.0 and self._rng.random() < probability
