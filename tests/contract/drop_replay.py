"""Recorded minutes of 20 markets through the drop buyer's decisions and Risk's, with a router that fills all of it at once."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path

import attrs

from neo.domain.config.drop import DropConfig
from neo.domain.config.exchange_risk import ExchangeRiskConfig
from neo.domain.config.exits import ExitsConfig
from neo.domain.messages.dropping import (
    BarsLoaded,
    BudgetSeen,
    ExchangePosition,
    MarketsUpdated,
    PositionsChanged,
    QuotesUpdated,
    StatisticsUpdated,
    TradeApproved,
    TradeEnded,
    TradeOutcome,
    TradeProposed,
    TradePurpose,
    TradeRefused,
)
from neo.domain.messages.exchange import DayStatistics, ExchangeQuote, MarketRule, PriceBar
from neo.domain.messages.session import Phase, PhaseChanged
from neo.domain.safety.exchange_risk import ExchangeRiskState, approve, learn
from neo.domain.strategy.drop.buyer import BuyerState, DropMessage, decide
from neo.domain.strategy.drop.rules import drop_rules
from neo.domain.telemetry.drop_events import DropTriggered
from neo.domain.units import NS_PER_MS, NS_PER_S

MONTH = "ohlcv_1m_2021-04-20_2021-05-20"
MINUTE_NS = 60 * NS_PER_S
DAY_NS = 1440 * MINUTE_NS
CRASH_DAY_NS = 1_621_382_400 * NS_PER_S  # 2021-05-19 00:00 UTC
WARM_UP_MINUTES = 60
VENUE = "binance"
ZERO = Decimal(0)
EXITS = ExitsConfig(stop_loss_bps=Decimal(100))
RISK = ExchangeRiskConfig(
    position_size_usdt=Decimal(25),
    max_concurrent_positions=10,
    max_quote_exposure=Decimal(110),
    symbol_cap_usdt=Decimal(30),
    cash_reserve_usdt=Decimal(50),
    quote_max_age_s=Decimal(3),
    loss_streak_max=1000,
    daily_loss_max_usdt=Decimal(25),
    daily_trades_max=10_000,
    max_exchange_orders_per_minute=1000,
    rpc_failures_max=20,
    gateway_unhealthy_s=Decimal(60),
    market_data_age_max_s=Decimal(600),
)


@attrs.frozen
class Market:
    """The crash day of one symbol, the hour before it, and what was traded on the day before in quote currency."""

    symbol: str
    before: tuple[PriceBar, ...]
    day: tuple[PriceBar, ...]
    volume_before: Decimal


def _bars(path: Path) -> Iterator[PriceBar]:
    with gzip.open(path, "rt", newline="") as lines:
        for row in csv.reader(lines):
            if row[0].isdigit() and CRASH_DAY_NS - DAY_NS <= int(row[0]) * NS_PER_MS < CRASH_DAY_NS + DAY_NS:
                yield PriceBar(int(row[0]) * NS_PER_MS, *(Decimal(value) for value in row[1:6]))


def recorded_markets(recordings: Path) -> tuple[Market, ...]:
    """All 20, by symbol."""
    found = []
    for path in sorted((recordings / "market" / MONTH).glob("*_USDT.csv.gz")):
        bars = tuple(_bars(path))
        before = tuple(bar for bar in bars if bar.at_ns < CRASH_DAY_NS)
        day = tuple(bar for bar in bars if bar.at_ns >= CRASH_DAY_NS)
        volume = sum((bar.volume * bar.close for bar in before), ZERO)
        found.append(Market(path.name.split(".")[0].replace("_", "/"), before[-WARM_UP_MINUTES:], day, volume))
    return tuple(found)


def _rule(symbol: str) -> MarketRule:
    base, quote = symbol.split("/")
    step = Decimal("0.00000001")
    return MarketRule(symbol, base, quote, True, step, step, step, None, Decimal(5), ZERO, Decimal("0.001"))


@attrs.define
class Executed:
    """A row of the books for the report."""

    intent_id: str
    purpose: str
    symbol: str
    quantity: Decimal
    filled: Decimal
    filled_quote: Decimal
    result_quote: Decimal
    proposed_at_ns: int
    ended_at_ns: int | None
    reason: str
    touch: Decimal | None
    attempt: int = 1
    outcome: str | None = "filled"


class Replay:
    """One day. `closed` are (symbol, time, price) of each closed position, `fates` what became of each drop in turn."""

    def __init__(self, drop: DropConfig, deposit: Decimal = Decimal(400)) -> None:
        self.rules = drop_rules(VENUE, "USDT", drop, EXITS, RISK)
        self.state = BuyerState()
        self.risk = ExchangeRiskState(CRASH_DAY_NS)
        self.now_ns = CRASH_DAY_NS - MINUTE_NS
        self.deposit = deposit
        self.positions: dict[str, ExchangePosition] = {}
        self.held: set[str] = set()
        self.drops: list[DropTriggered] = []
        self.closed: list[tuple[str, int, Decimal]] = []
        self.closed_at_ns: dict[str, int] = {}
        self.executed: list[Executed] = []
        self.refused: list[TradeRefused] = []
        self.fates: list[str] = []
        self.dropped_at_ns: dict[str, list[int]] = {}
        self.disagreements: list[str] = []

    def run(self, markets: tuple[Market, ...]) -> Replay:
        self._hear(MarketsUpdated(VENUE, tuple(_rule(market.symbol) for market in markets), (), ()))
        for market in markets:
            self._hear(BarsLoaded(VENUE, market.symbol, market.before))
        volumes = tuple(DayStatistics(market.symbol, market.volume_before, ZERO) for market in markets)
        self._hear(StatisticsUpdated(VENUE, volumes))
        self._hear(PhaseChanged(Phase.TRADING, "s"))
        self.risk = learn(self.risk, PhaseChanged(Phase.TRADING, "s"), self.now_ns, RISK)
        self._tell_books()
        minutes: dict[int, list[ExchangeQuote]] = {}
        for market in markets:
            for bar in market.day:
                quote = ExchangeQuote(market.symbol, bar.close, bar.close, bar.at_ns)
                minutes.setdefault(bar.at_ns, []).append(quote)
        for at_ns in sorted(minutes):
            self.now_ns = at_ns
            self._hear(QuotesUpdated(VENUE, tuple(minutes[at_ns])))
        return self

    def _hear(self, message: DropMessage) -> None:
        self.state, outputs = decide(self.rules, self.state, message, self.now_ns, "r")
        trades = []
        for output in outputs:
            if isinstance(output, DropTriggered):
                self._compare(output)
                self.drops.append(output)
                self.fates.append(output.blocked_by)
                self.dropped_at_ns.setdefault(output.symbol, []).append(self.now_ns)
            elif isinstance(output, TradeProposed):
                trades.append(output)
                if output.purpose is TradePurpose.ENTRY:
                    self.held.add(output.symbol)
        for trade in trades:
            self._judge(trade)

    def _compare(self, drop: DropTriggered) -> None:
        """Guards that can be judged by what the router did, held against what the buyer said."""
        said = drop.blocked_by.split(",")
        rested = self.now_ns - self.closed_at_ns.get(drop.symbol, 0)
        wanted: Mapping[str, bool] = {
            "position_exists": drop.symbol in self.held,
            "max_positions": len(self.held) >= RISK.max_concurrent_positions,
            "cooldown": rested < self.rules.guards.cooldown_ns,
        }
        self.disagreements += [f"{drop} {name}" for name, is_so in wanted.items() if (name in said) != is_so]

    def _judge(self, trade: TradeProposed) -> None:
        self.risk, answer = approve(self.risk, trade, self.now_ns, RISK)
        if isinstance(answer, TradeApproved):
            self._fill(trade)
        else:
            self.held.discard(trade.symbol)
            self.refused.append(answer)
            self._hear(answer)

    def _fill(self, trade: TradeProposed) -> None:
        price, result = trade.limits[0], ZERO
        value = trade.quantity * price
        if trade.purpose is TradePurpose.ENTRY:
            self.positions[trade.symbol] = ExchangePosition(
                trade.symbol, trade.intent_id, trade.quantity, price, value, self.now_ns
            )
        else:
            result = value - self.positions.pop(trade.symbol).cost_quote
            self.deposit += result
            self.held.discard(trade.symbol)
            mid = self.state.books[trade.symbol].quote
            assert mid is not None
            self.closed.append((trade.symbol, self.now_ns, mid.mid))
            self.closed_at_ns[trade.symbol] = self.now_ns
        self.executed.append(
            Executed(
                trade.intent_id,
                trade.purpose.value,
                trade.symbol,
                trade.quantity,
                trade.quantity,
                value,
                result,
                trade.proposed_at_ns,
                self.now_ns,
                trade.reason,
                trade.touch,
            )
        )
        self._tell_books(trade.intent_id)
        told = result if trade.purpose is TradePurpose.EXIT else None
        ended = TradeEnded(
            trade.intent_id,
            trade.purpose,
            trade.symbol,
            TradeOutcome.FILLED,
            trade.quantity,
            value,
            told,
            self.now_ns,
        )
        self.risk = learn(self.risk, ended, self.now_ns, RISK)
        self._hear(ended)

    def _tell_books(self, *acted: str) -> None:
        spent = sum((position.cost_quote for position in self.positions.values()), ZERO)
        budget = BudgetSeen(self.deposit, self.deposit - spent, ZERO, spent)
        told = PositionsChanged(VENUE, tuple(self.positions.values()), budget, (), acted)
        self.risk = learn(self.risk, told, self.now_ns, RISK)
        self._hear(told)
