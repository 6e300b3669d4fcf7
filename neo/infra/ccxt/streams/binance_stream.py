"""Binance's book tickers: SUBSCRIBE to `<market>@bookTicker`; each change is a JSON object with s, b, a and a counter u.

Source: Binance spot documentation, web-socket-streams: 1,024 streams and 5 incoming messages a second for a connection.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from neo.infra.ccxt.streams.frame_reading import json_object
from neo.infra.ccxt.streams.stream_language import Answered, BestOffers, Heard, Refused, Unreadable

_SUFFIX = "@bookTicker"


class BinanceStream:
    """A connection takes more; what is hot never needs it."""

    channels_max = 200
    connections_max = 2
    address = "wss://stream.binance.com:9443/ws"

    def subscribe(self, market_ids: Sequence[str], number: int) -> str:
        return _asking("SUBSCRIBE", market_ids, number)

    def unsubscribe(self, market_ids: Sequence[str], number: int) -> str:
        return _asking("UNSUBSCRIBE", market_ids, number)

    def ping(self, number: int) -> str:
        return json.dumps({"method": "LIST_SUBSCRIPTIONS", "id": number})

    def read(self, frame: str | bytes) -> Heard:
        """A subscription to a market that does not exist is answered like any other, and says nothing."""
        message = json_object(frame)
        offers = message.get("data", message)
        if isinstance(offers, dict) and isinstance(offers.get("s"), str) and "b" in offers and "a" in offers:
            counter = offers.get("u")
            return BestOffers(offers["s"], offers["b"], offers["a"], counter if isinstance(counter, int) else None)
        if "result" in message:
            return Answered()
        error = message.get("error")
        if isinstance(error, dict):
            return Refused((), str(error.get("msg", ""))[:200])
        raise Unreadable("neither a book ticker nor an answer")


def _asking(method: str, market_ids: Sequence[str], number: int) -> str:
    return json.dumps({"method": method, "params": [f"{each.lower()}{_SUFFIX}" for each in market_ids], "id": number})
