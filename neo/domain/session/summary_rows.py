"""What a summary is built from: rows of the store or facts of the journal, whichever is at hand, by their shape."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Protocol

from neo.domain.market.instrument import Instrument, Side
from neo.domain.messages.storage import AssetBalance
from neo.domain.money.wallet import ExplainedLine
from neo.domain.orders.lifecycle import OrderState
from neo.domain.session.trading import Trading, trading_of
from neo.records import frozen

#: What a session did that says nothing of it.
(_MARKET_MAKING,) = trading_of({})


class SessionLike(Protocol):
    """A session; halt_reason None while it runs."""

    @property
    def session_id(self) -> str: ...
    @property
    def run_id(self) -> str: ...
    @property
    def mode(self) -> str: ...
    @property
    def started_at_ns(self) -> int: ...
    @property
    def ended_at_ns(self) -> int | None: ...
    @property
    def config_hash(self) -> str: ...
    @property
    def code_version(self) -> str: ...
    @property
    def seed(self) -> int: ...
    @property
    def directory(self) -> str: ...
    @property
    def parent_session(self) -> str | None: ...
    @property
    def halt_reason(self) -> str | None: ...
    @property
    def halt_detail(self) -> str | None: ...


class FillLike(Protocol):
    @property
    def side(self) -> Side: ...
    @property
    def base_quantity(self) -> Decimal: ...
    @property
    def quote_quantity(self) -> Decimal: ...
    @property
    def traded_at_ns(self) -> int: ...
    @property
    def is_maker(self) -> bool: ...


class CapitalLike(Protocol):
    """`amount` in (+) or out (-), in units of `asset`."""

    @property
    def at_ns(self) -> int: ...
    @property
    def asset(self) -> str: ...
    @property
    def amount(self) -> Decimal: ...


class HaltLike(Protocol):
    @property
    def at_ns(self) -> int: ...
    @property
    def reason(self) -> str: ...
    @property
    def detail(self) -> str: ...
    @property
    def first(self) -> bool: ...
    @property
    def venue(self) -> str: ...


class SnapshotLike(Protocol):
    """One tick, oldest first."""

    @property
    def at_ns(self) -> int: ...
    @property
    def best_bid(self) -> Decimal | None: ...
    @property
    def best_ask(self) -> Decimal | None: ...
    @property
    def anchor(self) -> Decimal | None: ...
    @property
    def anchor_source(self) -> str | None: ...
    @property
    def distance_to_bid_touch_bps(self) -> Decimal | None: ...
    @property
    def distance_to_ask_touch_bps(self) -> Decimal | None: ...
    @property
    def suspended(self) -> str | None: ...


@frozen
class CapitalMove:
    """A capital event as the summary needs it; `venue` is empty for that of the market maker."""

    at_ns: int
    asset: str
    amount: Decimal
    venue: str = ""


@frozen
class HaltEntry:
    """One line of the halt history; `venue` is the only one that halted, empty for the engine."""

    at_ns: int
    reason: str
    detail: str
    first: bool
    venue: str = ""


@frozen(kw_only=True)
class SummaryRows:
    """Everything but the ticks, which are streamed, and the exchanges, which have rows of their own. All rows are of this
    session, oldest first, unless said otherwise; orders are those of all venues, fills, fees and capital the market maker's.

    `trading` is what the session traded, by its configuration. `orders_unproved` are ids of orders whose state is not final.
    `balances` are the whole books at its end, `engine_balances` what the engine itself last believed ((asset, total) pairs).
    `fees` are (asset, amount) pairs, amounts positive. `filled_by` names what decided the fills, `wallet`
    is the newest comparison with the ledger (modes paper and live). `drift` is engine_state
    `inventory_drift_at_shutdown`.
    """

    session: SessionLike
    instrument: Instrument
    trading: Sequence[Trading] = (_MARKET_MAKING,)
    orders_by_state: Sequence[tuple[OrderState, int]] = ()
    orders_unproved: Sequence[str] = ()
    fills: Sequence[FillLike] = ()
    fees: Sequence[tuple[str, Decimal]] = ()
    capital: Sequence[CapitalLike] = ()
    balances: Sequence[AssetBalance] = ()
    engine_balances: Sequence[tuple[str, Decimal]] = ()
    halts: Sequence[HaltLike] = ()
    drift: str | None = None
    telemetry_problems: int = 0
    telemetry_problem_last: str = ""
    dead_letters: int = 0
    filled_by: str = ""
    wallet: Sequence[ExplainedLine] = ()
