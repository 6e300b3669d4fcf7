"""Best bid and ask of every market in one request: the exchange's own cheapest call, and how its rows read.

ccxt's unified call makes a structure of thirty fields of each of 2,500 rows; here only rows of wanted markets are read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from neo.domain.messages.exchange import ExchangeQuote
from neo.infra.ccxt.market_reading import number
from neo.records import frozen


@frozen
class BulkCall:
    """ccxt's implicit `method` with `params`; rows are at `path` of its answer. `by_id`: rows name the exchange's market."""

    method: str
    params: tuple[tuple[str, str], ...]
    path: tuple[str, ...]
    market: str
    bid: str
    ask: str
    by_id: bool = True


BULK_CALLS = {
    "mexc": BulkCall("spotPublicGetTickerBookTicker", (), (), "symbol", "bidPrice", "askPrice"),
    "binance": BulkCall("publicGetTickerBookTicker", (), (), "symbol", "bidPrice", "askPrice"),
    "kucoin": BulkCall("publicGetMarketAllTickers", (), ("data", "ticker"), "symbol", "buy", "sell"),
    "gate": BulkCall("publicSpotGetTickers", (), (), "currency_pair", "highest_bid", "lowest_ask"),
    "bybit": BulkCall(
        "publicGetV5MarketTickers", (("category", "spot"),), ("result", "list"), "symbol", "bid1Price", "ask1Price"
    ),
}


def bulk_call(client: Any) -> BulkCall:
    """The exchange's own call when it is known, otherwise ccxt's unified one."""
    known = BULK_CALLS.get(client.id)
    if known is not None:
        return known
    method = "fetch_bids_asks" if client.has.get("fetchBidsAsks") else "fetch_tickers"
    return BulkCall(method, (), (), "symbol", "bid", "ask", by_id=False)


async def bulk_rows(client: Any, call: BulkCall) -> list[Mapping[str, Any]]:
    """Rows of every market. ValueError for an answer of another shape, half of one for example."""
    if not call.by_id:
        return list((await getattr(client, call.method)()).values())
    answer = await getattr(client, call.method)(dict(call.params))
    for name in call.path:
        answer = answer.get(name) if isinstance(answer, dict) else None
    if not isinstance(answer, list):
        raise ValueError(f"{call.method} answered with something else than a list of markets")
    return answer


def quotes_of(
    client: Any, call: BulkCall, rows: Iterable[Mapping[str, Any]], symbols: Iterable[str], at_ns: int
) -> dict[str, ExchangeQuote]:
    """Usable quotes of these symbols: both sides, positive, finite, not crossed."""
    wanted = {_name(client, call, symbol): symbol for symbol in symbols}
    found = {}
    for row in rows:
        symbol = wanted.get(row.get(call.market, ""))
        if symbol is None:
            continue
        bid, ask = number(row.get(call.bid)), number(row.get(call.ask))
        if bid is not None and ask is not None and 0 < bid <= ask:
            found[symbol] = ExchangeQuote(symbol, bid, ask, at_ns)
    return found


def sides_of(
    client: Any, call: BulkCall, rows: Iterable[Mapping[str, Any]], symbols: Iterable[str]
) -> dict[str, tuple[Any, Any]]:
    """(bid, ask) of these symbols as the exchange wrote them, for those that have a row."""
    wanted = {_name(client, call, symbol): symbol for symbol in symbols}
    found = {}
    for row in rows:
        symbol = wanted.get(row.get(call.market, ""))
        if symbol is not None:
            found[symbol] = (row.get(call.bid), row.get(call.ask))
    return found


def _name(client: Any, call: BulkCall, symbol: str) -> str:
    return str(client.markets[symbol]["id"]) if call.by_id else symbol
