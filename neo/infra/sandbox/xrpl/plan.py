"""What a sandbox server is made of."""

from __future__ import annotations

from decimal import Decimal

import attrs

from neo.infra.sandbox.xrpl.chain.clock import Clock
from neo.infra.sandbox.xrpl.faults.schedule import FaultSchedule
from neo.infra.simulated.market import MarketPlan
from neo.infra.simulated.state import LedgerRules
from neo.records import frozen


@frozen(kw_only=True)
class SandboxPlan:
    """Everything by value; equal plans and equal clocks give equal ledgers as long as nobody else submits.

    `port` 0 lets the system choose, otherwise nodes listen on `port`, `port` + 1 and so on. `close_every_s` is in ledger
    time, None closes only on command; `speed` is ledger time for each second of real time. `market` None: nobody else
    trades. Amounts in whole units, price in tokens for one XRP, `pool_xrp` 0 for no pool.
    """

    seed: int = 0
    nodes: int = 1
    host: str = "127.0.0.1"
    port: int = 0
    close_every_s: float | None = 4.0
    speed: float = 1.0
    clock: Clock | None = None
    network_id: int = 0
    first_ledger: int = 1_000
    first_price: Decimal = Decimal("2.5")
    daily_move_bps: Decimal = Decimal(300)
    market: MarketPlan | None = attrs.field(factory=MarketPlan)
    pool_xrp: Decimal = Decimal(2_000_000)
    pool_fee_hundred_thousandths: int = 60
    wallet_xrp: Decimal = Decimal(1_000)
    wallet_token: Decimal = Decimal(1_000)
    rules: LedgerRules = attrs.field(factory=LedgerRules)
    schedule: FaultSchedule = attrs.field(factory=FaultSchedule)
    #: When nothing closes by the clock, anybody may close a ledger with `ledger_accept`.
    accept_by_request: bool = True
    history_ledgers_max: int = 2_000
    states_kept: int = 64
