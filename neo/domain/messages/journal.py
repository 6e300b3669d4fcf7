"""Durable facts: the append-only journal is the truth, every table is a projection of it.

Each event is written by the StateWriter in one transaction with the tables it changes. `at_ns` of an event is in its
JournalWrite. Adding a field needs a default (old journals are read back); removing or changing one needs a new event.
"""

from __future__ import annotations

import enum
from decimal import Decimal

import attrs

from neo.domain.market.instrument import Side
from neo.domain.orders.lifecycle import OrderEvent, OrderState
from neo.quickly_built import quickly_built
from neo.records import frozen


class SubmissionPurpose(enum.Enum):
    """Why a transaction was sent."""

    PLACE = "place"
    REPLACE = "replace"
    CANCEL = "cancel"
    TICKETS = "tickets"  # makes tickets: belongs to no order


class CapitalKind(enum.Enum):
    """A change of our money that is not trading. INITIAL is the balance found when the books were opened.

    CLAWBACK was taken by the issuer, POOL moved between wallet and AMM pool by hand.
    """

    INITIAL = "initial"
    DEPOSIT = "deposit"
    WITHDRAWAL = "withdrawal"
    CLAWBACK = "clawback"
    POOL = "pool"


@frozen
class SessionOpened:
    session_id: str
    run_id: str
    mode: str
    started_at_ns: int
    config_hash: str
    code_version: str
    seed: int
    directory: str
    parent_session: str | None = None
    config_json: str = attrs.field(default="{}", repr=False)


@frozen
class SessionClosed:
    session_id: str
    ended_at_ns: int
    halt_reason: str
    halt_detail: str


@frozen
class SessionCrashed:
    """A session that was found open by its successor. It keeps what halt it had latched, if any."""

    session_id: str
    ended_at_ns: int
    noticed_by: str


@frozen
class HaltRecorded:
    """One entry of the halt history; `first` marks the one that classifies the session.

    `venue` is the only one that has halted, empty when the halt concerns the engine.
    """

    session_id: str
    reason: str
    detail: str
    first: bool
    venue: str = ""


@frozen
class HaltCleared:
    """The halt of `venue` (of the engine when empty) is no longer in force."""

    session_id: str
    reason: str
    cleared_by: str
    venue: str = ""


@quickly_built
@frozen
class OrderIntended:
    """An order exists from here on. `offer_sequence` is the transaction's sequence: its name on the ledger."""

    order_id: str
    intent_id: str
    session_id: str
    venue: str
    symbol: str
    side: Side
    price: Decimal
    quantity: Decimal
    quote_quantity: Decimal
    level: int
    offer_sequence: int | None
    replaces_order_id: str | None = None
    expiration_s: int | None = None


@frozen
class OrderAdopted:
    """An offer of ours that the venue has and the books did not: taken over as an order that is OPEN."""

    order_id: str
    session_id: str
    venue: str
    symbol: str
    side: Side
    price: Decimal
    quantity: Decimal
    quote_quantity: Decimal
    offer_sequence: int


@quickly_built
@frozen
class SubmissionPrepared:
    """A signed transaction is about to be sent: written before it leaves the process.

    `order_id` is None for TICKETS only. With `ticket_sequence` that ticket is spent and `sequence` is 0.
    """

    hash: str
    order_id: str | None
    venue: str
    purpose: SubmissionPurpose
    sequence: int
    last_ledger_sequence: int
    fee_drops: int
    ticket_sequence: int | None = None


@quickly_built
@frozen
class SubmissionResolved:
    """The verdict on a transaction: `result` of the validated transaction, or why it can never be in a ledger
    (neo/domain/orders/verdicts.py)."""

    hash: str
    venue: str
    result: str
    ledger_index: int


@quickly_built
@frozen
class OrderTransitioned:
    order_id: str
    event: OrderEvent
    state: OrderState
    reason: str = ""


@frozen
class FillRecorded:
    """A trade, exactly once: `fill_id` is (transaction hash, offer sequence). Amounts are positive; side is ours."""

    fill_id: str
    venue: str
    order_id: str
    symbol: str
    side: Side
    base_quantity: Decimal
    quote_quantity: Decimal
    ledger_index: int
    position: int
    transaction_hash: str
    traded_at_ns: int
    is_maker: bool

    @property
    def price(self) -> Decimal:
        return self.quote_quantity / self.base_quantity


@quickly_built
@frozen
class FeeCharged:
    """A fee that left our balance, `amount` positive in units of `asset`; once per `fee_id`."""

    fee_id: str
    venue: str
    asset: str
    amount: Decimal


@frozen
class CapitalRecorded:
    """Money in (+) or out (-), once per `event_id`. Never part of profit."""

    event_id: str
    session_id: str
    venue: str
    asset: str
    amount: Decimal
    kind: CapitalKind
    note: str = ""


@frozen
class CursorAdvanced:
    """Every ledger of the venue up to and including `ledger_index` has been read for our transactions."""

    venue: str
    ledger_index: int


@frozen
class EngineStateSet:
    """One row of engine_state; None removes it. `value` is text, JSON where it has structure."""

    key: str
    value: str | None


@frozen
class TradeIntended:
    """The exchange router took an intent on. `limits` are the prices of its tries, separated by spaces; `reserved` what it
    may spend at most, in quote currency, 0 for an exit. `reason` and `touch` as TradeProposed has them."""

    intent_id: str
    session_id: str
    venue: str
    purpose: str
    symbol: str
    side: Side
    quantity: Decimal
    limits: str
    reserved: Decimal
    proposed_at_ns: int
    reason: str = ""
    touch: Decimal | None = None


@frozen
class TradeAdvanced:
    """Where an intent stands after a try: how many tries, what all of them traded, what they may still spend.

    `result_quote` is the profit or loss of what was sold so far.
    """

    intent_id: str
    venue: str
    attempt: int
    filled: Decimal
    filled_quote: Decimal
    reserved: Decimal
    result_quote: Decimal


@frozen
class TradeConcluded:
    """Nothing of an intent can trade any more, and all of it is counted. `outcome` as TradeEnded has it."""

    intent_id: str
    venue: str
    outcome: str


@frozen
class PositionRecorded:
    """A position as it stands after a trade. `spent_quote` left the balance, `fee_value_quote` is what other fees are worth;
    `gross_quote` was paid for `bought` units before any fee."""

    venue: str
    symbol: str
    intent_id: str
    quantity: Decimal
    spent_quote: Decimal
    fee_value_quote: Decimal
    bought: Decimal
    gross_quote: Decimal
    opened_at_ns: int


@frozen
class PositionClosed:
    """Sold, or what is left is too little to sell: `written_off` base units stay in the wallet and count for nothing."""

    venue: str
    symbol: str
    written_off: Decimal


@frozen
class ExperimentRecorded:
    session_id: str
    parent_session: str | None
    config_difference: str
    results: str
    note: str = ""


JournalEvent = (
    SessionOpened
    | SessionClosed
    | SessionCrashed
    | HaltRecorded
    | HaltCleared
    | OrderIntended
    | OrderAdopted
    | SubmissionPrepared
    | SubmissionResolved
    | OrderTransitioned
    | FillRecorded
    | FeeCharged
    | CapitalRecorded
    | CursorAdvanced
    | EngineStateSet
    | TradeIntended
    | TradeAdvanced
    | TradeConcluded
    | PositionRecorded
    | PositionClosed
    | ExperimentRecorded
)
