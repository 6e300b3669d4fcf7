"""The market maker: prices, age of the data, quotes, orders, money. Nothing of it is exported while it does not run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from decimal import Decimal

from neo.domain.orders.lifecycle import OrderState
from neo.domain.units import NS_PER_S
from neo.infra.control.status import EngineStatus, MarketStatus, MoneyStatus
from neo.infra.metrics.metric import Number, Sample, counter, gauge


def _market(read: Callable[[MarketStatus], Number | None]) -> Callable[[EngineStatus], Iterable[Sample]]:
    return lambda status: [((status.market.symbol,), read(status.market))] if status.market is not None else []


def _money(read: Callable[[MoneyStatus], Number | None]) -> Callable[[EngineStatus], Iterable[Sample]]:
    def samples(status: EngineStatus) -> Iterable[Sample]:
        if status.market is not None and status.money is not None:
            yield (status.market.symbol,), read(status.money)

    return samples


def _prices(status: EngineStatus) -> Iterable[Sample]:
    if (market := status.market) is not None:
        yield (market.symbol, "best_bid"), market.best_bid
        yield (market.symbol, "best_ask"), market.best_ask
        yield (market.symbol, "anchor"), market.anchor


def _age(status: EngineStatus) -> Iterable[Sample]:
    if (market := status.market) is not None and market.book_at_ns is not None:
        yield (market.symbol,), Decimal(max(0, status.now_ns - market.book_at_ns)) / NS_PER_S


def _suspended(status: EngineStatus) -> Iterable[Sample]:
    if (market := status.market) is not None and market.suspended:
        yield (market.symbol, market.suspended), 1


def _distance(status: EngineStatus) -> Iterable[Sample]:
    if (market := status.market) is not None:
        yield (market.symbol, "buy"), market.distance_bid_bps
        yield (market.symbol, "sell"), market.distance_ask_bps


def _near(status: EngineStatus) -> Iterable[Sample]:
    if (market := status.market) is not None:
        yield (market.symbol, "buy"), market.within_2bps_bid_percent
        yield (market.symbol, "sell"), market.within_2bps_ask_percent


def _orders(status: EngineStatus) -> Iterable[Sample]:
    if (market := status.market) is not None:
        counted = Counter((quote.side, quote.state) for quote in status.quotes)
        # Sides without an order are exported: "no quotes" must be a figure that an alert can compare.
        for side in ("buy", "sell"):
            counted.setdefault((side, OrderState.OPEN.value), 0)
        for (side, state), count in sorted(counted.items()):
            yield (market.symbol, side, state), count


def _balances(status: EngineStatus) -> Iterable[Sample]:
    if (market := status.market) is not None and (money := status.money) is not None:
        yield (market.venue, market.base), money.base_balance
        yield (market.venue, market.quote), money.quote_balance


def _profit(status: EngineStatus) -> Iterable[Sample]:
    if (market := status.market) is not None and (money := status.money) is not None:
        yield (market.symbol, "realised"), money.realised
        yield (market.symbol, "unrealised"), money.unrealised
        yield (market.symbol, "fees"), money.fees


MARKET_METRICS = (
    gauge("neo_market_price_quote", "prices of the newest tick, quote per base", ("symbol", "price"), _prices),
    gauge("neo_market_data_age_seconds", "since the newest book arrived, on the engine's clock", ("symbol",), _age),
    gauge("neo_market_ledger_index", "newest ledger", ("symbol",), _market(lambda market: market.ledger_index)),
    gauge(
        "neo_market_divergence_bps",
        "between the prices of order book and AMM",
        ("symbol",),
        _market(lambda market: market.divergence_bps),
    ),
    gauge("neo_market_suspended", "1 while nothing is quoted, with the reason", ("symbol", "reason"), _suspended),
    gauge("neo_quote_distance_bps", "of our best quote to the touch, in bps of the mid", ("symbol", "side"), _distance),
    gauge("neo_quote_near_percent", "ticks with a quote within 2 bps of the touch", ("symbol", "side"), _near),
    gauge("neo_orders", "our live orders by state of their life", ("symbol", "side", "state"), _orders),
    counter(
        "neo_orders_placed_total",
        "orders placed by the session",
        ("symbol",),
        _money(lambda money: money.orders_placed),
    ),
    counter("neo_fills_total", "fills of the session", ("symbol",), _money(lambda money: money.fills)),
    counter("neo_volume_quote_total", "traded, in quote", ("symbol",), _money(lambda money: money.volume)),
    gauge("neo_balance_units", "balance in whole units of the asset", ("venue", "asset"), _balances),
    gauge("neo_equity_quote", "both balances at the mid, in quote", ("symbol",), _money(lambda money: money.equity)),
    gauge("neo_profit_quote", "profit and loss of the session, in quote", ("symbol", "part"), _profit),
)
