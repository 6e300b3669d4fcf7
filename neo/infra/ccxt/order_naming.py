"""How an order is named to an exchange, and whether an answer is about that order.

ccxt's word for our own id is `clientOrderId`, and not all of its clients translate it everywhere (4.5.90). Bybit's does not
where an order is looked up: the exchange ignores the unknown word and answers with whatever order came first. Gate's does not
where one is cancelled: what is sent is a DELETE of all orders. So the name in an answer is compared with the one that was asked
for, and where it is not known that a cancel by our name means that one order, it is looked up and cancelled by its number.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: The exchange's own word, where ccxt's is not translated.
_WORDS = {"bybit": "orderLinkId"}
#: What an exchange wants to be told before it looks for one order.
_LOOK_UP_PARAMS: dict[str, dict[str, object]] = {"bybit": {"acknowledged": True}}
#: What ccxt puts before our id where the exchange wants that.
_PREFIXES = {"gate": "t-"}
#: Where a cancel by our own name was seen to name that one order, over sockets or in recorded requests.
CANCELS_BY_OUR_NAME = frozenset({"mexc", "binance", "kucoin", "bybit"})

Order = Mapping[str, Any]


class AnotherOrder(ValueError):
    """The exchange answered with another order than the one that was asked for."""


def named(exchange: str, client_order_id: str, venue_order_id: str | None) -> tuple[str | None, dict[str, object]]:
    """(number, params). The exchange's number when it is known: it names one order for ever, a client id perhaps several."""
    if venue_order_id:
        return venue_order_id, {}
    word = _WORDS.get(exchange)
    return (None, {word: client_order_id}) if word else ("", {"clientOrderId": client_order_id})


def own_name(exchange: str, order: Order) -> str:
    """Our id in an answer, as we gave it; empty where there is none."""
    return str(order.get("clientOrderId") or "").removeprefix(_PREFIXES.get(exchange, ""))


async def looked_up(client: Any, symbol: str, client_order_id: str, venue_order_id: str | None) -> Order | None:
    """What is on record; None when the exchange's lists do not have it. Raises what the client raises, and AnotherOrder."""
    word = _WORDS.get(client.id)
    if word and not venue_order_id:
        return await _in_lists(client, symbol, client_order_id, word)
    number, params = named(client.id, client_order_id, venue_order_id)
    order = await client.fetch_order(number, symbol, params | _LOOK_UP_PARAMS.get(client.id, {}))
    if str(order.get("id")) != venue_order_id and (venue_order_id or own_name(client.id, order) != client_order_id):
        raise AnotherOrder(f"{client.id} answered with another order of {symbol}")
    found: Order = order
    return found


async def _in_lists(client: Any, symbol: str, client_order_id: str, word: str) -> Order | None:
    """Open orders first: one that ends in between is in the second list."""
    for ask in (client.fetch_open_orders, client.fetch_canceled_and_closed_orders):
        rows = await ask(symbol, None, None, {word: client_order_id})
        for order in rows:
            if own_name(client.id, order) == client_order_id:
                found: Order = order
                return found
    return None
