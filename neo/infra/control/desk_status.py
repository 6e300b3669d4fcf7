"""What a running engine says of an exchange that it buys drops on.

Prices are quote per base, amounts whole units of the asset named, `_quote` amounts are in the desk's quote currency. Ages
are those at the time of the status. None: not known (yet).
"""

from __future__ import annotations

from decimal import Decimal

from neo.records import frozen


@frozen
class SymbolStatus:
    """A polled symbol: the middle of its newest quote, and how long ago that arrived."""

    symbol: str
    price: Decimal | None = None
    age_ms: int | None = None


@frozen(kw_only=True)
class TierStatus:
    """One poller (hot, warm, cold): counters since the session began, and the cycle that ended last."""

    tier: str
    interval_ms: int
    symbols: tuple[SymbolStatus, ...] = ()
    cycles: int = 0
    overruns: int = 0
    success_rate: Decimal | None = None
    last_cycle_ms: int | None = None
    last_failure: str | None = None


@frozen
class BudgetStatus:
    """free + reserved + committed = total, at every instant; in quote currency."""

    total: Decimal
    free: Decimal
    reserved: Decimal
    committed: Decimal


@frozen(kw_only=True)
class PositionStatus:
    """`mark` is the bid: what it could be sold at. `unrealised_quote` is against the cost with fees, before those of a sale.

    `is_stale`: the symbol is not quoted any more, and `mark` is as old as `mark_age_ms` says.
    """

    symbol: str
    quantity: Decimal
    entry_price: Decimal
    cost_quote: Decimal
    opened_at_ns: int
    mark: Decimal | None = None
    unrealised_quote: Decimal | None = None
    mark_age_ms: int | None = None
    is_stale: bool = False


@frozen(kw_only=True)
class WorkingTradeStatus:
    """An intent under way (entry or exit). After a restart an older one is known by its symbol only."""

    symbol: str
    intent_id: str | None = None
    purpose: str | None = None
    side: str | None = None
    quantity: Decimal | None = None
    limit: Decimal | None = None
    since_ns: int | None = None


@frozen
class GuardCount:
    """Drops that a guard was against; one drop may count for several guards."""

    guard: str
    drops: int


@frozen(kw_only=True)
class NearDropStatus:
    """A symbol near its trigger. `distance_percent` of the trigger line: how far the price may still fall; below 0 it has.

    `blocked_by` names each guard that would keep it from being bought now.
    """

    symbol: str
    price: Decimal
    anchor: Decimal
    distance_percent: Decimal
    blocked_by: tuple[str, ...] = ()


@frozen(kw_only=True)
class DeskStatus:
    """One exchange. Counts of trades and drops are of this session, `*_today` of the UTC day, sessions before included.

    `watched` symbols are configured, `polled` are asked for, `skipped` are not known to the exchange, `degraded` rest after
    failures. `age_*_ms` are over all polled symbols. Gains of positions that are not quoted any more are no part of
    `unrealised_quote`; `result_quote` is of the sales, those under way as far as they got. `breakers` have tripped.
    """

    venue: str
    quote: str
    watched: int
    polled: int = 0
    skipped: int = 0
    degraded: int = 0
    tiers: tuple[TierStatus, ...] = ()
    age_p50_ms: int | None = None
    age_p99_ms: int | None = None
    budget: BudgetStatus | None = None
    positions: tuple[PositionStatus, ...] = ()
    unrealised_quote: Decimal | None = None
    working: tuple[WorkingTradeStatus, ...] = ()
    orders_placed: int = 0
    drops: int = 0
    drops_blocked: int = 0
    blocked_by: tuple[GuardCount, ...] = ()
    refused_by_risk: int = 0
    entries_filled: int = 0
    exits_filled: int = 0
    bought_quote: Decimal = Decimal(0)
    sold_quote: Decimal = Decimal(0)
    result_quote: Decimal = Decimal(0)
    trades_today: int = 0
    result_today_quote: Decimal = Decimal(0)
    losses_in_a_row: int = 0
    breakers: tuple[str, ...] = ()
    top_drops: tuple[NearDropStatus, ...] = ()
