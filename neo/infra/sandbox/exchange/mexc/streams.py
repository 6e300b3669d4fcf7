"""MEXC book-ticker streams: binary push messages as today's servers send them, and the JSON ones of before.

Source: the message definitions that ccxt carries (PushDataV3ApiWrapper, PublicAggreBookTickerV3Api), and
recordings/ccxt/docs_shaped/mexc/ws_BookTicker.txt for the JSON form.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from neo.infra.sandbox.exchange.numbers import plain
from neo.infra.sandbox.exchange.streams import Frame, Heard, Ticker

_BINARY, _TEXT = "spot@public.aggre.bookTicker.v3.api.pb@", "spot@public.bookTicker.v3.api@"
#: Streams of one connection (MEXC: 30).
_STREAMS_MAX = 30
_CHANNEL, _SYMBOL, _SEND_TIME, _BOOK_TICKER = 1, 3, 6, 315


class MexcStreams:
    """At most 30 channels a connection; others than book tickers are refused."""

    def on_connect(self, path: str, query: str) -> tuple[str, ...]:
        del path, query
        return ()

    def on_message(self, text: str, listening: Iterable[str]) -> Heard:
        """SUBSCRIPTION, UNSUBSCRIPTION and PING; what cannot be read is answered with what is wrong."""
        try:
            asked = json.loads(text)
        except (ValueError, RecursionError):
            return Heard((_answer(0, 1, "msg format invalid"),))
        method, number = (asked.get("method"), asked.get("id")) if isinstance(asked, dict) else (None, None)
        number = number if isinstance(number, int | str) else 0
        if method == "PING":
            return Heard((_answer(number, 0, "PONG"),))
        params = asked.get("params") if isinstance(asked, dict) else None
        channels = tuple(each for each in params if isinstance(each, str)) if isinstance(params, list) else ()
        if not channels or method not in ("SUBSCRIPTION", "UNSUBSCRIPTION"):
            return Heard((_answer(number, 1, "msg format invalid"),))
        if method == "UNSUBSCRIPTION":
            return Heard((_answer(number, 0, ",".join(channels)),), dropped=channels)
        known = tuple(each for each in channels if self.symbol_of(each))[: _STREAMS_MAX - len(tuple(listening))]
        blocked = [each for each in channels if each not in known]
        words = ",".join(known) or f"Not Subscribed successfully! [{','.join(blocked)}].  Reason： Blocked! "
        return Heard((_answer(number, 0, words),), added=known)

    def symbol_of(self, channel: str) -> str:
        return channel.rpartition("@")[2] if channel.startswith((_BINARY, _TEXT)) else ""

    def frame(self, channel: str, ticker: Ticker, path: str) -> Frame:
        del path
        return _binary(channel, ticker) if channel.startswith(_BINARY) else _json(channel, ticker)


def _answer(number: int | str, code: int, message: str) -> str:
    return json.dumps({"id": number, "code": code, "msg": message}, ensure_ascii=False)


def _json(channel: str, ticker: Ticker) -> str:
    bid, ask = ticker.sides.bids[0], ticker.sides.asks[0]
    offers = {"A": plain(ask.quantity), "B": plain(bid.quantity), "a": plain(ask.price), "b": plain(bid.price)}
    return json.dumps({"c": channel, "d": offers, "s": ticker.symbol, "t": ticker.at_ms})


def _binary(channel: str, ticker: Ticker) -> bytes:
    bid, ask = ticker.sides.bids[0], ticker.sides.asks[0]
    values = (plain(bid.price), plain(bid.quantity), plain(ask.price), plain(ask.quantity))
    body = b"".join(_field(place, value.encode()) for place, value in enumerate(values, 1))
    head = _field(_CHANNEL, channel.encode()) + _field(_SYMBOL, ticker.symbol.encode())
    return head + _varint(_SEND_TIME << 3) + _varint(ticker.at_ms) + _field(_BOOK_TICKER, body)


def _field(number: int, value: bytes) -> bytes:
    """A length-delimited field of protocol buffers."""
    return _varint(number << 3 | 2) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    """Seven bits a byte, the lowest first."""
    parts = bytearray()
    while value > 0x7F:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*parts, value])
