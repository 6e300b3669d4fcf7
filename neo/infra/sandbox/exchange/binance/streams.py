"""Binance book-ticker streams: `/ws/<channel>/<channel>`, `/stream?streams=<channel>/<channel>`, SUBSCRIBE messages."""

from __future__ import annotations

import json
from collections.abc import Iterable
from urllib.parse import parse_qs

from neo.infra.sandbox.exchange.binance.market_data import price_text
from neo.infra.sandbox.exchange.streams import Frame, Heard, Ticker

_SUFFIX = "@bookTicker"


class BinanceStreams:
    """Channels such as `btcusdt@bookTicker`; others may be subscribed and say nothing."""

    def on_connect(self, path: str, query: str) -> tuple[str, ...]:
        named = path.removeprefix("/ws").strip("/") if path.startswith("/ws") else ""
        named = named or "".join(parse_qs(query).get("streams", [""]))
        return tuple(each for each in named.split("/") if each.endswith(_SUFFIX))

    def on_message(self, text: str, listening: Iterable[str]) -> Heard:
        """SUBSCRIBE, UNSUBSCRIBE and LIST_SUBSCRIPTIONS; what cannot be read is answered with what is wrong."""
        try:
            asked = json.loads(text)
        except (ValueError, RecursionError):
            return Heard((_error(3, "Invalid JSON: expected value"),))
        if not isinstance(asked, dict):
            return Heard((_error(2, "Invalid request: request must be an object"),))
        method, number, params = asked.get("method"), asked.get("id"), asked.get("params")
        number = number if isinstance(number, int | str) else None
        if method == "LIST_SUBSCRIPTIONS":
            return Heard((json.dumps({"result": list(listening), "id": number}),))
        if method not in ("SUBSCRIBE", "UNSUBSCRIBE") or not isinstance(params, list):
            return Heard((_error(2, "Invalid request: unknown variant"),))
        channels = tuple(each for each in params if isinstance(each, str))
        done = json.dumps({"result": None, "id": number})
        return Heard((done,), added=channels) if method == "SUBSCRIBE" else Heard((done,), dropped=channels)

    def symbol_of(self, channel: str) -> str:
        return channel.removesuffix(_SUFFIX).upper() if channel.endswith(_SUFFIX) else ""

    def frame(self, channel: str, ticker: Ticker, path: str) -> Frame:
        bid, ask = ticker.sides.bids[0], ticker.sides.asks[0]
        message = {
            "u": ticker.update_id,
            "s": ticker.symbol,
            "b": price_text(bid.price),
            "B": price_text(bid.quantity),
            "a": price_text(ask.price),
            "A": price_text(ask.quantity),
        }
        return json.dumps({"stream": channel, "data": message} if path.startswith("/stream") else message)


def _error(code: int, message: str) -> str:
    return json.dumps({"error": {"code": code, "msg": message}})
