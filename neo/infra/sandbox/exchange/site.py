"""Everything a running sandbox exchange knows: the exchange itself, who may trade, its clock, its weather, its limits."""

from __future__ import annotations

import random
from typing import Protocol

from neo.infra.sandbox.exchange.limits import Limits
from neo.infra.sandbox.exchange.plan import AccountPlan, ExchangePlan
from neo.infra.simulated_exchange.disturbance import Weather
from neo.infra.simulated_exchange.exchange import SimulatedExchange
from neo.infra.simulated_exchange.order import Order


class Clock(Protocol):
    drift_ms: int

    def now_ms(self) -> int: ...


class ExchangeSite:
    """Touched by the server's loop alone. Opens the planned accounts with their funds."""

    def __init__(self, plan: ExchangePlan, exchange: SimulatedExchange, clock: Clock) -> None:
        self.plan = plan
        self.exchange = exchange
        self.clock = clock
        self.weather = Weather(plan.climate, random.Random(f"{plan.seed} weather"))
        self.limits = Limits(plan.limit_share)
        self.in_maintenance = False
        self.never_active: set[str] = set()
        self.listen_keys: dict[str, str] = {}
        self.bulk_answers: dict[str, tuple[tuple[int, int], bytes]] = {}
        self._accounts = {account.api_key: account for account in plan.accounts}
        for account in plan.accounts:
            for asset, amount in account.funds:
                exchange.deposit(account.name, asset, amount)

    def account(self, api_key: str) -> AccountPlan | None:
        return self._accounts.get(api_key)

    def is_visible(self, order: Order) -> bool:
        """An order is accepted first and found later, when the weather says so. By the exchange's own time, which does
        not go back when its clock does.
        """
        return self.exchange.now_ms - order.created_ms >= self.weather.climate.late_visibility_ms
