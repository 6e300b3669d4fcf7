"""DropBuyer and Risk on a stage of their own: everybody else listens, and the state writer answers with stored rows."""

from __future__ import annotations

from decimal import Decimal
from typing import TypeVar

from neo.actors import names
from neo.actors.drop_buyer import DropBuyer
from neo.actors.exchange_desk import ExchangeRiskSetup
from neo.actors.risk import Risk
from neo.actors.runtime import Actor, ChildSpec, SimKernel, SimSystem, handles
from neo.domain.messages.dropping import (
    BuyerStarted,
    MarketsUpdated,
    QuotesUpdated,
    StandingsChanged,
    TradeApproved,
    TradeProposed,
    TradeRefused,
)
from neo.domain.messages.exchange import ExchangeQuote
from neo.domain.messages.journal import EngineStateSet
from neo.domain.messages.session import Phase, PhaseChanged, RiskBreached
from neo.domain.messages.storage import LoadRecovery, Persist, Recovery
from neo.domain.strategy.drop.rules import DropRules
from neo.domain.telemetry.event import Emit, TelemetryEvent
from neo.domain.units import NS_PER_S
from tests.domain.safety.exchange_desk import LIMITS, books
from tests.domain.strategy.drop.buyer_desk import RULES, market

Message = TypeVar("Message")
Event = TypeVar("Event", bound=TelemetryEvent)
A = "AAA/USDT"


class Ear(Actor):
    """Keeps what it hears; as the state writer it keeps rows of engine_state and hands them out unless it is `deaf`."""

    def __init__(self, heard: list[object], rows: dict[str, str], deaf: list[bool]) -> None:
        super().__init__()
        self._heard = heard
        self._rows = rows
        self._deaf = deaf

    @handles(Emit, BuyerStarted, StandingsChanged, TradeApproved, TradeRefused, TradeProposed, RiskBreached, Persist)
    def on_message(self, message: object) -> None:
        self._heard.append(message)
        if isinstance(message, Persist):
            for event in message.events:
                assert isinstance(event, EngineStateSet)
                self._rows[event.key] = event.value or ""

    @handles(LoadRecovery)
    def on_load(self, message: LoadRecovery) -> None:
        self._heard.append(message)
        if not self._deaf:
            self.reply(Recovery(0, (), (), (), (), tuple(self._rows.items()), ()))


class DropStage:
    """Both actors when `buyer` and `risk` are on, otherwise a listener in the place of the other."""

    def __init__(
        self,
        *,
        buyer: bool = True,
        risk: bool = True,
        rules: DropRules = RULES,
        rows: dict[str, str] | None = None,
        deaf: bool = False,
    ) -> None:
        self.kernel = SimKernel(1)
        self.system = SimSystem(self.kernel, policy="fifo")
        self.heard: list[object] = []
        self.rows = {} if rows is None else rows
        self.deaf = [True] if deaf else []
        listeners = [names.TELEMETRY, names.STATE_WRITER, names.EXCHANGE_DATA, names.EXCHANGE_ROUTER, names.SUPERVISOR]
        listeners += ([] if buyer else [names.DROP_BUYER]) + ([] if risk else [names.RISK])
        for name in listeners:
            kwargs = {"heard": self.heard, "rows": self.rows, "deaf": self.deaf}
            self.system.spawn(ChildSpec(name, Ear, kwargs))
        self.rules = rules
        if buyer:
            self.play_buyer()
        if risk:
            self.play_risk()
        self.pass_time(1)

    def play_buyer(self) -> None:
        kwargs = {"rules": self.rules, "session_id": "s", "id_prefix": "boot"}
        self.system.spawn(ChildSpec(names.DROP_BUYER, DropBuyer, kwargs))

    def play_risk(self) -> None:
        setup = ExchangeRiskSetup("mexc", LIMITS)
        kwargs = {
            "session_id": "s",
            "risk": None,
            "fee_headroom_drops": 0,
            "watch_interval_ns": NS_PER_S,
            "exchange": setup,
        }
        self.system.spawn(ChildSpec(names.RISK, Risk, kwargs))

    def pass_time(self, seconds: int) -> None:
        self.system.run_until(self.kernel.now_ns() + max(1, seconds * NS_PER_S))

    def tell(self, *messages: object, to: tuple[str, ...] = (names.DROP_BUYER, names.RISK)) -> None:
        for message in messages:
            for name in to:
                self.system.tell(name, message)
        self.pass_time(0)

    def begin(self) -> None:
        """Markets are known, books are empty, and the engine trades."""
        self.tell(MarketsUpdated("mexc", (market(A),), (), ()), to=(names.DROP_BUYER,))
        self.tell(books())
        self.tell(PhaseChanged(Phase.TRADING, "s"))

    def quote(self, mid: str | int, symbol: str = A) -> None:
        self.pass_time(1)
        price, tick, now_ns = Decimal(mid), Decimal("0.01"), self.system.now_ns()
        self.tell(QuotesUpdated("mexc", (ExchangeQuote(symbol, price - tick, price + tick, now_ns),)))

    def said(self, kind: type[Message]) -> list[Message]:
        return [message for message in self.heard if isinstance(message, kind)]

    def events(self, kind: type[Event]) -> list[Event]:
        return [m.event for m in self.heard if isinstance(m, Emit) and isinstance(m.event, kind)]
