"""What is believed of quotes that come by WebSocket: the polled ones are the truth that they are measured by.

A stream that fell silent looks like a market that stands still, and one that lags looks alive. Both show when a polled quote
is far from everything that the stream said at that time. Such a symbol is in doubt: its told quotes are not passed on until they
agree again; in doubt for too long, its stream is dropped, rests, and is asked for anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

import attrs

from neo.domain.messages.exchange import ExchangeQuote
from neo.domain.units import BPS
from neo.records import frozen

#: Told quotes of a symbol that are kept to be compared with polled ones: some seconds at one every 100 ms, and bounded.
SAID_MAX = 64
#: No rest is doubled further than this many times before it is bounded: a symbol may fail for weeks.
_DOUBLINGS_MAX = 40


@frozen(kw_only=True)
class StreamRules:
    """In doubt beyond `apart_bps_max`, dropped after `apart_ns_max` of it. Rests double from the first to the longest."""

    apart_bps_max: Decimal
    apart_ns_max: int
    rest_first_ns: int
    rest_max_ns: int


@frozen
class SymbolStream:
    """`said`: what the stream told, oldest first, or the polled quote that it began at. `drops` in a row.

    `apart_since_ns`: in doubt since then. `resting_until_ns`: dropped until then.
    """

    is_up: bool = False
    said: tuple[ExchangeQuote, ...] = ()
    apart_since_ns: int | None = None
    drops: int = 0
    agreeing_since_ns: int | None = None
    resting_until_ns: int | None = None

    @property
    def is_believed(self) -> bool:
        return self.is_up and self.apart_since_ns is None and self.resting_until_ns is None


@frozen
class StreamDropped:
    """A symbol's stream was in doubt for too long."""

    symbol: str
    apart_bps: Decimal
    apart_ns: int
    rest_ns: int


#: State of every symbol whose stream was asked for, or that rests.
Streams = Mapping[str, SymbolStream]
_FRESH = SymbolStream()


def to_ask_for(streams: Streams, symbols: Iterable[str], at_ns: int) -> tuple[str, ...]:
    """Of these symbols those whose stream does not rest."""
    return tuple(symbol for symbol in symbols if _is_due(streams.get(symbol, _FRESH), at_ns))


def asked_for(streams: Streams, symbols: Iterable[str], at_ns: int) -> Streams:
    """After these were asked for: a rest that is over ends; whoever is not among them is forgotten unless it rests or did."""
    kept = dict.fromkeys(symbols, _FRESH)
    for symbol, stream in streams.items():
        if symbol in kept:
            over = stream.resting_until_ns is not None
            kept[symbol] = SymbolStream(drops=stream.drops) if over else stream
        elif stream.drops:
            kept[symbol] = SymbolStream(drops=stream.drops, resting_until_ns=stream.resting_until_ns or at_ns)
    return kept


def changed(streams: Streams, symbols: Iterable[str], is_up: bool) -> Streams:
    """A connection came or went: what was said before it proves nothing after it."""
    after = dict(streams)
    for symbol in symbols:
        if symbol in after and after[symbol].resting_until_ns is None:
            after[symbol] = SymbolStream(is_up=is_up, drops=after[symbol].drops)
    return after


def told(streams: Streams, quotes: Iterable[ExchangeQuote]) -> tuple[Streams, tuple[ExchangeQuote, ...]]:
    """The streams with these quotes in them, and the quotes that may be passed on."""
    after, believed = dict(streams), list[ExchangeQuote]()
    for quote in quotes:
        stream = after.get(quote.symbol)
        if stream is None or not stream.is_up or stream.resting_until_ns is not None:
            continue
        if stream.said and stream.said[-1].at_ns > quote.at_ns:
            continue
        after[quote.symbol] = attrs.evolve(stream, said=(*stream.said[1 - SAID_MAX :], quote))
        if stream.apart_since_ns is None:
            believed.append(quote)
    return after, tuple(believed)


def compared(
    rules: StreamRules, streams: Streams, quotes: Iterable[ExchangeQuote], asked_at_ns: int
) -> tuple[Streams, tuple[StreamDropped, ...]]:
    """The streams after a poll that was begun at `asked_at_ns`, and those that it was the end of."""
    after, dropped = dict(streams), list[StreamDropped]()
    for quote in quotes:
        stream = after.get(quote.symbol)
        if stream is None or not stream.is_up or stream.resting_until_ns is not None:
            continue
        if not stream.said:
            after[quote.symbol] = attrs.evolve(stream, said=(quote,))  # the stream tells changes from here
            continue
        apart_bps = min(_apart_bps(each, quote) for each in _at_the_time(stream.said, asked_at_ns))
        if apart_bps <= rules.apart_bps_max:
            after[quote.symbol] = _agreeing(rules, stream, quote.at_ns)
            continue
        since_ns = quote.at_ns if stream.apart_since_ns is None else stream.apart_since_ns
        if quote.at_ns - since_ns < rules.apart_ns_max:
            after[quote.symbol] = attrs.evolve(stream, apart_since_ns=since_ns, agreeing_since_ns=None)
            continue
        rest_ns = _rest_ns(rules, stream.drops)
        after[quote.symbol] = SymbolStream(drops=stream.drops + 1, resting_until_ns=quote.at_ns + rest_ns)
        dropped.append(StreamDropped(quote.symbol, apart_bps, quote.at_ns - since_ns, rest_ns))
    return after, tuple(dropped)


def has_newer(streams: Streams, symbol: str, asked_at_ns: int) -> bool:
    """Whether the stream said something after a poll was begun: what the poll brings may be older than that."""
    stream = streams.get(symbol)
    return stream is not None and stream.is_believed and bool(stream.said) and stream.said[-1].at_ns > asked_at_ns


def _is_due(stream: SymbolStream, at_ns: int) -> bool:
    return stream.resting_until_ns is None or at_ns >= stream.resting_until_ns


def _at_the_time(said: tuple[ExchangeQuote, ...], asked_at_ns: int) -> tuple[ExchangeQuote, ...]:
    """What the stream said while the poll was under way, and the last before: one of them is what the poll saw."""
    later = tuple(each for each in said if each.at_ns > asked_at_ns)
    return said[-len(later) - 1 :]


def _agreeing(rules: StreamRules, stream: SymbolStream, at_ns: int) -> SymbolStream:
    """A stream that agreed for as long as it last rested has made up for its drops."""
    since_ns = at_ns if stream.agreeing_since_ns is None else stream.agreeing_since_ns
    good = stream.drops and at_ns - since_ns >= _rest_ns(rules, stream.drops - 1)
    return attrs.evolve(stream, apart_since_ns=None, agreeing_since_ns=since_ns, drops=0 if good else stream.drops)


def _rest_ns(rules: StreamRules, drops: int) -> int:
    return min(rules.rest_first_ns << min(drops, _DOUBLINGS_MAX), rules.rest_max_ns)


def _apart_bps(told_quote: ExchangeQuote, polled: ExchangeQuote) -> Decimal:
    """How far the sides are apart, the worse of the two."""
    return max(abs(told_quote.bid - polled.bid) / polled.bid, abs(told_quote.ask - polled.ask) / polled.ask) * BPS
