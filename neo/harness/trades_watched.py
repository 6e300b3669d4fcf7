"""Every trade of the exchange side as the actors told it to each other, and what must hold in the moment it is told."""

from __future__ import annotations

from typing import ClassVar

import attrs

from neo.actors.names import RISK
from neo.actors.runtime import Envelope
from neo.domain.config.exchange_risk import ExchangeRiskConfig
from neo.domain.exchange_orders.client_ids import client_order_id
from neo.domain.messages.dropping import (
    PositionsChanged,
    QuotesUpdated,
    TradeApproved,
    TradeEnded,
    TradeProposed,
    TradeRefused,
)
from neo.domain.units import NS_PER_S, ZERO, seconds_ns
from neo.harness.broken import Broken
from neo.records import frozen

#: Newest quotes of a symbol that are remembered: far more than are told within the age of a quote that may be traded on.
_QUOTES_REMEMBERED = 64

#: Tries that never leave have numbers too; their pauses leave no room for more in the life of a proposal.
UNSENT_TRIES_MAX = 8


@frozen
class TradeSeen:
    """A proposal and all that was told of it; `ended` is the end as Risk heard it."""

    proposed: TradeProposed
    refused: TradeRefused | None = None
    approved: TradeApproved | None = None
    ended: TradeEnded | None = None


class TradesWatched:
    """Sees every message of CLASSES that is sent. `broken` is what did not hold, in the order it was seen."""

    CLASSES: ClassVar[tuple[type, ...]] = (
        TradeProposed, TradeRefused, TradeApproved, TradeEnded, PositionsChanged, QuotesUpdated,
    )  # fmt: skip

    def __init__(self, limits: ExchangeRiskConfig) -> None:
        self.trades: dict[str, TradeSeen] = {}
        #: Client order ids that an approval allows, and the intent of each.
        self.allowed: dict[str, str] = {}
        self.broken: list[Broken] = []
        self._limits = limits
        self._reserved = ZERO
        self._quoted: dict[str, list[int]] = {}

    def see(self, envelope: Envelope) -> None:
        message = envelope.message
        match message:
            case QuotesUpdated():
                self._quotes(message)
            case PositionsChanged():
                self._books(message)
            case TradeProposed():
                self._proposed(message)
            case TradeApproved():
                self._approved(message)
            case TradeRefused():
                self._refused(message)
            case TradeEnded() if envelope.receiver == RISK:
                self._ended(message)

    def _says(self, invariant: str, detail: str) -> None:
        self.broken.append(Broken(invariant, detail))

    # ------------------------------------------------------------------------------------------------------ proposals

    def _quotes(self, message: QuotesUpdated) -> None:
        for quote in message.quotes:
            times = self._quoted.setdefault(quote.symbol, [])
            times.append(quote.at_ns)
            del times[:-_QUOTES_REMEMBERED]

    def _proposed(self, trade: TradeProposed) -> None:
        if trade.intent_id in self.trades:
            self._says("an intent is proposed once", trade.intent_id)
        elif trade.quote_at_ns not in self._quoted.get(trade.symbol, ()):
            self._says("no trade on an old quote", f"{trade.intent_id}: no quote of {trade.symbol} has its time")
        self.trades[trade.intent_id] = TradeSeen(trade)

    def _approved(self, message: TradeApproved) -> None:
        trade = message.trade
        seen = self.trades.get(trade.intent_id, TradeSeen(trade))
        if seen.refused is not None or seen.approved is not None or trade != seen.proposed:
            self._says("one fate for each drop", f"{trade.intent_id} is approved, and was answered before")
        self.trades[trade.intent_id] = attrs.evolve(seen, approved=message)
        age_ns = message.approved_at_ns - trade.quote_at_ns
        if age_ns > seconds_ns(self._limits.quote_max_age_s):
            self._says("no trade on an old quote", f"{trade.intent_id}: {age_ns / NS_PER_S:.1f} s old when approved")
        for attempt in range(1, len(trade.limits) + UNSENT_TRIES_MAX + 1):
            self.allowed[client_order_id(trade.intent_id, attempt)] = trade.intent_id

    def _refused(self, message: TradeRefused) -> None:
        intent = message.trade.intent_id
        seen = self.trades.get(intent, TradeSeen(message.trade))
        if seen.refused is not None or seen.approved is not None:
            self._says("one fate for each drop", f"{intent} is refused, and was answered before")
        self.trades[intent] = attrs.evolve(seen, refused=message)

    def _ended(self, message: TradeEnded) -> None:
        seen = self.trades.get(message.intent_id)
        if seen is None:
            self._says("one fate for each drop", f"{message.intent_id} ended, and was never proposed")
            return
        if seen.ended is not None:
            self._says("one fate for each drop", f"{message.intent_id} ended twice")
        self.trades[message.intent_id] = attrs.evolve(seen, ended=message)

    # ---------------------------------------------------------------------------------------------------------- money

    def _books(self, told: PositionsChanged) -> None:
        """free + reserved + committed == total in everything that the router tells, and the limits hold."""
        budget, limits = told.budget, self._limits
        if budget.free + budget.reserved + budget.committed != budget.total:
            self._says("the budget adds up", str(budget))
        if min(budget.reserved, budget.committed) < ZERO:
            self._says("the budget adds up", f"{budget} has less than nothing")
        if budget.reserved > self._reserved and budget.free < limits.cash_reserve_usdt:
            self._says("the cash reserve is kept", f"{budget.free} free, to be kept {limits.cash_reserve_usdt}")
        self._reserved = budget.reserved
        spent = budget.committed + budget.reserved
        if spent > limits.max_quote_exposure:
            self._says("exposure stays within limits", f"{spent} > {limits.max_quote_exposure}")
        if len(told.positions) > limits.max_concurrent_positions:
            self._says("positions stay within limits", f"{len(told.positions)} are open")
