"""MEXC's book tickers: channels of protocol buffers, at most 30 on a connection, one message each 100 ms and market.

Source: the message definitions that ccxt 4.5.90 carries (PushDataV3ApiWrapper: channel 1, symbol 3, sendTime 6,
publicAggreBookTicker 315; PublicAggreBookTickerV3Api: bid 1, ask 3). They are read here, because ccxt needs the
protobuf package for them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from neo.infra.ccxt.streams.frame_reading import fields_of, json_object
from neo.infra.ccxt.streams.stream_language import Answered, BestOffers, Heard, Refused, Unreadable

_CHANNEL = "spot@public.aggre.bookTicker.v3.api.pb@100ms@"
_SYMBOL, _SEND_TIME, _BOOK_TICKER = 3, 6, 315
_BID, _ASK = 1, 3
_NOT_SUBSCRIBED = "Not Subscribed"
_MARKETS = re.compile(re.escape(_CHANNEL) + r"([A-Z0-9_]+)")


class MexcStream:
    """A connection that does not ping is ended after a minute."""

    channels_max = 30
    connections_max = 8
    address = "wss://wbs-api.mexc.com/ws"

    def subscribe(self, market_ids: Sequence[str], number: int) -> str:
        return _asking("SUBSCRIPTION", market_ids, number)

    def unsubscribe(self, market_ids: Sequence[str], number: int) -> str:
        return _asking("UNSUBSCRIPTION", market_ids, number)

    def ping(self, number: int) -> str:
        return json.dumps({"method": "PING", "id": number})

    def read(self, frame: str | bytes) -> Heard:
        if isinstance(frame, str):
            return _answer(frame)
        wrapper = fields_of(frame)
        market, ticker, sent_ms = (wrapper.get(each) for each in (_SYMBOL, _BOOK_TICKER, _SEND_TIME))
        if not isinstance(market, bytes) or not isinstance(ticker, bytes):
            raise Unreadable("a message without a book ticker")
        offers = fields_of(ticker)
        bid, ask = (_text(offers.get(each)) for each in (_BID, _ASK))
        return BestOffers(_text(market), bid, ask, sent_ms if isinstance(sent_ms, int) else None)


def _answer(frame: str) -> Heard:
    message = json_object(frame)
    words = message.get("msg")
    if not isinstance(words, str):
        raise Unreadable("neither a push message nor an answer")
    if _NOT_SUBSCRIBED in words:
        return Refused(tuple(_MARKETS.findall(words)), words[:200])
    return Answered()


def _text(value: int | bytes | None) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else ""


def _asking(method: str, market_ids: Sequence[str], number: int) -> str:
    return json.dumps({"method": method, "params": [f"{_CHANNEL}{each}" for each in market_ids], "id": number})
