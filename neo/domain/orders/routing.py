"""Every decision of the OrderRouter, as functions from (state, fact) to (state, outputs)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from neo.domain.changed import changed, changing
from neo.domain.messages.journal import OrderTransitioned
from neo.domain.messages.quoting import Quote, QuotesApproved
from neo.domain.messages.storage import Recovery
from neo.domain.messages.venue import (
    AccountState,
    AccountTransactions,
    LedgerClosed,
    SubmissionAnswered,
)
from neo.domain.orders.lifecycle import OrderEvent, OrderState, transition
from neo.domain.orders.order import Order, Submission, in_state, restored
from neo.domain.orders.placing import Sign, cancel_on_tickets, requote
from neo.domain.orders.preliminary import Outlook, rule_of
from neo.domain.orders.router_state import (
    ApprovalSpent,
    Journal,
    OrdersMoved,
    ReadAccount,
    ReadTransactions,
    RouterOutput,
    RouterSetup,
    RouterState,
)
from neo.domain.orders.tickets import free_tickets
from neo.domain.orders.verdicts import read_ledgers
from neo.domain.strategy.requote import RESTING_STATES, is_about_to_expire, plan

Decision = tuple[RouterState, tuple[RouterOutput, ...]]
_NOTHING_DONE = (ApprovalSpent(),)
_acted: Callable[[RouterState, int], RouterState] = changing(RouterState, "acted_tick")
_moved: Callable[[RouterState, Mapping[str, Order], tuple[OrderTransitioned, ...]], RouterState] = changing(
    RouterState, "orders", "unjournaled"
)


def recovered(recovery: Recovery, venue: str) -> RouterState:
    """Rebuild from the books. Whatever was under way is in doubt: it may or may not have left the process."""
    orders: dict[str, Order] = {}
    lost: list[OrderTransitioned] = []
    for record in recovery.orders:
        if record.venue != venue or record.offer_sequence is None:
            continue
        state = record.state
        if state in (OrderState.INTENDED, OrderState.SUBMITTED):
            state = transition(state, OrderEvent.OUTCOME_LOST)
            lost.append(OrderTransitioned(record.order_id, OrderEvent.OUTCOME_LOST, state, "restart"))
        orders[record.order_id] = restored(record, state)
    replaced = {r.order_id: r.replaces_order_id for r in recovery.orders}
    submissions = {
        s.hash: Submission(
            s.hash,
            s.order_id,
            s.purpose,
            s.sequence,
            s.last_ledger_sequence,
            replaced.get(s.order_id or ""),
            ticket_sequence=s.ticket_sequence,
        )
        for s in recovery.submissions
        if s.venue == venue
    }
    cursor = recovery.cursor(venue)
    return RouterState(
        orders=orders,
        submissions=submissions,
        ledger_index=cursor,
        cursor_journaled=cursor or 0,
        unjournaled=tuple(lost),
    )


def approved(setup: RouterSetup, state: RouterState, message: QuotesApproved, now_ns: int, sign: Sign) -> Decision:
    """Bring what rests at the venue to what was approved."""
    state = _acted(state, message.tick)
    if not state.trading or state.canceling_everything or not state.can_send:
        return state, _NOTHING_DONE
    wanted = plan(tuple(state.orders.values()), message.quotes, setup.strategy)
    replace = [(r.order, r.quote) for r in wanted.replace]
    replace += _about_to_expire(setup, message.quotes, wanted.keep, now_ns)
    state, journal = requote(setup, state, wanted.cancel, replace, wanted.place, message.tick, now_ns, sign)
    return state, _NOTHING_DONE if journal is None else (journal, OrdersMoved())


def _about_to_expire(
    setup: RouterSetup,
    quotes: tuple[Quote, ...],
    kept: tuple[Order, ...],
    now_ns: int,
) -> list[tuple[Order, Quote]]:
    """Kept orders whose time is nearly over are placed anew."""
    old = [order for order in kept if is_about_to_expire(order, now_ns, setup.strategy)]
    if not old:
        return []
    by_place = {(q.side, q.level): q for q in quotes}
    return [(order, by_place[order.side, order.level]) for order in old if (order.side, order.level) in by_place]


def durable(state: RouterState, hashes: tuple[str, ...]) -> Decision:
    """The journal has the transactions `hashes`: they are handed to the venue now.

    Nobody is told: neither Strategy nor Risk treats what is submitted otherwise than what is intended.
    """
    for hash_ in hashes:
        submission = state.submissions.get(hash_)
        if submission is not None:
            state = _move(state, submission.order_id, OrderEvent.HANDED_OVER, "")
    return state, ()


def answered(state: RouterState, message: SubmissionAnswered) -> Decision:
    """The server's preliminary word on a transaction."""
    rule = rule_of(message.result)
    if rule.outlook is Outlook.ON_ITS_WAY:
        return state, ()
    return in_doubt(state, message.hash, f"preliminary {message.result}: {rule.meaning}")


def in_doubt(state: RouterState, hash_: str, why: str) -> Decision:
    """Nobody can tell whether the transaction will be in a ledger: its own last ledger decides.

    Also for what was surely never sent: its sequence number is spent, so whatever was signed after it waits as well.
    """
    submission = state.submissions.get(hash_)
    if submission is None:
        return state, ()
    state = changed(state, sequence_doubtful=True)
    return _move(state, submission.order_id, OrderEvent.OUTCOME_LOST, why), (OrdersMoved(),)


def _move(state: RouterState, order_id: str | None, event: OrderEvent, reason: str) -> RouterState:
    """Apply an event that needs no proof, if the table has it: for a cancel the order keeps its state."""
    order = state.orders.get(order_id or "")
    if order is None or order_id is None or order.state not in (OrderState.INTENDED, OrderState.SUBMITTED):
        return state
    if event is OrderEvent.HANDED_OVER and order.state is not OrderState.INTENDED:
        return state
    to = transition(order.state, event)
    orders = {**state.orders, order_id: in_state(order, to)}
    return _moved(state, orders, (*state.unjournaled, OrderTransitioned(order_id, event, to, reason)))


def ledger_closed(setup: RouterSetup, state: RouterState, message: LedgerClosed) -> Decision:
    """A validated ledger. A gap is filled from the account's history before anything newer is believed."""
    fee = max(message.base_fee_drops, message.open_ledger_fee_drops)
    if fee != state.fee_drops:
        state = changed(state, fee_drops=fee)
    if state.ledger_index is None or message.ledger_index <= state.ledger_index:
        return state, ()
    if message.ledger_index > state.ledger_index + 1:
        return state, (ReadTransactions(state.ledger_index + 1),)
    state, outputs = read_ledgers(setup, state, message.own_transactions, message.ledger_index)
    return _read_account_when_quiet(state, outputs)


def history_read(setup: RouterSetup, state: RouterState, message: AccountTransactions) -> Decision:
    """The account's history for a gap; a server that does not have all of it is asked again later."""
    if not message.complete or state.ledger_index is None or message.from_ledger > state.ledger_index + 1:
        return state, ()
    news = [tx for tx in message.transactions if tx.ledger_index > state.ledger_index]
    if message.to_ledger <= state.ledger_index:
        return state, ()
    news.sort(key=lambda tx: (tx.ledger_index, tx.position))
    state, outputs = read_ledgers(setup, state, news, message.to_ledger)
    return _read_account_when_quiet(state, outputs)


def _read_account_when_quiet(state: RouterState, outputs: tuple[RouterOutput, ...]) -> Decision:
    if not state.sequence_doubtful or state.submissions or state.reading_account:
        return state, outputs
    return changed(state, reading_account=True), (*outputs, ReadAccount())


def account_read(state: RouterState, message: AccountState) -> Decision:
    """Our sequence number and tickets, believed only from a ledger at least as new as what we have read."""
    state = changed(state, reading_account=False)
    fee = max(message.base_fee_drops, message.open_ledger_fee_drops)
    if state.ledger_index is None:
        # First start on this account: history begins here, and there is nothing of ours before it.
        state = changed(state, ledger_index=message.ledger_index, cursor_journaled=0)
    if message.ledger_index < (state.ledger_index or 0):
        return state, ()
    state = changed(state, tickets=free_tickets(state, message))
    if state.submissions:
        return state, ()
    return (
        changed(state, next_sequence=message.sequence, sequence_doubtful=False, fee_drops=fee),
        (),
    )


def account_unread(state: RouterState) -> RouterState:
    """The account could not be read: ask again at the next ledger."""
    return changed(state, reading_account=False)


# ------------------------------------------------------------------------------------------------------ cancelling all


def cancel_resting(setup: RouterSetup, state: RouterState, now_ns: int, sign: Sign) -> Decision:
    """One step of cancelling everything: cancel what rests and has no transaction of its own under way.

    While a sequence is in doubt the cancels go out on tickets, as far as there are any.
    """
    state = changed(state, canceling_everything=True)
    resting = [order for order in state.orders.values() if order.state in RESTING_STATES]
    if state.can_send:
        state, journal = requote(setup, state, resting, (), (), state.acted_tick, now_ns, sign)
    else:
        state, journal = cancel_on_tickets(setup, state, resting, sign)
    return state, () if journal is None else (journal, OrdersMoved())


def cancel_one(setup: RouterSetup, state: RouterState, order_id: str, now_ns: int, sign: Sign) -> Decision:
    """Cancel one order, if it rests."""
    order = state.orders.get(order_id)
    if order is None or order.state not in RESTING_STATES or not state.can_send:
        return state, ()
    state, journal = requote(setup, state, [order], (), (), state.acted_tick, now_ns, sign)
    return state, () if journal is None else (journal, OrdersMoved())


def journal_only(state: RouterState) -> tuple[RouterState, Journal | None]:
    """Transitions that were riding along, when nothing else will carry them (shutdown)."""
    if not state.unjournaled:
        return state, None
    return changed(state, unjournaled=()), Journal(state.unjournaled)
