"""What a running engine says of itself: for `neo status`, the live view, the dashboard and the plain progress lines.

Every field that the engine may not know yet has a default. Amounts are Decimals in whole units, prices quote per base.
"""

from __future__ import annotations

import enum
from decimal import Decimal

from neo.infra.control.desk_status import DeskStatus
from neo.records import frozen

FORMAT = 1


class ActorState(enum.Enum):
    OK = "ok"
    STARTING = "starting"  # the session starts, and it has not been up yet
    LATE = "late"  # missed beats
    BLOCKED = "blocked"  # fenced: its thread does not come back
    RESTARTING = "restarting"
    DOWN = "down"


@frozen
class QuoteStatus:
    """One of our orders; `side` is buy or sell, `state` a state of the order life-cycle."""

    side: str
    level: int
    price: Decimal
    remaining: Decimal
    state: str


@frozen
class ActorStatus:
    """`last_beat_s`: how long ago it answered the heartbeat, on the engine's clock; None while it has not yet, and for
    the two that no heartbeat asks: heartbeat and supervisor."""

    name: str
    state: ActorState = ActorState.OK
    queued: int = 0
    restarts: int = 0
    last_beat_s: Decimal | None = None


@frozen
class HaltStatus:
    """One entry of the halt history; `first` is the one that classifies the session. `venue` is empty for the engine."""

    reason: str
    detail: str
    at_ns: int
    first: bool
    venue: str = ""


@frozen
class VenueStatus:
    """Where the session stands on one of its venues; the halt that put it out of trade, None while none did."""

    venue: str
    phase: str
    halt_reason: str | None = None
    halt_detail: str | None = None


@frozen(kw_only=True)
class MarketStatus:
    """What the strategy saw in its newest tick. `suspended` says why it did not quote, `book_at_ns` when its book arrived."""

    venue: str = ""
    symbol: str = ""
    base: str = ""
    quote: str = ""
    ledger_index: int = 0
    book_at_ns: int | None = None
    best_bid: Decimal | None = None
    best_ask: Decimal | None = None
    anchor: Decimal | None = None
    anchor_source: str | None = None
    divergence_bps: Decimal | None = None
    suspended: str | None = None
    distance_bid_bps: Decimal | None = None
    distance_ask_bps: Decimal | None = None
    within_2bps_bid_percent: Decimal | None = None
    within_2bps_ask_percent: Decimal | None = None


@frozen(kw_only=True)
class MoneyStatus:
    """Balances are fills-only plus capital overlay; profit and loss in quote."""

    base_balance: Decimal | None = None
    quote_balance: Decimal | None = None
    equity: Decimal | None = None
    realised: Decimal | None = None
    unrealised: Decimal | None = None
    fees: Decimal | None = None
    fills: int = 0
    volume: Decimal | None = None
    orders_placed: int = 0


@frozen(kw_only=True)
class EngineStatus:
    """`now_ns` is the engine's clock (virtual or sped up in simulation); times of day on this machine are the board's.

    `market`, `money` and `quotes` are the market maker's: None and empty when it does not run. `desks` has one entry for
    each exchange that drops are bought on, `venues` one for each venue: as long as one of them trades, `phase` is trading.
    """

    session_id: str
    run_id: str
    mode: str
    phase: str
    pid: int
    directory: str
    started_at_ns: int
    now_ns: int
    speed: Decimal = Decimal(1)
    ends_at_ns: int | None = None
    strategies: tuple[str, ...] = ()
    market: MarketStatus | None = None
    money: MoneyStatus | None = None
    desks: tuple[DeskStatus, ...] = ()
    quotes: tuple[QuoteStatus, ...] = ()
    halts: tuple[HaltStatus, ...] = ()
    venues: tuple[VenueStatus, ...] = ()
    actors: tuple[ActorStatus, ...] = ()
    telemetry_lines_lost: int = 0
    telemetry_problem: str | None = None
    pending: tuple[str, ...] = ()  # what an orderly end still waits for
