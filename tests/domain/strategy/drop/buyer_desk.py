"""A drop buyer on paper: quotes go in, proposals come out, and a router that fills at once or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, TypeVar

import attrs

from neo.domain.messages.dropping import (
    BudgetSeen,
    ExchangePosition,
    MarketsUpdated,
    PositionsChanged,
    QuotesUpdated,
    TradeEnded,
    TradeOutcome,
    TradeProposed,
    TradePurpose,
)
from neo.domain.messages.exchange import ExchangeQuote, MarketRule
from neo.domain.messages.session import Phase, PhaseChanged
from neo.domain.strategy.drop.anchor import AnchorRules, DropTriggerMode
from neo.domain.strategy.drop.buyer import BuyerState, DropMessage, DropOutput, decide
from neo.domain.strategy.drop.exits import ExitRules
from neo.domain.strategy.drop.guards import GuardRules
from neo.domain.strategy.drop.rules import DropRules
from neo.domain.strategy.drop.sizing import SizeRules
from neo.domain.strategy.drop.trigger import TriggerRules
from neo.domain.units import NS_PER_S

MINUTE_NS = 60 * NS_PER_S
Output = TypeVar("Output")

RULES = DropRules(
    venue="mexc",
    btc_symbol="BTC/USDT",
    anchor=AnchorRules(
        mode=DropTriggerMode.ROLLING_PEAK,
        lookback_ns=5 * MINUTE_NS,
        clamp_above_peak_bps=Decimal(50),
        stale_after_ns=60 * MINUTE_NS,
        start_above_max_bps=Decimal(100),
    ),
    trigger=TriggerRules(value=Decimal("0.985"), rearm_bps=Decimal(0), confirm_ticks=1, debounce_ns=0),
    guards=GuardRules(quote_max_age_ns=3 * NS_PER_S, max_positions=2, cooldown_ns=60 * NS_PER_S),
    size=SizeRules(
        position_size=Decimal(25),
        size_up_max_share=Decimal("0.2"),
        premium_bps=Decimal(5),
        premium_step_bps=Decimal(10),
        tries_max=2,
    ),
    exits=ExitRules(
        take_profit_bps=Decimal(50),
        stop_loss_bps=Decimal(100),
        switch_above_bps=Decimal(10),
        switch_below_bps=Decimal(40),
        switch_cooldown_ns=0,
        time_limit_ns=120 * MINUTE_NS,
        trailing_from_bps=None,
        trailing_bps=Decimal(30),
        ladder_bps=(Decimal(0), Decimal(10)),
    ),
    average_minutes=30,
    price_age_max_ns=30 * NS_PER_S,
)


def market(symbol: str, **changes: Any) -> MarketRule:
    base, quote = symbol.split("/")
    cent = Decimal("0.01")
    rule = MarketRule(symbol, base, quote, True, cent, cent, cent, None, Decimal(5), Decimal(0), Decimal("0.001"))
    return attrs.evolve(rule, **changes)


class BuyerDesk:
    """`quote` sets the mid of a symbol `after_s` seconds later; the spread is two ticks."""

    def __init__(self, *symbols: str, rules: DropRules = RULES, phase: Phase = Phase.TRADING) -> None:
        self.rules = rules
        self.state = BuyerState()
        self.now_ns = 1_000 * MINUTE_NS
        self.outputs: list[DropOutput] = []
        self.positions: dict[str, ExchangePosition] = {}
        self.hear(MarketsUpdated("mexc", tuple(market(symbol) for symbol in symbols), (), ()))
        self.hear(PhaseChanged(phase, "s"))

    def hear(self, message: DropMessage) -> list[DropOutput]:
        self.state, outputs = decide(self.rules, self.state, message, self.now_ns, "b")
        self.outputs += outputs
        return list(outputs)

    def quote(self, symbol: str, mid: Decimal | str | int, after_s: int = 1, old_s: int = 0) -> list[DropOutput]:
        self.now_ns += after_s * NS_PER_S
        price, tick = Decimal(mid), Decimal("0.01")
        return self.hear(
            QuotesUpdated("mexc", (ExchangeQuote(symbol, price - tick, price + tick, self.now_ns - old_s * NS_PER_S),))
        )

    def quotes(self, symbol: str, mids: Iterable[Decimal | str | int]) -> None:
        for mid in mids:
            self.quote(symbol, mid)

    def said(self, kind: type[Output]) -> list[Output]:
        return [output for output in self.outputs if isinstance(output, kind)]

    @property
    def trades(self) -> list[TradeProposed]:
        return self.said(TradeProposed)

    def filled(self, trade: TradeProposed) -> None:
        """The router's word that all of it traded, at its first limit."""
        price = trade.limits[0]
        if trade.purpose is TradePurpose.ENTRY:
            cost = trade.quantity * price
            self.positions[trade.symbol] = ExchangePosition(
                trade.symbol, trade.intent_id, trade.quantity, price, cost, self.now_ns
            )
        else:
            del self.positions[trade.symbol]
        self.told_positions(trade.intent_id)
        self.ended(trade, TradeOutcome.FILLED)

    def ended(self, trade: TradeProposed, outcome: TradeOutcome) -> None:
        zero = Decimal(0)
        self.hear(
            TradeEnded(trade.intent_id, trade.purpose, trade.symbol, outcome, trade.quantity, zero, None, self.now_ns)
        )

    def told_positions(self, *acted: str, working: tuple[str, ...] = ()) -> None:
        zero = Decimal(0)
        budget = BudgetSeen(zero, zero, zero, zero)
        self.hear(PositionsChanged("mexc", tuple(self.positions.values()), budget, working, acted))
