"""The summary of a session: one value, built from its rows and ticks by a pure function."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from neo.domain.config.strategies import MARKET_MAKER
from neo.domain.market.instrument import Side
from neo.domain.money.profit import Profit, ProfitTally
from neo.domain.money.wallet import ExplainedLine
from neo.domain.orders.lifecycle import OrderState
from neo.domain.session.distance import TouchDistance
from neo.domain.session.distance_statistics import DistanceStatistics, DistanceTally
from neo.domain.session.drop_report import DropReport, drop_report
from neo.domain.session.drop_rows import DropRows
from neo.domain.session.inventory_lines import InventoryLine, exchange_lines, pair_balances, pair_lines
from neo.domain.session.summary_rows import CapitalMove, HaltEntry, SnapshotLike, SummaryRows
from neo.domain.session.trading import Trading
from neo.domain.units import ZERO
from neo.records import frozen


@frozen
class TickCounts:
    """Ticks of the session: all, those that quoted, and the others by reason."""

    ticks: int
    quoting: int
    suspended: tuple[tuple[str, int], ...]
    anchor_sources: tuple[tuple[str, int], ...]

    @property
    def uptime_percent(self) -> Decimal | None:
        return Decimal(100 * self.quoting) / self.ticks if self.ticks else None


@frozen(kw_only=True)
class SessionSummary:
    """What a person wants to know of a session. Times in ns, money in units of the quote asset unless an asset is named.

    `symbol`, `base`, `quote`, `profit`, `equity`, `distance` and `ticks` are the market maker's, and empty when it did not
    run (`makes_markets`); `drops` has a report for each exchange that drops were bought on. Orders, fills, capital and
    inventory are those of all venues.
    """

    session_id: str
    run_id: str
    mode: str
    symbol: str
    base: str
    quote: str
    started_at_ns: int
    ended_at_ns: int | None
    config_hash: str
    code_version: str
    seed: int
    directory: str
    parent_session: str | None
    trading: tuple[Trading, ...]
    fill_model: str
    halt_reason: str | None
    halt_detail: str | None
    halts: tuple[HaltEntry, ...]
    orders_total: int
    orders_by_state: tuple[tuple[str, int], ...]
    orders_unproved: tuple[str, ...]
    fills: int
    maker_fills: int
    profit: Profit
    capital: tuple[CapitalMove, ...]
    inventory: tuple[InventoryLine, ...]
    wallet: tuple[ExplainedLine, ...]
    equity: Decimal | None
    drift: str | None
    distance: DistanceStatistics
    ticks: TickCounts
    drops: tuple[DropReport, ...]
    telemetry_problems: int
    telemetry_problem_last: str
    dead_letters: int

    @property
    def makes_markets(self) -> bool:
        return any(each.strategy == MARKET_MAKER for each in self.trading)

    @property
    def has_drift(self) -> bool:
        return self.drift is not None or any(line.drifted for line in self.inventory)


def summarise(rows: SummaryRows, snapshots: Iterable[SnapshotLike], desks: Sequence[DropRows] = ()) -> SessionSummary:
    """The summary. Ticks are read once, in order, and never held: a session may have millions of them."""
    market = _walk(rows, snapshots)
    session, instrument = rows.session, rows.instrument
    makes_markets = any(each.strategy == MARKET_MAKER for each in rows.trading)
    pair = pair_lines(rows.balances, instrument, rows.engine_balances) if makes_markets else ()
    states = dict(rows.orders_by_state)
    return SessionSummary(
        session_id=session.session_id,
        run_id=session.run_id,
        mode=session.mode,
        symbol=instrument.symbol if makes_markets else "",
        base=instrument.base if makes_markets else "",
        quote=instrument.quote if makes_markets else "",
        started_at_ns=session.started_at_ns,
        ended_at_ns=session.ended_at_ns,
        config_hash=session.config_hash,
        code_version=session.code_version,
        seed=session.seed,
        directory=session.directory,
        parent_session=session.parent_session,
        trading=tuple(rows.trading),
        fill_model=rows.filled_by,
        halt_reason=session.halt_reason,
        halt_detail=session.halt_detail,
        halts=tuple(HaltEntry(halt.at_ns, halt.reason, halt.detail, halt.first, halt.venue) for halt in rows.halts),
        orders_total=sum(states.values()),
        orders_by_state=tuple((state.value, states[state]) for state in OrderState if state in states),
        orders_unproved=tuple(rows.orders_unproved),
        fills=len(rows.fills) + sum(len(desk.fills) for desk in desks),
        maker_fills=sum(1 for fill in rows.fills if fill.is_maker),
        profit=market.profit,
        capital=_capital(rows, desks),
        inventory=(*pair, *_exchange_inventory(rows, desks)),
        wallet=tuple(rows.wallet),
        equity=_equity(pair, instrument.base, market.profit.price),
        drift=rows.drift,
        distance=market.distance,
        ticks=market.ticks,
        drops=tuple(map(drop_report, desks)),
        telemetry_problems=rows.telemetry_problems,
        telemetry_problem_last=rows.telemetry_problem_last,
        dead_letters=rows.dead_letters,
    )


@frozen
class _Market:
    profit: Profit
    distance: DistanceStatistics
    ticks: TickCounts


def _walk(rows: SummaryRows, snapshots: Iterable[SnapshotLike]) -> _Market:
    """One pass over the ticks, with fills and capital at their time."""
    money = _MoneyInTime(rows)
    distances = DistanceTally()
    suspended: dict[str, int] = {}
    sources: dict[str, int] = {}
    ticks = 0
    for tick in snapshots:
        ticks += 1
        money.until(tick.at_ns)
        mid = _mid(tick)
        if mid is not None:
            money.tally.mid(tick.at_ns, mid)
        distances.add(TouchDistance(tick.distance_to_bid_touch_bps, tick.distance_to_ask_touch_bps))
        if tick.suspended is not None:
            suspended[tick.suspended] = suspended.get(tick.suspended, 0) + 1
        if tick.anchor_source is not None:
            sources[tick.anchor_source] = sources.get(tick.anchor_source, 0) + 1
    money.until(None)
    quoting = ticks - sum(suspended.values())
    counts = TickCounts(ticks, quoting, tuple(sorted(suspended.items())), tuple(sorted(sources.items())))
    return _Market(money.tally.profit(), distances.statistics(), counts)


class _MoneyInTime:
    """Feeds fills and capital to the profit up to a point in time."""

    def __init__(self, rows: SummaryRows) -> None:
        base = rows.instrument.base
        self.tally = ProfitTally(_base_before(rows))
        for asset, amount in rows.fees:
            self.tally.fee(amount, is_base=asset == base)
        self._fills = sorted(rows.fills, key=lambda fill: fill.traded_at_ns)
        self._moves = [move for move in rows.capital if move.asset == base]
        self._next_fill = 0
        self._next_move = 0

    def until(self, at_ns: int | None) -> None:
        """Everything up to `at_ns`, the rest when it is None."""
        while self._next_move < len(self._moves) and (at_ns is None or self._moves[self._next_move].at_ns <= at_ns):
            self.tally.capital(self._moves[self._next_move].amount)
            self._next_move += 1
        while self._next_fill < len(self._fills) and (
            at_ns is None or self._fills[self._next_fill].traded_at_ns <= at_ns
        ):
            fill = self._fills[self._next_fill]
            self.tally.fill(fill.traded_at_ns, fill.side, fill.base_quantity, fill.quote_quantity)
            self._next_fill += 1


def _base_before(rows: SummaryRows) -> Decimal:
    """Base owned before the session: what is there now, less what the session traded, paid as fees and moved."""
    base = rows.instrument.base
    owned = sum(
        (row.fills_only + row.capital for row in pair_balances(rows.balances, rows.instrument) if row.asset == base),
        ZERO,
    )
    # A fill is seen from us: its side says whether base came or went.
    for fill in rows.fills:
        owned -= fill.base_quantity if fill.side is Side.BUY else -fill.base_quantity
    owned += sum((amount for asset, amount in rows.fees if asset == base), ZERO)
    return owned - sum((move.amount for move in rows.capital if move.asset == base), ZERO)


def _exchange_inventory(rows: SummaryRows, desks: Sequence[DropRows]) -> Iterator[InventoryLine]:
    for desk in desks:
        yield from exchange_lines(rows.balances, desk.venue, desk.quote, desk.engine_balances)


def _capital(rows: SummaryRows, desks: Sequence[DropRows]) -> tuple[CapitalMove, ...]:
    """Of all venues, in the order of time."""
    moves = [CapitalMove(move.at_ns, move.asset, move.amount) for move in rows.capital]
    moves += [CapitalMove(move.at_ns, move.asset, move.amount, desk.venue) for desk in desks for move in desk.capital]
    return tuple(sorted(moves, key=lambda move: move.at_ns))


def _equity(inventory: tuple[InventoryLine, ...], base: str, price: Decimal | None) -> Decimal | None:
    if price is None:
        return None
    return sum((line.engine_total * (price if line.asset == base else 1) for line in inventory), ZERO)


def _mid(tick: SnapshotLike) -> Decimal | None:
    """Mid of the book, which is what a fill is measured against; the anchor when the book had no two sides."""
    if tick.best_bid is not None and tick.best_ask is not None and tick.best_bid < tick.best_ask:
        return (tick.best_bid + tick.best_ask) / 2
    return tick.anchor
