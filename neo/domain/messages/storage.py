"""Messages to and from the StateWriter."""

from __future__ import annotations

import enum
from decimal import Decimal

from neo.domain.market.instrument import Side
from neo.domain.messages.journal import JournalEvent, SubmissionPurpose
from neo.domain.money.exact import total
from neo.domain.orders.lifecycle import OrderState
from neo.quickly_built import quickly_built
from neo.records import frozen


@quickly_built
@frozen
class Persist:
    """Make these durable together. `number` counts a sender's writes from 1: a gap means that one was lost.

    Sent by request(): the answer is Persisted or PersistRefused; silence means unknown.
    """

    number: int
    events: tuple[JournalEvent, ...]


@quickly_built
@frozen
class Persisted:
    first_lsn: int
    last_lsn: int


@frozen
class PersistRefused:
    """Not written. `storage_failed` when nothing can be written any more; otherwise this write alone was at fault.

    `send_again`: the write itself was in order; with its sender's next number it will be taken.
    """

    reason: str
    storage_failed: bool = False
    send_again: bool = False


@quickly_built
@frozen
class Journaled:
    """A durable fact, sent to those who subscribed to its kind, in the order of `lsn`."""

    lsn: int
    at_ns: int
    event: JournalEvent


@quickly_built
@frozen
class MarketSnapshot:
    """One row of market_snapshots: what the strategy saw and did in one tick. Prices quote per base, distances bps."""

    session_id: str
    at_ns: int
    venue: str
    symbol: str
    ledger_index: int
    best_bid: Decimal | None
    best_ask: Decimal | None
    pool_mid: Decimal | None
    anchor: Decimal | None
    anchor_source: str | None
    divergence_bps: Decimal | None
    our_bid: Decimal | None
    our_ask: Decimal | None
    distance_to_bid_touch_bps: Decimal | None
    distance_to_ask_touch_bps: Decimal | None
    suspended: str | None
    base_balance: Decimal | None
    quote_balance: Decimal | None


@frozen
class DeskSnapshot:
    """One row of desk_snapshots: what a drop buyer's money was worth at a moment, in quote currency.

    `value_quote` are `positions` at their bid, `cost_quote` what they cost with fees; the `unpriced` among them have no quote
    yet, or would have gained by one of long ago, and stand at their cost. `realised_quote` are the results of this session's
    sales. free + reserved + committed is the budget.
    """

    session_id: str
    at_ns: int
    venue: str
    positions: int
    unpriced: int
    cost_quote: Decimal
    value_quote: Decimal
    realised_quote: Decimal
    free: Decimal
    reserved: Decimal
    committed: Decimal


@frozen
class AgeSnapshot:
    """One row of age_snapshots: how old the newest quotes of the `symbols` that are polled were at a moment."""

    session_id: str
    at_ns: int
    venue: str
    symbols: int
    age_p50_ms: int
    age_p99_ms: int


Snapshot = MarketSnapshot | DeskSnapshot | AgeSnapshot


@frozen
class RecordSnapshots:
    """Rows of several moments, oldest first. The newest ones may be lost: nothing is rebuilt from them."""

    rows: tuple[Snapshot, ...]


class CheckpointMode(enum.Enum):
    PASSIVE = "PASSIVE"
    TRUNCATE = "TRUNCATE"


@frozen
class Checkpoint:
    mode: CheckpointMode


@frozen
class CheckpointReport:
    """Fields as SQLite reports them; `error` is set when the checkpoint raised."""

    mode: CheckpointMode
    busy: bool
    log_frames: int
    checkpointed: int
    elapsed_ms: Decimal
    error: str | None = None


@frozen
class LoadRecovery:
    """Asks for Recovery; queued behind the asker's own earlier writes, so the answer covers them."""


@quickly_built
@frozen
class OrderRecord:
    """A stored order. `filled_base`/`filled_quote` are the sums of its fills."""

    order_id: str
    venue: str
    symbol: str
    side: Side
    price: Decimal
    quantity: Decimal
    quote_quantity: Decimal
    level: int
    state: OrderState
    offer_sequence: int | None
    filled_base: Decimal
    filled_quote: Decimal
    created_at_ns: int
    expiration_s: int | None = None
    replaces_order_id: str | None = None


@frozen
class SubmissionRecord:
    """A transaction without verdict. `order_id` is None when it makes tickets."""

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
class AssetBalance:
    """`fills_only` = trades and fees; `capital` = overlay of capital events. The balance is their sum."""

    venue: str
    asset: str
    fills_only: Decimal
    capital: Decimal

    @property
    def total(self) -> Decimal:
        """Exact, whatever the number of digits."""
        return total(self.fills_only, self.capital)


@frozen
class TradeRecord:
    """An intent of the exchange router as the books have it; its fields as TradeIntended and TradeAdvanced have them."""

    intent_id: str
    venue: str
    purpose: str
    symbol: str
    side: Side
    quantity: Decimal
    limits: str
    proposed_at_ns: int
    attempt: int
    filled: Decimal
    filled_quote: Decimal
    reserved: Decimal
    result_quote: Decimal


@frozen
class PositionRecord:
    """A position on an exchange; its fields as PositionRecorded has them."""

    venue: str
    symbol: str
    intent_id: str
    quantity: Decimal
    spent_quote: Decimal
    fee_value_quote: Decimal
    bought: Decimal
    gross_quote: Decimal
    opened_at_ns: int


@frozen(repr=False)
class Recovery:
    """State of the books as of `lsn`, all that an actor needs to rebuild itself. Only unfinished orders and submissions.

    `trades` are unfinished intents of the exchange router, `recent_intents` (venue, intent) of the newest, oldest first.
    `realised` are (session, venue, sum of the results of sales that have ended) of sessions without an end.
    """

    lsn: int
    orders: tuple[OrderRecord, ...]
    submissions: tuple[SubmissionRecord, ...]
    balances: tuple[AssetBalance, ...]
    cursors: tuple[tuple[str, int], ...]
    engine_state: tuple[tuple[str, str], ...]
    open_sessions: tuple[str, ...]
    trades: tuple[TradeRecord, ...] = ()
    positions: tuple[PositionRecord, ...] = ()
    recent_intents: tuple[tuple[str, str], ...] = ()
    realised: tuple[tuple[str, str, Decimal], ...] = ()

    def __repr__(self) -> str:
        return f"Recovery(lsn={self.lsn}, orders={len(self.orders)}, submissions={len(self.submissions)})"

    def cursor(self, venue: str) -> int | None:
        return dict(self.cursors).get(venue)


@frozen
class StorageFailed:
    """The writer cannot write. Told to the supervisor, which halts with storage_failure."""

    detail: str
