"""Bugs to be found: each is an engine like neo's with one mistake that people make.

A plant uses nothing but the harness: it puts an actor of its own into the world before the engine boots.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import attrs

from neo.actors import names
from neo.actors.inventory import Inventory
from neo.actors.order_router import OrderRouter
from neo.actors.runtime import Faults, Tick, handles
from neo.actors.state_writer import StateWriter
from neo.domain.messages.journal import FillRecorded, OrderTransitioned, SubmissionPrepared, SubmissionPurpose
from neo.domain.messages.storage import Journaled, Persist, Persisted, Recovery
from neo.domain.messages.venue import SignedTransaction, SubmissionAnswered, SubmitTransaction
from neo.domain.orders.lifecycle import OrderEvent, OrderState
from neo.domain.orders.order import Submission
from neo.domain.orders.router_state import Journal
from neo.domain.ports import LEDGER_PORT, JournalWrite
from neo.domain.units import NS_PER_S
from neo.harness import PLANS, FaultPlan, World
from neo.infra.simulated.faults import LedgerFaults


class SubmitsBeforeDurable(OrderRouter):
    """Saves a millisecond: the transaction is on its way while the journal is still being written."""

    def _write(self, journal: Journal) -> None:
        self._submit(journal.then_submit)
        super()._write(Journal(journal.events))


class SendsAgain(OrderRouter):
    """No answer within a second? Then it cannot have arrived: sign it again with the next sequence number."""

    def _submit(self, signed: tuple[SignedTransaction, ...]) -> None:
        for transaction in signed:
            correlation = self.call(LEDGER_PORT, SubmitTransaction(transaction), NS_PER_S)
            self._submitting[correlation] = transaction.hash

    def _call_failed(self, correlation: int, why: str) -> None:
        hash_ = self._submitting.get(correlation)
        lost = self._state.submissions.get(hash_ or "")
        super()._call_failed(correlation, why)
        sequence = self._state.next_sequence
        if lost is None or lost.signed is None or sequence is None or lost.purpose is SubmissionPurpose.CANCEL:
            return
        last_ledger = (self._state.ledger_index or 0) + self._setup.last_ledger_offset
        changed = attrs.evolve(lost.signed.transaction, sequence=sequence, last_ledger_sequence=last_ledger)
        signed = self._signer.sign(changed)
        again = Submission(signed.hash, lost.order_id, lost.purpose, sequence, last_ledger, lost.target_id, signed)
        self._state = attrs.evolve(
            self._state,
            next_sequence=sequence + 1,
            submissions={**self._state.submissions, signed.hash: again},
        )
        prepared = SubmissionPrepared(
            signed.hash, lost.order_id, self._setup.place.venue, lost.purpose, sequence, last_ledger, changed.fee_drops
        )
        self._write(Journal((prepared,), (signed,)))


class CountsTwice(Inventory):
    """Believes a fill every time somebody mentions it."""

    def on_journaled(self, fact: Journaled) -> None:
        super().on_journaled(fact)
        if isinstance(fact.event, FillRecorded) and self._early is None:
            self._state = attrs.evolve(self._state, lsn=fact.lsn - 1)
            super().on_journaled(fact)


class ConfirmsTooEarly(StateWriter):
    """Answers at once and commits when it is convenient, every two seconds."""

    def started(self) -> None:
        super().started()
        self._promised = self._store.recovery().lsn if self._store is not None else 0
        self.every("convenient", 2 * NS_PER_S)

    def on_persist(self, message: Persist) -> None:
        self._promised += len(message.events)
        self._group.append((self.envelope, JournalWrite(self.envelope.sender, self.now_ns, message.events)))
        self._answer(self.envelope, Persisted(self._promised - len(message.events) + 1, self._promised))

    @handles(Tick)
    def on_convenient(self, message: Tick) -> None:
        self._write_group()


class ForgetsWhatItMissed(OrderRouter):
    """After a restart it begins with the newest ledger: what happened in between cannot have been important."""

    def on_recovery(self, recovery: Recovery) -> None:
        super().on_recovery(attrs.evolve(recovery, cursors=()))


class BelievesACancel(OrderRouter):
    """tesSUCCESS on a cancel or a replacement: then the old offer is gone."""

    def on_answered(self, message: SubmissionAnswered) -> None:
        sent = self._state.submissions.get(message.hash)
        super().on_answered(message)
        if sent is None or message.result != "tesSUCCESS" or sent.purpose is SubmissionPurpose.PLACE:
            return
        target = sent.order_id if sent.purpose is SubmissionPurpose.CANCEL else sent.target_id
        if target is None or target not in self._state.orders:
            return
        left = {order_id: order for order_id, order in self._state.orders.items() if order_id != target}
        self._state = attrs.evolve(self._state, orders=left)
        gone = OrderTransitioned(target, OrderEvent.PROVED_CANCELED, OrderState.CANCELED, "the node said so")
        self._write(Journal((gone,)))


@attrs.frozen
class Planted:
    """`invariants` of which one must break, under `plan`, within `seeds` seeds of half an hour."""

    plant: Callable[[World], None]
    plan: FaultPlan
    invariants: tuple[str, ...]
    seeds: int


def _replacing(name: str, actor: type) -> Callable[[World], None]:
    def plant(world: World) -> None:
        world.replaced[name] = actor

    return plant


#: Crashes of the router in the middle of what it sends: some of them between a submission and its journal entry.
_TORN = FaultPlan("torn router", Faults(crash_between_sends={names.ORDER_ROUTER: 0.05}))
_DEAF_NODE = FaultPlan("deaf node", ledger=LedgerFaults(reply_lost=0.05))

BUGS: Mapping[str, Planted] = {
    "the router submits before the journal is durable": Planted(
        _replacing(names.ORDER_ROUTER, SubmitsBeforeDurable), _TORN, ("written before it was sent",), 5
    ),
    "the router sends again after a time-out": Planted(
        _replacing(names.ORDER_ROUTER, SendsAgain), _DEAF_NODE, ("no order twice",), 5
    ),
    "inventory counts a fill twice": Planted(
        _replacing(names.INVENTORY, CountsTwice), PLANS["none"], ("inventory is what the books say",), 5
    ),
    "the writer confirms before it commits": Planted(
        _replacing(names.STATE_WRITER, ConfirmsTooEarly), PLANS["kills"], ("nothing acknowledged is lost",), 5
    ),
    "fills are dropped after a restart": Planted(
        _replacing(names.ORDER_ROUTER, ForgetsWhatItMissed), PLANS["kills"], ("money is conserved",), 5
    ),
    "a cancel is believed without proof": Planted(
        _replacing(names.ORDER_ROUTER, BelievesACancel), PLANS["none"], ("no end without proof",), 5
    ),
}
