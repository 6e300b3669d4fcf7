"""Markets that relive recordings: one-minute bars with a seeded book around them, or a recorded book with its trades."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path

from neo.domain.errors import NeoError
from neo.domain.market.instrument import Side
from neo.domain.units import NS_PER_MS, NS_PER_S, ONE, ZERO
from neo.infra.replay.bars import Bar, read_bars
from neo.infra.replay.binance_lines import BookEvent, DepthChanged, read_book_events
from neo.infra.replay.trades import RecordedTrade
from neo.infra.simulated_exchange.liquidity import BookSides, Flow, Level
from neo.infra.simulated_exchange.listing import QUOTE, Terms, market_on, rules_for
from neo.infra.simulated_exchange.market import ExchangeMarket
from neo.infra.simulated_exchange.market_rules import MarketRules, decimals
from neo.infra.simulated_exchange.price_path import DAY_MS, TickBar
from neo.infra.simulated_exchange.recorded_book import RecordedBook, RecordedSecond
from neo.infra.simulated_exchange.recorded_price import RecordedPrice
from neo.infra.simulated_exchange.tick_bars import TickBars

_DEPTH = 20


def market_of_bars(path: Path, terms: Terms, seed: int, start_ms: int) -> ExchangeMarket:
    """The market of one file named BASE_USDT….csv, lived through from its second day on when there is one."""
    bars = read_bars(path)
    tick = ONE.scaleb(-max(_price_decimals(bar) for bar in bars))
    rules = rules_for(_base(path), bars[0].close, terms, tick)
    ticks = TickBars(_in_ticks(bar, tick) for bar in bars)
    day_later_ms = ticks[0].open_ms + DAY_MS
    from_ms = day_later_ms if ticks[len(ticks) - 1].open_ms > day_later_ms else ticks[0].open_ms
    return market_on(RecordedPrice(ticks, from_ms, start_ms), rules, f"{seed} {rules.base}")


def market_of_book(paths: Sequence[Path], terms: Terms, start_ms: int) -> ExchangeMarket:
    """The market of consecutive files of Binance's depth, trade and snapshot messages, named BASE_USDT….gz."""
    seconds = list(_seconds(read_book_events(paths, _DEPTH)))
    if not seconds:
        raise NeoError(f"{paths[0]} holds no order book", "give files of depth messages with a snapshot among them")
    levels = [level for sides, _ in seconds for level in (*sides.bids, *sides.asks)]
    tick, step = (ONE.scaleb(-max(map(decimals, column))) for column in zip(*_columns(levels), strict=True))
    rules = rules_for(_base(paths[0]), levels[0].price, terms, tick, step)
    book = RecordedBook([RecordedSecond(sides, flow, _mid(sides, rules)) for sides, flow in seconds], start_ms)
    return ExchangeMarket(rules, book, book)


def _columns(levels: Iterable[Level]) -> list[tuple[Decimal, Decimal]]:
    return [(level.price, level.quantity) for level in levels]


def _seconds(events: Iterable[BookEvent]) -> Iterator[tuple[BookSides, Flow]]:
    """The book as it stood when each second began, and what was taken before the next one."""
    sides, taken, second = None, {Side.BUY: ZERO, Side.SELL: ZERO}, 0
    latest: DepthChanged | None = None
    for event in events:
        while latest is not None and event.at_ns // NS_PER_S > second:
            if sides is not None:
                yield sides, Flow(sold=taken[Side.SELL], bought=taken[Side.BUY])
            sides, taken, second = _sides(latest), {Side.BUY: ZERO, Side.SELL: ZERO}, second + 1
        if isinstance(event, DepthChanged):
            if latest is None:
                second = event.at_ns // NS_PER_S
            latest = event
        elif isinstance(event, RecordedTrade):
            taken[event.side] += event.amount


def _sides(event: DepthChanged) -> BookSides:
    bids, asks = ([Level(each.price, each.quantity) for each in side] for side in (event.bids, event.asks))
    return BookSides(tuple(bids), tuple(asks))


def _mid(sides: BookSides, rules: MarketRules) -> int:
    return int((sides.bids[0].price + sides.asks[0].price) / 2 / rules.tick)


def _base(path: Path) -> str:
    base, _, rest = path.name.partition("_")
    if not base or not rest.startswith(QUOTE):
        raise NeoError(f"{path} does not say which market it is", f"name it BASE_{QUOTE}, and what else you like")
    return base


def _price_decimals(bar: Bar) -> int:
    return max(decimals(price) for price in (bar.open, bar.high, bar.low, bar.close))


def _in_ticks(bar: Bar, tick: Decimal) -> TickBar:
    prices = (int(price / tick) for price in (bar.open, bar.high, bar.low, bar.close))
    return TickBar(bar.at_ns // NS_PER_MS, *prices)
