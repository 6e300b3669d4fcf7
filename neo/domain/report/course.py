"""The course of a market maker's session as pictures: one pass over its ticks, in memory that does not grow with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Protocol, TypeVar

from neo.domain.market.instrument import Side
from neo.domain.report.chart import Chart, Limit, Look, Series
from neo.domain.report.decimation import Thinned
from neo.domain.report.fill_rate import FillRateTally
from neo.domain.report.money_course import MoneyCourse, mid_of
from neo.domain.report.uptime import UptimeTally
from neo.domain.session.summary_rows import FillLike, SnapshotLike
from neo.domain.units import ZERO
from neo.records import frozen

#: So often in a session is the profit taken: each look costs more than a tick.
PROFIT_LOOKS = 600


class TickLike(SnapshotLike, Protocol):
    """A tick with everything that a picture shows."""

    @property
    def pool_mid(self) -> Decimal | None: ...
    @property
    def our_bid(self) -> Decimal | None: ...
    @property
    def our_ask(self) -> Decimal | None: ...
    @property
    def base_balance(self) -> Decimal | None: ...
    @property
    def quote_balance(self) -> Decimal | None: ...


_Tick = TypeVar("_Tick", bound=TickLike)


@frozen(kw_only=True)
class CourseRows:
    """`fees` are (time in ns, asset, amount) with positive amounts, oldest first, as are `fills`. Limits are values in quote."""

    base: str
    quote: str
    starts_ns: int
    ends_ns: int
    fills: Sequence[FillLike] = ()
    fees: Sequence[tuple[int, str, Decimal]] = ()
    max_base_exposure: Decimal | None = None
    max_quote_exposure: Decimal | None = None


_PRICES = (
    ("book_bid", "best bid", "bid"),
    ("book_ask", "best ask", "ask"),
    ("pool", "AMM", "amm"),
    ("anchor", "anchor", "mid"),
    ("our_bid", "our bid", "f"),
    ("our_ask", "our ask", "e"),
)
_DISTANCES = (("distance_bid", "our bid", "f"), ("distance_ask", "our ask", "e"))
_EXPOSURES = (("base_value", "{base}", "a"), ("quote_value", "{quote}", "c"))
_PROFITS = (
    ("net", "profit after fees", "mid"),
    ("realised", "realised", "a"),
    ("unrealised", "unrealised", "c"),
    ("spread", "spread captured", "good"),
    ("carry", "inventory carry", "b"),
    ("fees", "fees", "halt"),
)


class MarketCourse:
    """Watches ticks go by. Mutable and owned by whoever made it."""

    def __init__(self, rows: CourseRows) -> None:
        self._rows = rows
        self._lines = {
            key: Thinned(rows.starts_ns, rows.ends_ns) for key, _, _ in (*_PRICES, *_DISTANCES, *_EXPOSURES, *_PROFITS)
        }
        self._marks = {side: Thinned(rows.starts_ns, rows.ends_ns) for side in Side}
        self.fill_rate = FillRateTally()
        self.uptime = UptimeTally(rows.starts_ns, rows.ends_ns)
        self._money = MoneyCourse(rows.base, rows.fills, rows.fees)
        self._look_ns = max(1, (rows.ends_ns - rows.starts_ns) // PROFIT_LOOKS)
        self._looked_ns = 0

    def watched(self, ticks: Iterable[_Tick]) -> Iterator[_Tick]:
        """Passes the ticks on, each after it was seen; at the end what came after the last tick is seen as well."""
        for tick in ticks:
            self._see(tick)
            yield tick
        self._money_until(self._rows.ends_ns)
        self._look(self._rows.ends_ns)

    def charts(self) -> tuple[Chart, ...]:
        base, quote = self._rows.base, self._rows.quote
        return (
            Chart(
                key="price",
                title="Price, our quotes and fills",
                unit=f"{quote} per {base}",
                about="Best prices of the book without our own offers, price of the AMM pool, the anchor, our best quotes, and "
                "where we were filled.",
                series=(*self._series(_PRICES, Look.STEP), *self._fill_marks()),
                places=6,
            ),
            Chart(
                key="distance",
                title="Distance to the touch",
                unit="bps",
                about="0 joins the best price of the others, above improves it, below rests behind it.",
                series=self._series(_DISTANCES, Look.STEP),
                limits=(Limit("2 bps behind", Decimal(-2)), Limit("2 bps better", Decimal(2))),
                places=2,
            ),
            Chart(
                key="exposure",
                title="Inventory against its limits",
                unit=quote,
                about="Value of what is owned, at the mid of the book; a limit that is passed halts the session.",
                series=self._series(_EXPOSURES, Look.STEP),
                limits=self._limits(),
                places=2,
            ),
            Chart(
                key="profit",
                title="Profit and loss, split",
                unit=quote,
                about="Profit after fees = realised + unrealised - fees = spread captured + inventory carry - fees. "
                "Deposits never count.",
                series=self._series(_PROFITS, Look.LINE),
                places=4,
            ),
        )

    def _see(self, tick: TickLike) -> None:
        at_ns = tick.at_ns
        self._money_until(at_ns)
        self.fill_rate.tick(at_ns, tick.distance_to_bid_touch_bps, tick.distance_to_ask_touch_bps)
        self.uptime.tick(at_ns, tick.suspended)
        mid = mid_of(tick)
        self._money.mid(at_ns, mid)
        self._add(at_ns, book_bid=tick.best_bid, book_ask=tick.best_ask, pool=tick.pool_mid, anchor=tick.anchor)
        self._add(at_ns, our_bid=tick.our_bid, our_ask=tick.our_ask)
        self._add(at_ns, distance_bid=tick.distance_to_bid_touch_bps, distance_ask=tick.distance_to_ask_touch_bps)
        held, owned = tick.base_balance, tick.quote_balance
        self._add(at_ns, base_value=held * mid if held is not None and mid is not None else None, quote_value=owned)
        if at_ns - self._looked_ns >= self._look_ns:
            self._look(at_ns)

    def _add(self, at_ns: int, **values: Decimal | None) -> None:
        for key, value in values.items():
            self._lines[key].add(at_ns, value)

    def _look(self, at_ns: int) -> None:
        self._looked_ns = at_ns
        profit = self._money.profit()
        self._add(at_ns, net=profit.net, realised=profit.realised, unrealised=profit.unrealised, fees=-profit.fees)
        self._add(at_ns, spread=profit.spread_captured, carry=profit.inventory_carry)

    def _money_until(self, at_ns: int) -> None:
        for fill in self._money.until(at_ns):
            self.fill_rate.fill(fill.side, fill.base_quantity)
            if fill.base_quantity > ZERO:
                self._marks[fill.side].add(fill.traded_at_ns, fill.quote_quantity / fill.base_quantity)

    def _series(self, named: tuple[tuple[str, str, str], ...], look: Look) -> tuple[Series, ...]:
        base, quote = self._rows.base, self._rows.quote
        return tuple(
            Series(
                name.format(base=base, quote=quote),
                colour,
                look,
                self._lines[key].points(),
                dashed=key in ("book_bid", "book_ask"),
            )
            for key, name, colour in named
        )

    def _fill_marks(self) -> tuple[Series, ...]:
        return (
            Series("bought", "good", Look.MARKS, self._marks[Side.BUY].points(), "up"),
            Series("sold", "halt", Look.MARKS, self._marks[Side.SELL].points(), "down"),
        )

    def _limits(self) -> tuple[Limit, ...]:
        rows = self._rows
        named = ((f"most {rows.base}", rows.max_base_exposure), (f"most {rows.quote}", rows.max_quote_exposure))
        return tuple(Limit(name, value, always=True) for name, value in named if value is not None)
