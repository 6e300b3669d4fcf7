"""Bugs of the exchange side to be found: each is an actor like neo's with one mistake that people make."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

import attrs

from neo.actors import names
from neo.actors.exchange_router import ExchangeRouter
from neo.actors.risk import Risk
from neo.actors.runtime import Actor, Faults
from neo.domain.config.configuration import Config
from neo.domain.exchange_orders import booking, tracking
from neo.domain.exchange_orders.work import Journal, RouterOutput
from neo.domain.messages.dropping import (
    PositionsChanged,
    TradeApproved,
    TradeProposed,
    TradePurpose,
    TradeRefusal,
    TradeRefused,
)
from neo.domain.messages.exchange import OrderNotFound, PlaceExchangeOrder
from neo.domain.messages.storage import Recovery
from neo.domain.messages.venue import PortError, PortFailed
from neo.domain.orders.lifecycle import OrderEvent
from neo.domain.units import NS_PER_S
from neo.harness import PLANS, FaultPlan
from neo.infra.config.loader import load
from neo.infra.simulated_exchange.faults import ExchangeFaults
from tests.infra.config.files import REPOSITORY

_TIGHT_POSITIONS = 3


def drop_config() -> Config:
    """config/drop.toml without an end."""
    config = load(REPOSITORY / "config" / "drop.toml", {}).config
    return attrs.evolve(config, session=attrs.evolve(config.session, duration_s=Decimal(0)))


def tight_config() -> Config:
    """Eight symbols that fall all the time, and money for not quite three positions."""
    config, evolve = drop_config(), attrs.evolve
    risk = evolve(config.exchange_risk, max_concurrent_positions=_TIGHT_POSITIONS, max_quote_exposure=Decimal("75.2"))
    return evolve(
        config,
        exchange=evolve(config.exchange, watchlist=config.exchange.watchlist[:8]),
        sim=evolve(config.sim, exchange_wallet=Decimal(130), exchange_drops_per_day=Decimal(150)),
        exchange_risk=risk,
        drop=evolve(config.drop, cooldown_s=Decimal(60)),
    )


def poor_config() -> Config:
    """The same with money for two positions: the rest is the cash reserve."""
    config = tight_config()
    risk = attrs.evolve(config.exchange_risk, cash_reserve_usdt=Decimal(60))
    return attrs.evolve(config, exchange_risk=risk)


class SendsBeforeDurable(ExchangeRouter):
    """Saves a millisecond: the order is on its way while the journal is still being written."""

    def _perform(self, outputs: tuple[RouterOutput, ...]) -> None:
        for output in outputs:
            if isinstance(output, Journal):
                super()._perform(output.then)
                self.persist(*output.events)
            else:
                super()._perform((output,))


class TriesAgainAfterSilence(ExchangeRouter):
    """No answer in time? Then the order cannot have arrived: the next try may be sent."""

    def _in_work(self, answer: object) -> bool:
        return isinstance(answer, PortFailed) and answer.error is PortError.OUTCOME_UNKNOWN

    def on_port_failed(self, message: PortFailed) -> None:
        asked = self._asked.get(self.envelope.correlation)
        if asked is None or not isinstance(asked.request, PlaceExchangeOrder) or not self._in_work(message):
            super().on_port_failed(message)
            return
        del self._asked[self.envelope.correlation]
        trade = self._state.trades[asked.intent_id]
        self._decide(booking.ended(self._setup, self._state, trade, OrderEvent.PROVED_FAILED, "no answer", self.now_ns))


class BelievesTheFirstLook(ExchangeRouter):
    """The exchange does not know the order: then it was never placed."""

    def on_answer(self, message: tracking.Answer) -> None:
        asked = self._asked.get(self.envelope.correlation)
        if asked is None or not isinstance(message, OrderNotFound):
            super().on_answer(message)
            return
        del self._asked[self.envelope.correlation]
        trade = self._state.trades[asked.intent_id]
        self._decide(booking.ended(self._setup, self._state, trade, OrderEvent.PROVED_FAILED, "not there", self.now_ns))


class ForgetsWhatWasUnderWay(ExchangeRouter):
    """A restart is a fresh start: orders from before cannot matter any more."""

    def on_recovery(self, recovery: Recovery) -> None:
        super().on_recovery(attrs.evolve(recovery, trades=()))


class TellsReservedMoneyAsFree(ExchangeRouter):
    """Money that is only promised is still ours, so it is shown as free."""

    def _tell_books(self, told: PositionsChanged, *, only_if_quiet: bool = False) -> None:
        seen = attrs.evolve(told.budget, free=told.budget.free + told.budget.reserved)
        super()._tell_books(attrs.evolve(told, budget=seen), only_if_quiet=only_if_quiet)


class TakesNoSalesOn(ExchangeRouter):
    """Loses an approval now and then, as an early return in the wrong place does."""

    def on_approved(self, message: TradeApproved) -> None:
        if message.trade.purpose is TradePurpose.ENTRY:
            super().on_approved(message)


class ApprovesWithoutLooking(Risk):
    """The strategy has looked already."""

    def on_trade(self, message: TradeProposed) -> None:
        self.tell(names.EXCHANGE_ROUTER, TradeApproved(message, self.now_ns))


class RefusesWhatItApproved(Risk):
    """Two answers where one is due."""

    def on_trade(self, message: TradeProposed) -> None:
        super().on_trade(message)
        self.tell(names.DROP_BUYER, TradeRefused(message, TradeRefusal.BREAKER, "second thoughts"))


class KeepsNoReserve(ExchangeRouter):
    """A setup without limits: whoever asks gets the money."""

    def started(self) -> None:
        self._setup = attrs.evolve(self._setup, limits=attrs.evolve(self._setup.limits, cash_reserve=Decimal(0)))
        super().started()


@attrs.frozen
class PlantedDrop:
    """`actors` take the places of neo's own; one of `invariants` must break under `plan` within `seeds` seeds."""

    actors: Mapping[str, type[Actor]]
    plan: FaultPlan
    invariants: tuple[str, ...]
    seeds: int = 3
    config: Callable[[], Config] = tight_config


_ROUTER, _RISK = names.EXCHANGE_ROUTER, names.RISK
_TORN = FaultPlan("torn router", Faults(crash_between_sends={_ROUTER: 0.3}))
_SILENT = FaultPlan("silent exchange", exchange=ExchangeFaults(outcome_unknown=0.2))
_SLOW = FaultPlan("slow messages", Faults(delay_p=0.2, delay_max_ns=12 * NS_PER_S))
_LATE = FaultPlan("orders are shown late", exchange=ExchangeFaults(outcome_unknown=0.2, late_visible=0.5))
_REBUILT_IN_DOUBT = attrs.evolve(_LATE, name="rebuilt in doubt", actors=Faults(crash_before={_ROUTER: 0.005}))
_NONE = PLANS["none"]

DROP_BUGS: Mapping[str, PlantedDrop] = {
    "the exchange router sends before the journal is durable": PlantedDrop(
        {_ROUTER: SendsBeforeDurable}, _TORN, ("written before it was sent",)
    ),
    "the exchange router tries again after silence": PlantedDrop(
        {_ROUTER: TriesAgainAfterSilence}, _SILENT, ("books equal the exchange", "an intent trades what it wanted")
    ),
    "an order that is shown late is taken for absent": PlantedDrop(
        {_ROUTER: BelievesTheFirstLook}, _LATE, ("an intent trades what it wanted", "books equal the exchange")
    ),
    "what was under way is forgotten over a restart": PlantedDrop(
        {_ROUTER: ForgetsWhatWasUnderWay}, _REBUILT_IN_DOUBT, ("it trades again once the faults stop",)
    ),
    "promised money is told as free": PlantedDrop({_ROUTER: TellsReservedMoneyAsFree}, _NONE, ("the budget adds up",)),
    "approved trades are lost": PlantedDrop({_ROUTER: TakesNoSalesOn}, _NONE, ("one fate for each drop",)),
    "a trade is answered twice": PlantedDrop({_RISK: RefusesWhatItApproved}, _NONE, ("one fate for each drop",)),
    "nobody looks how old a quote is": PlantedDrop(
        {_RISK: ApprovesWithoutLooking}, _SLOW, ("no trade on an old quote",)
    ),
    "the cash reserve is spent": PlantedDrop(
        {_RISK: ApprovesWithoutLooking, _ROUTER: KeepsNoReserve},
        _NONE,
        ("the cash reserve is kept",),
        config=poor_config,
    ),
}
