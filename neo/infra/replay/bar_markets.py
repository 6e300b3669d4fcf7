"""Markets of an exchange from files of one-minute bars: one symbol for each BASE_QUOTE.csv, several files of it joined.

Prices become whole ticks in arrays: a month of 20 markets takes some 50 MB, not a gigabyte.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path

from neo.domain.units import NS_PER_MS, ONE
from neo.infra.replay.bars import Bar, read_bars
from neo.infra.replay.errors import ReplayDataError
from neo.infra.replay.fields import LATEST_NS
from neo.infra.simulated_exchange.listing import Terms, rules_for
from neo.infra.simulated_exchange.market_rules import MarketRules, decimals
from neo.infra.simulated_exchange.price_path import DAY_MS, MINUTE_MS, TickBar
from neo.infra.simulated_exchange.tick_bars import TickBars
from neo.records import frozen

_ORDER = "give the files of a symbol in the order of time"
_NAME = "name it BASE_QUOTE, for example XRP_USDT.csv.gz"
#: Volumes are kept in millionths of a base unit and in whole quote units: guards compare them, money is never made of them.
_MICRO = Decimal(1_000_000)


class BarVolumes:
    """What was traded in each bar. Turnover of a day is a difference of two sums."""

    def __init__(self, opens_ms: Sequence[int], base: Sequence[Decimal], quote: Sequence[Decimal]) -> None:
        self._opens_ms = opens_ms
        self._base = array("q", (int(each * _MICRO) for each in base))
        self._sums = array("d", [0.0])
        for each in quote:
            self._sums.append(self._sums[-1] + float(each))

    def minute_base(self, open_ms: int) -> Decimal:
        """Base units traded in the bar that opened then; 0 where there is none."""
        place = bisect_left(self._opens_ms, open_ms)
        found = place < len(self._opens_ms) and self._opens_ms[place] == open_ms
        return self._base[place] / _MICRO if found else Decimal(0)

    def day_quote(self, at_ms: int) -> Decimal:
        """Quote units traded in the bars that ended within the 24 hours before."""
        end = bisect_right(self._opens_ms, at_ms - MINUTE_MS)
        begin = bisect_right(self._opens_ms, at_ms - DAY_MS - MINUTE_MS)
        return Decimal(round(self._sums[end] - self._sums[begin]))


@frozen
class BarMarket:
    """`end_ms` is the end of the last bar."""

    symbol: str
    rules: MarketRules
    bars: TickBars
    volumes: BarVolumes

    @property
    def first_ms(self) -> int:
        return self.bars[0].open_ms

    @property
    def end_ms(self) -> int:
        return self.bars[len(self.bars) - 1].open_ms + MINUTE_MS


def bar_markets(
    paths: Sequence[Path], quote: str, terms: Terms, from_ns: int = 0, until_ns: int = LATEST_NS
) -> tuple[BarMarket, ...]:
    """By symbol, in the order in which they are first named; bars of `from_ns` <= t < `until_ns` only. ReplayDataError for
    what is no such file, or has no bar in that time."""
    files: dict[str, list[Path]] = {}
    for path in paths:
        files.setdefault(_symbol(path, quote), []).append(path)
    return tuple(_market(symbol, parts, terms, (from_ns, until_ns)) for symbol, parts in files.items())


def _symbol(path: Path, quote: str) -> str:
    base, _, rest = path.name.split(".")[0].partition("_")
    told = rest.split("-")[0].split("_")[0]
    if not base or not told:
        raise ReplayDataError(path, 0, "its name does not say which symbol it is of", _NAME)
    if told != quote:
        raise ReplayDataError(path, 0, f"is priced in {told}, exchange.quote is {quote}", "give files of that currency")
    return f"{base}/{quote}"


def _market(symbol: str, paths: Sequence[Path], terms: Terms, span_ns: tuple[int, int]) -> BarMarket:
    bars = list(_joined(paths, span_ns))
    if not bars:
        raise ReplayDataError(paths[-1], 0, "has no bar in the time asked for", "look at its first and last line")
    tick = ONE.scaleb(-max(map(decimals, _prices(bars))))
    rules = rules_for(symbol.partition("/")[0], bars[0].close, terms, tick)
    ticks = TickBars(_in_ticks(bar, tick) for bar in bars)
    opens_ms = array("q", (bar.at_ns // NS_PER_MS for bar in bars))
    volumes = BarVolumes(opens_ms, [bar.volume for bar in bars], [bar.volume * bar.close for bar in bars])
    return BarMarket(symbol, rules, ticks, volumes)


def _joined(paths: Sequence[Path], span_ns: tuple[int, int]) -> Iterator[Bar]:
    newest_ns = None
    for path in paths:
        part = read_bars(path, *span_ns)
        if not part:
            continue
        if newest_ns is not None and part[0].at_ns <= newest_ns:
            raise ReplayDataError(path, 2, "begins before the file given before it ends", _ORDER)
        newest_ns = part[-1].at_ns
        yield from part


def _prices(bars: Sequence[Bar]) -> frozenset[Decimal]:
    """Each once: a month has a hundred thousand prices, most of them many times."""
    return frozenset(price for bar in bars for price in (bar.open, bar.high, bar.low, bar.close))


def _in_ticks(bar: Bar, tick: Decimal) -> TickBar:
    prices = (int(price / tick) for price in (bar.open, bar.high, bar.low, bar.close))
    return TickBar(bar.at_ns // NS_PER_MS, *prices)
