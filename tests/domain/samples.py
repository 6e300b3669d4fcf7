"""Plain values that the domain's tests start from: one market, one configuration, each part replaceable."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from neo.domain.config.order_size import OrderSizeConfig
from neo.domain.config.risk import RiskConfig
from neo.domain.config.strategy import StrategyConfig
from neo.domain.config.viability import ViabilityConfig
from neo.domain.market.instrument import Instrument, Side
from neo.domain.messages.quoting import (
    AccountObserved,
    InventoryChanged,
    MarketUpdated,
    Quote,
    QuotesProposed,
    WorkingOrder,
)
from neo.domain.messages.venue import BookObserved, Level, PoolView
from neo.domain.orders.lifecycle import OrderState
from neo.domain.units import NS_PER_S

D = Decimal
INSTRUMENT = Instrument("xrpl", "XRP", "RLUSD")
START_NS = 1_700_000_000 * NS_PER_S


def strategy(**changes: Any) -> StrategyConfig:
    viability = ViabilityConfig(
        adverse_move_bps=D(str(changes.pop("adverse_move_bps", "1.5"))),
        max_spread_bps=D(str(changes.pop("max_spread_bps", "60"))),
    )
    values: dict[str, Any] = {
        "bid_offset_bps": D(6),
        "ask_offset_bps": D(6),
        "min_spread_bps": D(4),
        "price_floor": D("0.1"),
        "price_ceiling": D(10),
        "viability": viability,
    }
    return StrategyConfig(**(values | changes))


def order_size(value: str = "15.0") -> OrderSizeConfig:
    return OrderSizeConfig(base_size_rlusd=D(value))


def risk(**changes: Any) -> RiskConfig:
    values: dict[str, Any] = {
        "max_xrp_exposure": D("2500"),
        "max_rlusd_exposure": D("2500"),
        "max_drawdown_rlusd": D("100"),
        "max_orders_per_minute": 60,
        "ledger_age_max_s": D(20),
        "rpc_failures_max": 5,
        "market_data_age_max_s": D(20),
        "gateway_unhealthy_s": D(60),
    }
    return RiskConfig(**(values | changes))


def pool(mid: str = "0.5200", base: str = "2000000", fee: int = 500) -> PoolView:
    return PoolView(D(base), D(base) * D(mid), fee)


def book(
    bid: str | None = "0.5199", ask: str | None = "0.5201", beside: PoolView | None = None, at_ns: int = START_NS
) -> BookObserved:
    bids = (Level(D(bid), D(400)),) if bid is not None else ()
    asks = (Level(D(ask), D(400)),) if ask is not None else ()
    return BookObserved("xrpl", "XRP/RLUSD", at_ns, 1000, bids, asks, beside)


def market(observed: BookObserved | None = None, received_at_ns: int = START_NS) -> MarketUpdated:
    return MarketUpdated(observed if observed is not None else book(beside=pool()), received_at_ns)


def order(
    side: Side = Side.BUY,
    price: str = "0.5190",
    remaining: str = "28",
    level: int = 0,
    state: OrderState = OrderState.OPEN,
    order_id: str = "o1",
) -> WorkingOrder:
    return WorkingOrder(order_id, side, level, D(price), D(remaining), state, 7)


def quote(side: Side = Side.BUY, price: str = "0.5190", quantity: str = "28", level: int = 0) -> Quote:
    return Quote(side, level, D(price), D(quantity))


def proposal(*quotes: Quote, at_ns: int = START_NS, market_at_ns: int = START_NS, tick: int = 1) -> QuotesProposed:
    return QuotesProposed(tick, "xrpl", "XRP/RLUSD", D("0.52"), quotes, at_ns, market_at_ns)


def inventory(
    base: str = "1000", quote: str = "1000", base_fills: str = "0", quote_fills: str = "0"
) -> InventoryChanged:
    return InventoryChanged(
        "xrpl", 1, D(base), D(quote), D(base_fills), D(quote_fills), D(base) - D(base_fills), D(quote) - D(quote_fills)
    )


def account(
    owner_count: int = 1, reserve_base_drops: int = 1_000_000, increment_drops: int = 200_000
) -> AccountObserved:
    return AccountObserved("xrpl", 1000, D(1000), D(1000), owner_count, reserve_base_drops, increment_drops)
