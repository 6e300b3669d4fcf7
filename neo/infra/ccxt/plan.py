"""How the gateway asks: budgets, hedge, time limits. Data rather than code, so that a benchmark can vary them."""

from __future__ import annotations

import attrs

from neo.infra.ccxt.limiter import RequestBudget
from neo.infra.ccxt.streams.stream_plan import StreamPlan
from neo.records import frozen

_DATA, _ORDERS = RequestBudget(400, 10.0, 5.0), RequestBudget(300, 10.0, 2.0)


@frozen(kw_only=True)
class AskingPlan:
    """Weights are about those of MEXC and Binance (500 in 10 s of an address, 1,000 in 10 s of all): below both.

    `timeout_ms` of one request is less than what any actor waits for an answer. `clock_off_beyond_ms`: with the exchange's
    clock further away than this nothing is bought. `reload_rest_s`: at least so long between two loads of the markets that
    nobody asked for.
    """

    timeout_ms: int = 8_000
    hedge_after_ms: int = 400
    coalesce_ms: int = 250
    data: RequestBudget = _DATA
    orders: RequestBudget = _ORDERS
    clock_every_s: float = 600.0
    clock_off_beyond_ms: int = 2_000
    reload_rest_s: float = 300.0
    stop_s: float = 5.0
    streams: StreamPlan = attrs.field(factory=StreamPlan)


#: What a request costs of its budget, the dearer of MEXC and Binance where both are known.
WEIGHT_BULK, WEIGHT_STATISTICS, WEIGHT_MARKETS, WEIGHT_BARS, WEIGHT_TIME = 10, 80, 25, 2, 1
WEIGHT_ORDER, WEIGHT_LOOK_UP, WEIGHT_OPEN_ORDERS, WEIGHT_TRADES, WEIGHT_WALLET = 1, 4, 6, 10, 20
