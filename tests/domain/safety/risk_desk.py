"""Risk with a clock, for the tests of approval and of limits."""

from __future__ import annotations

from typing import Any

from neo.domain.config.risk import RiskConfig
from neo.domain.messages.quoting import (
    Quote,
    QuoteRefused,
    QuotesApproved,
    WorkingOrder,
    WorkingOrdersChanged,
)
from neo.domain.messages.session import Phase, PhaseChanged, RiskBreach, RiskBreached
from neo.domain.safety.risk import RiskInput, RiskOutput, decide
from neo.domain.safety.risk_state import RiskState
from neo.domain.units import NS_PER_S
from tests.domain.samples import START_NS, account, inventory, market, proposal, risk

HEADROOM_DROPS = 1_000


class Desk:
    """Risk with a clock: feeds messages and collects what it says."""

    def __init__(self, config: RiskConfig | None = None) -> None:
        self.config = config or risk()
        self.now_ns = START_NS
        self.state = RiskState(START_NS)

    def hear(self, message: RiskInput | None) -> tuple[RiskOutput, ...]:
        self.state, said = decide(self.state, message, self.now_ns, self.config, HEADROOM_DROPS)
        return said

    def after(self, seconds: int) -> tuple[RiskOutput, ...]:
        self.now_ns += seconds * NS_PER_S
        return self.hear(None)

    def ask(self, *quotes: Quote) -> tuple[tuple[Quote, ...], list[QuoteRefused]]:
        said = self.hear(proposal(*quotes, at_ns=self.now_ns, market_at_ns=START_NS))
        approved = [x for x in said if isinstance(x, QuotesApproved)]
        assert len(approved) == 1
        return approved[0].quotes, [x for x in said if isinstance(x, QuoteRefused)]

    def works(self, *orders: WorkingOrder, placed_total: int = 1, acted_tick: int = 0) -> tuple[RiskOutput, ...]:
        return self.hear(WorkingOrdersChanged("xrpl", "XRP/RLUSD", orders, placed_total, acted_tick))


def trading(base: str = "1000", cash: str = "1000", **limits: Any) -> Desk:
    desk = Desk(risk(**limits))
    for message in (PhaseChanged(Phase.TRADING, "s"), market(), inventory(base, cash), account()):
        assert desk.hear(message) == ()
    return desk


def breaches(said: tuple[RiskOutput, ...]) -> list[tuple[RiskBreach, str]]:
    return [(x.breach, x.detail) for x in said if isinstance(x, RiskBreached)]
