"""What frames say: 73,174 recorded book tickers of Binance, MEXC's bytes, and bytes that nobody has thought of."""

from __future__ import annotations

import gzip
import itertools
import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neo.infra.ccxt.streams.binance_stream import BinanceStream
from neo.infra.ccxt.streams.mexc_stream import MexcStream
from neo.infra.ccxt.streams.stream_language import Answered, BestOffers, Refused, StreamLanguage, Unreadable
from neo.infra.sandbox.exchange.mexc.streams import MexcStreams
from neo.infra.sandbox.exchange.streams import Ticker
from neo.infra.simulated_exchange.liquidity import BookSides, Level

CHANNEL = "spot@public.aggre.bookTicker.v3.api.pb@100ms@XRPUSDT"
#: JSON with the words of these languages in the wrong places.
WORDS = st.sampled_from(["s", "b", "a", "u", "data", "msg", "error", "result"])
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner),
    max_leaves=8,
)
BOTH: list[StreamLanguage] = [BinanceStream(), MexcStream()]


@pytest.mark.parametrize("day", ["20240808", "20240809"])
def test_every_recorded_book_ticker_of_binance_is_read_and_its_counter_grows(shared_recordings: Path, day: str) -> None:
    tape = shared_recordings / f"market/l2/binance_spot_btcusdt_{day}.gz"
    lines = gzip.decompress(tape.read_bytes()).decode().splitlines()
    frames = [line.split(" ", 1)[1] for line in lines if "@bookTicker" in line]
    language = BinanceStream()

    heard = [language.read(frame) for frame in frames]
    plain = [language.read(json.dumps(json.loads(frame)["data"])) for frame in frames[:1_000]]

    assert len(heard) == {"20240808": 28_040, "20240809": 45_134}[day]
    offers = [each for each in heard if isinstance(each, BestOffers)]
    assert len(offers) == len(heard) and {each.market_id for each in offers} == {"BTCUSDT"}
    assert all(0 < Decimal(str(each.bid)) < Decimal(str(each.ask)) for each in offers)
    counters = [each.order or 0 for each in offers]
    assert all(earlier < later for earlier, later in itertools.pairwise(counters))
    assert plain == heard[:1_000]


@given(
    st.decimals("0.00000001", "1000000", places=8),
    st.decimals("0.00000001", "1000000", places=8),
    st.integers(0, 2**53),
)
def test_what_mexcs_messages_are_made_of_is_what_is_read(bid: Decimal, ask: Decimal, sent_ms: int) -> None:
    sides = BookSides((Level(bid, Decimal(1)),), (Level(ask, Decimal(2)),))
    frame = MexcStreams().frame(CHANNEL, Ticker("XRPUSDT", sides, sent_ms, 1), "/ws")

    heard = MexcStream().read(frame)

    assert isinstance(heard, BestOffers)
    assert (heard.market_id, Decimal(str(heard.bid)), Decimal(str(heard.ask)), heard.order) == (
        "XRPUSDT", bid, ask, sent_ms,
    )  # fmt: skip


@pytest.mark.parametrize("language", BOTH, ids=["binance", "mexc"])
@given(frame=st.one_of(st.text(max_size=200), st.binary(max_size=200), ANYTHING.map(json.dumps)))
def test_whatever_comes_is_read_or_unreadable_and_breaks_nothing(language: StreamLanguage, frame: str | bytes) -> None:
    try:
        heard = language.read(frame)
    except Unreadable:
        return
    assert isinstance(heard, BestOffers | Refused | Answered)


@given(cut=st.integers(1, 90))
def test_half_a_message_of_mexc_is_never_a_quote_of_another_price(cut: int) -> None:
    sides = BookSides((Level(Decimal("0.62"), Decimal(1000)),), (Level(Decimal("0.621"), Decimal(1000)),))
    frame = MexcStreams().frame(CHANNEL, Ticker("XRPUSDT", sides, 1_700_000_000_000, 1), "/ws")
    assert isinstance(frame, bytes)

    with pytest.raises(Unreadable):
        MexcStream().read(frame[:-cut])
