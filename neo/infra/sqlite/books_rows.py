"""Rows as the readers hand them out: attrs classes whose fields are the columns, typed as the engine types them."""

from __future__ import annotations

import enum
import functools
import types
from collections.abc import Callable
from decimal import Decimal
from typing import Any, ClassVar, Generic, TypeVar, Union, get_args, get_origin, get_type_hints

import attrs

from neo.domain.market.instrument import Side
from neo.domain.messages.journal import CapitalKind, SubmissionPurpose
from neo.domain.orders.lifecycle import OrderState
from neo.quickly_built import quickly_built
from neo.records import frozen


@frozen
class SessionRow:
    """A session; ``ended_at_ns`` None while it runs (or since it crashed unnoticed)."""

    table: ClassVar[str] = "sessions"
    session_id: str
    run_id: str
    mode: str
    started_at_ns: int
    ended_at_ns: int | None
    config_hash: str
    config_json: str = attrs.field(repr=False)
    code_version: str
    seed: int
    directory: str
    parent_session: str | None
    halt_reason: str | None
    halt_detail: str | None
    crash_noticed_by: str | None


@frozen
class OrderRow:
    """An order with the sums of its fills."""

    table: ClassVar[str] = "orders"
    order_id: str
    intent_id: str | None
    session_id: str
    venue: str
    symbol: str
    side: Side
    price: Decimal
    quantity: Decimal
    quote_quantity: Decimal
    level: int
    state: OrderState
    offer_sequence: int | None
    expiration_s: int | None
    replaces_order_id: str | None
    adopted: bool
    filled_base: Decimal
    filled_quote: Decimal
    failure_reason: str | None
    created_at_ns: int
    updated_at_ns: int


@quickly_built
@frozen
class SubmissionRow:
    """A transaction; ``result`` None while it has no verdict, ``order_id`` None when it makes tickets."""

    table: ClassVar[str] = "submissions"
    venue: str
    hash: str
    order_id: str | None
    purpose: SubmissionPurpose
    sequence: int
    ticket_sequence: int | None
    last_ledger_sequence: int
    fee_drops: int
    state: str
    result: str | None
    ledger_index: int | None
    prepared_at_ns: int
    resolved_at_ns: int | None


@frozen
class SentRow:
    """Of a transaction no more than which order it was sent for, and to do what with it."""

    table: ClassVar[str] = "submissions"
    hash: str
    order_id: str | None
    purpose: SubmissionPurpose


@frozen
class OrderAtRow:
    """Of an order no more than where it is: the number of its offer, and its state."""

    table: ClassVar[str] = "orders"
    order_id: str
    offer_sequence: int | None
    state: OrderState


@frozen
class FillRow:
    """A trade of ours; amounts are positive, ``side`` is ours."""

    table: ClassVar[str] = "fills"
    lsn: int
    venue: str
    fill_id: str
    order_id: str
    session_id: str
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
        """Quote per base."""
        return self.quote_quantity / self.base_quantity


@quickly_built
@frozen
class TradedRow:
    """Of a trade of ours no more than what it did to our money: a session may have hundreds of thousands."""

    table: ClassVar[str] = "fills"
    side: Side
    base_quantity: Decimal
    quote_quantity: Decimal
    traded_at_ns: int
    is_maker: bool


@quickly_built
@frozen
class PostedRow:
    """Of a posting no more than what moved, and against which account."""

    table: ClassVar[str] = "inventory_ledger"
    at_ns: int
    venue: str
    asset: str
    amount: Decimal
    counter_account: str


@frozen
class InventoryRow:
    """A posting: ``amount`` came from ``counter_account``, ``new_balance`` is fills-only."""

    table: ClassVar[str] = "inventory_ledger"
    entry_id: int
    lsn: int
    session_id: str
    at_ns: int
    venue: str
    asset: str
    amount: Decimal
    new_balance: Decimal
    counter_account: str
    reference: str


@frozen
class CapitalRow:
    """Money in (+) or out (-)."""

    table: ClassVar[str] = "capital_events"
    lsn: int
    event_id: str
    session_id: str
    at_ns: int
    venue: str
    asset: str
    amount: Decimal
    kind: CapitalKind
    note: str


@frozen
class HaltRow:
    """One halt of the history; ``first`` marks the one that classified the session, ``venue`` is empty for the engine."""

    table: ClassVar[str] = "halts"
    lsn: int
    session_id: str
    at_ns: int
    reason: str
    detail: str
    first: bool
    cleared_at_ns: int | None
    cleared_by: str | None
    venue: str


@frozen
class TradeRow:
    """An intent of the exchange router; ``outcome`` and ``ended_at_ns`` None while it is under way. ``filled`` in base
    before fees, ``result_quote`` profit or loss of what it sold; ``reason`` empty and ``touch`` None before schema 6."""

    table: ClassVar[str] = "trades"
    venue: str
    intent_id: str
    session_id: str
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
    outcome: str | None
    ended_at_ns: int | None
    reason: str
    touch: Decimal | None


@frozen
class PositionRow:
    """A position as it stands now. ``spent_quote`` left our balance for it, fees in other currencies are worth
    ``fee_value_quote``; ``gross_quote`` was paid for ``bought`` units before any fee."""

    table: ClassVar[str] = "positions"
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
class EngineStateRow:
    """One row of engine_state; JSON text where it has structure."""

    table: ClassVar[str] = "engine_state"
    key: str
    value: str
    updated_at_ns: int
    session_id: str


@frozen
class ExperimentRow:
    """One line of the experiment log."""

    table: ClassVar[str] = "experiments"
    lsn: int
    session_id: str
    parent_session: str | None
    at_ns: int
    config_difference: str
    results: str
    note: str


@frozen
class JournalRow:
    """One event of the journal; ``payload`` is JSON."""

    table: ClassVar[str] = "events"
    lsn: int
    session_id: str
    at_ns: int
    sender: str
    kind: str
    schema_version: int
    payload: str


@frozen
class SnapshotRow:
    """One row of market_snapshots."""

    table: ClassVar[str] = "market_snapshots"
    snapshot_id: int
    session_id: str
    at_ns: int
    venue: str
    symbol: str
    ledger_index: int
    best_bid: Decimal | None
    best_ask: Decimal | None
    mid: Decimal | None
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


_Row = TypeVar("_Row")


@frozen
class RowReader(Generic[_Row]):
    """How one row class is read: the SELECT without its conditions, and what turns a raw row into an object."""

    select: str
    build: Callable[[tuple[Any, ...]], _Row]


def row_reader(row_class: type[_Row]) -> RowReader[_Row]:
    """The reader of ``row_class``, from its fields."""
    shape: Any = row_class
    reader: RowReader[_Row] = _row_reader(shape)
    return reader


@functools.cache
def _row_reader(row_class: Any) -> RowReader[Any]:
    names, conversions = _columns(row_class), _conversions(row_class)

    def build(row: tuple[Any, ...]) -> Any:
        return row_class(*[v if c is None or v is None else c(v) for c, v in zip(conversions, row, strict=True)])

    return RowReader(f"SELECT {', '.join(names)} FROM {row_class.table}", build)


def _columns(row_class: Any) -> tuple[str, ...]:
    return tuple(field.name for field in attrs.fields(row_class))


def _conversions(row_class: Any) -> tuple[Callable[[Any], Any] | None, ...]:
    hints = get_type_hints(row_class)
    return tuple(_conversion(hints[name]) for name in _columns(row_class))


def _conversion(hint: Any) -> Callable[[Any], Any] | None:
    """What a column needs to become its field: Decimal, an enum, bool; None for text and integers."""
    if get_origin(hint) in (Union, types.UnionType):
        hint = next(part for part in get_args(hint) if part is not type(None))
    is_converted = hint in (Decimal, bool) or (isinstance(hint, type) and issubclass(hint, enum.Enum))
    return hint if is_converted else None
