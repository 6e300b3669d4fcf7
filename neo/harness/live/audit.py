"""Holds the books of live sessions against the ledger that they traded on."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from decimal import Decimal

from neo.domain.market.instrument import LEDGER_VENUE, Side
from neo.domain.messages.journal import SubmissionPurpose
from neo.domain.orders.reconciliation import QUOTE_TOLERANCE
from neo.domain.safety.halts import HaltReason
from neo.domain.units import ZERO
from neo.harness.broken import Broken
from neo.harness.live.truth import Held, change_of, fee_xrp, held_by, offers_of
from neo.infra.sandbox.xrpl.chain.records import TransactionRecord
from neo.infra.sandbox.xrpl.server import SandboxServer
from neo.infra.sqlite.books_reader import BooksReader
from neo.infra.sqlite.books_rows import FillRow, OrderRow, SentRow

_SENT = frozenset({"OfferCreate", "OfferCancel", "TicketCreate"})


class LiveAudit:
    """Made before the first session: what the account held then is where the sums begin."""

    def __init__(self, sandbox: SandboxServer) -> None:
        self._sandbox = sandbox
        self._account = sandbox.wallet.account
        self._issuer = sandbox.token[1]
        snapshot = sandbox.snapshot()
        self._from_ledger = snapshot.record.index
        self._opening = held_by(snapshot.state, self._account, self._issuer)

    def history(self) -> tuple[TransactionRecord, ...]:
        """Every validated transaction that touched the account since the audit was made, in ledger order."""
        found = [record for record in self._sandbox.history() if record.ledger_index > self._from_ledger]
        return tuple(sorted(found, key=lambda record: (record.ledger_index, record.position)))

    def broken(self, reader: BooksReader) -> tuple[Broken, ...]:
        """After a session that ended in order: everything must agree, and nothing of ours may rest on the ledger."""
        history = self.history()
        sessions = [row.session_id for row in reader.sessions()]
        fills = [fill for session in sessions for fill in reader.fills(session)]
        orders = [order for session in sessions for order in reader.orders(session)]
        sent = [r for r in history if r.tx_json["Account"] == self._account and r.tx_json["TransactionType"] in _SENT]
        written = {row.hash: row for row in reader.sent(LEDGER_VENUE, [record.hash for record in sent])}
        return (
            *_once(sent, written),
            *self._fills(history, fills),
            *self._money(reader, history),
            *self._rest(orders),
            *_doubts(reader),
            *_reasons(reader, sessions),
        )

    def _fills(self, history: Iterable[TransactionRecord], fills: Iterable[FillRow]) -> list[Broken]:
        """The fills of each transaction are what it moved: none is lost, none made up, none counted twice."""
        booked: dict[str, Held] = defaultdict(lambda: Held(ZERO, ZERO))
        for fill in fills:
            sign = 1 if fill.side is Side.BUY else -1
            booked[fill.transaction_hash] = booked[fill.transaction_hash].plus(
                Held(sign * fill.base_quantity, -sign * fill.quote_quantity)
            )
        found = []
        moved: set[str] = set()
        for record in history:
            change = change_of(record, self._account, self._issuer).plus(Held(fee_xrp(record, self._account), ZERO))
            if record.tx_json["TransactionType"] == "Payment":
                continue  # capital, or somebody's path through our offer: the sum of the balances tells
            moved.add(record.hash)
            said = booked[record.hash]
            if change.xrp != said.xrp or abs(change.token - said.token) > QUOTE_TOLERANCE:
                detail = f"{record.hash} in ledger {record.ledger_index} moved {change}, the books say {said}"
                found.append(Broken("no fill lost, none made up", detail))
        known = {record.hash for record in history}
        found += [Broken("no fill made up", f"of {hash_}") for hash_ in booked.keys() - known]
        return found

    def _money(self, reader: BooksReader, history: Iterable[TransactionRecord]) -> list[Broken]:
        now = held_by(self._sandbox.snapshot().state, self._account, self._issuer)
        summed = self._opening
        for record in history:
            summed = summed.plus(change_of(record, self._account, self._issuer))
        booked = Held(*(_balance(reader, asset) for asset in ("XRP", "RLUSD")))
        found = []
        for name, truth in (("the ledger's", now), ("the sum of its history", summed)):
            if booked.xrp != truth.xrp or abs(booked.token - truth.token) > QUOTE_TOLERANCE:
                found.append(Broken("engine inventory equals the ledger's", f"books {booked}, {name} {truth}"))
        return found

    def _rest(self, orders: Iterable[OrderRow]) -> list[Broken]:
        resting = offers_of(self._sandbox.snapshot().state, self._account)
        known = {order.offer_sequence for order in orders if not order.state.is_final}
        found = []
        if resting - known:
            found.append(Broken("no untracked offer", f"sequences {sorted(resting - known)}"))
        open_ = [order for order in orders if not order.state.is_final and order.offer_sequence not in resting]
        found += [Broken("no order without an end", f"{o.order_id} is {o.state.value} and nowhere") for o in open_]
        return found


def _once(sent: Iterable[TransactionRecord], written: dict[str, SentRow]) -> list[Broken]:
    """Whatever was sent was written down before, and each order was placed by one transaction at most."""
    placed: Counter[str | None] = Counter()
    found = []
    for record in sent:
        row = written.get(record.hash)
        if row is None:
            found.append(Broken("written before it was sent", f"transaction {record.hash} is in no journal"))
        elif record.result == "tesSUCCESS" and row.purpose in (SubmissionPurpose.PLACE, SubmissionPurpose.REPLACE):
            placed[row.order_id] += 1
    found += [Broken("no order twice", f"{order} was placed {n} times") for order, n in placed.items() if n > 1]
    return found


def _doubts(reader: BooksReader) -> list[Broken]:
    return [
        Broken("no transaction without a verdict", f"{s.hash}, sequence {s.sequence}")
        for s in reader.recovery().submissions
    ]


def _reasons(reader: BooksReader, sessions: Iterable[str]) -> list[Broken]:
    known = {reason.value for reason in HaltReason} - {HaltReason.UNEXPECTED_HALT.value}
    rows = [row for session in sessions for row in reader.halts(session)]
    return [Broken("every halt has a proper reason", f"{r.reason}: {r.detail}") for r in rows if r.reason not in known]


def _balance(reader: BooksReader, asset: str) -> Decimal:
    return sum((row.fills_only + row.capital for row in reader.balances() if row.asset == asset), ZERO)
