"""The exchange half of Risk on paper: facts and proposals go in, answers and breaches come out."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import attrs

from neo.domain.config.exchange_risk import ExchangeRiskConfig
from neo.domain.market.instrument import Side
from neo.domain.messages.dropping import (
    BudgetSeen,
    ExchangePosition,
    PositionsChanged,
    QuotesUpdated,
    TradeApproved,
    TradeEnded,
    TradeOutcome,
    TradeProposed,
    TradePurpose,
    TradeRefusal,
    TradeRefused,
)
from neo.domain.messages.session import Phase, PhaseChanged, RiskBreach
from neo.domain.safety.exchange_risk import ExchangeRiskInput, ExchangeRiskState, approve, learn, report
from neo.domain.units import NS_PER_S

A, B = "AAA/USDT", "BBB/USDT"
START_NS = 1_700_000_000 * NS_PER_S
LIMITS = ExchangeRiskConfig(
    position_size_usdt=Decimal(25),
    max_concurrent_positions=10,
    max_quote_exposure=Decimal(100),
    symbol_cap_usdt=Decimal(30),
    cash_reserve_usdt=Decimal(50),
    quote_max_age_s=Decimal(3),
    loss_streak_max=3,
    daily_loss_max_usdt=Decimal(10),
    daily_trades_max=5,
    max_exchange_orders_per_minute=4,
    rpc_failures_max=2,
    gateway_unhealthy_s=Decimal(60),
    market_data_age_max_s=Decimal(30),
)


def position(symbol: str, cost: Decimal | int) -> ExchangePosition:
    return ExchangePosition(symbol, f"of-{symbol}", Decimal(1), Decimal(cost), Decimal(cost), START_NS)


def books(
    *positions: ExchangePosition, total: int = 1000, reserved: int = 0, acted: tuple[str, ...] = (), **more: Any
) -> PositionsChanged:
    """Books whose budget adds up."""
    spent = sum((each.cost_quote for each in positions), Decimal(0))
    free = Decimal(total) - spent - reserved
    return PositionsChanged(
        "mexc",
        positions,
        BudgetSeen(Decimal(total), free, Decimal(reserved), spent),
        more.pop("working", ()),
        acted,
        **more,
    )


class ExchangeRiskDesk:
    """Trading, with empty books of 1000, at START_NS; `limits` change single limits."""

    def __init__(self, first: PositionsChanged | None = None, **limits: Any) -> None:
        self.limits = attrs.evolve(LIMITS, **limits)
        self.now_ns = START_NS
        self.state = ExchangeRiskState(self.now_ns)
        self.asked = 0
        self.hear(books() if first is None else first)
        self.hear(PhaseChanged(Phase.TRADING, "s"))

    def hear(self, message: ExchangeRiskInput) -> None:
        self.state = learn(self.state, message, self.now_ns, self.limits)

    def proposal(self, symbol: str = A, cost: str = "25", exits: bool = False, old_s: int = 0) -> TradeProposed:
        """One unit at `cost`, the worst of its limits."""
        self.asked += 1
        purpose, side = (TradePurpose.EXIT, Side.SELL) if exits else (TradePurpose.ENTRY, Side.BUY)
        limits = (Decimal(cost) - 1, Decimal(cost))
        quoted_ns = self.now_ns - old_s * NS_PER_S
        return TradeProposed(
            f"i-{self.asked}", purpose, symbol, side, Decimal(1), limits, "drop", self.now_ns, quoted_ns
        )

    def ask(self, trade: TradeProposed) -> TradeRefusal | None:
        """Why it was refused; None when it was approved."""
        self.state, answer = approve(self.state, trade, self.now_ns, self.limits)
        assert isinstance(answer, TradeApproved | TradeRefused)
        return answer.reason if isinstance(answer, TradeRefused) else None

    def closed(self, result: str) -> None:
        ended = TradeEnded(
            "x", TradePurpose.EXIT, A, TradeOutcome.FILLED, Decimal(1), Decimal(1), Decimal(result), self.now_ns
        )
        self.hear(ended)

    def breaches(self) -> list[RiskBreach]:
        self.state, found = report(self.state, self.now_ns, self.limits, "mexc")
        assert all(breach.venue == "mexc" for breach in found)
        return [breach.breach for breach in found]

    def quoted(self) -> None:
        self.hear(QuotesUpdated("mexc", ()))
