"""Which symbols the exchange shall tell by WebSocket, and what is said when it does: part of the decisions of ExchangeData."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

import attrs

from neo.domain.market import stream_watch
from neo.domain.market.stream_watch import StreamRules, Streams
from neo.domain.messages.exchange import ExchangeQuote, StreamChanged, StreamQuotes, StreamsAssigned
from neo.domain.telemetry.event import TelemetryEvent
from neo.domain.telemetry.stream_events import (
    MdStreamDown,
    MdStreamDropped,
    MdStreamHealth,
    MdStreamUnavailable,
    MdStreamUp,
)
from neo.domain.units import NS_PER_MS
from neo.records import frozen

_TENTH = Decimal("0.1")


@frozen(kw_only=True)
class Streaming:
    """`rules` None: polls only. `asked`: the list that the exchange port was last told. Counts are of the whole session."""

    rules: StreamRules | None = None
    streams: Streams = attrs.field(factory=dict)
    asked: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    quotes: int = 0
    refused: int = 0
    drops: int = 0


Said = tuple[Streaming, tuple[TelemetryEvent, ...]]


def wanted(state: Streaming, hot: Iterable[str], at_ns: int) -> tuple[Streaming, tuple[StreamQuotes, ...]]:
    """The hot symbols whose streams do not rest, when that is another list than the exchange has."""
    if state.rules is None:
        return state, ()
    symbols = stream_watch.to_ask_for(state.streams, hot, at_ns)
    if symbols == state.asked:
        return state, ()
    streams = stream_watch.asked_for(state.streams, symbols, at_ns)
    return attrs.evolve(state, streams=streams, asked=symbols), (StreamQuotes(symbols),)


def told(
    state: Streaming, quotes: tuple[ExchangeQuote, ...], refused: int
) -> tuple[Streaming, tuple[ExchangeQuote, ...]]:
    """The quotes that may be passed on."""
    streams, believed = stream_watch.told(state.streams, quotes)
    count = state.quotes + len(quotes)
    return attrs.evolve(state, streams=streams, quotes=count, refused=state.refused + refused), believed


def polled(state: Streaming, quotes: tuple[ExchangeQuote, ...], asked_at_ns: int) -> Said:
    """The truth check."""
    if state.rules is None or not state.streams:
        return state, ()
    streams, dropped = stream_watch.compared(state.rules, state.streams, quotes, asked_at_ns)
    events = tuple(
        MdStreamDropped(
            each.symbol, each.apart_bps.quantize(_TENTH), each.apart_ns // NS_PER_MS, each.rest_ns // NS_PER_MS
        )
        for each in dropped
    )
    return attrs.evolve(state, streams=streams, drops=state.drops + len(dropped)), events


def connection_changed(state: Streaming, message: StreamChanged) -> Said:
    streams = stream_watch.changed(state.streams, message.symbols, message.is_up)
    count = len(message.symbols)
    event = MdStreamUp(count) if message.is_up else MdStreamDown(count, message.why)
    return attrs.evolve(state, streams=streams), (event,)


def assigned(state: Streaming, message: StreamsAssigned) -> Said:
    """Whoever asks anew, rebuilt, learns what is live. `left_out` is reported once for each list of such symbols."""
    unaware = [symbol for symbol in message.live if symbol in state.streams and not state.streams[symbol].is_up]
    state = attrs.evolve(state, streams=stream_watch.changed(state.streams, unaware, True))
    if message.left_out == state.left_out:
        return state, ()
    count = len(message.left_out)
    events = (MdStreamUnavailable(count, "no room for more streams: they are polled only"),) if count else ()
    return attrs.evolve(state, left_out=message.left_out), events


def refused_for_good(state: Streaming, why: str) -> Said:
    """The exchange port has no streams: the polls go on alone."""
    return Streaming(), (MdStreamUnavailable(len(state.asked), why),)


def to_be_asked_again(state: Streaming) -> Streaming:
    """The request was lost."""
    return attrs.evolve(state, asked=())


def health_of(state: Streaming) -> tuple[MdStreamHealth, ...]:
    if state.rules is None:
        return ()
    streams = state.streams.values()
    up = sum(1 for each in streams if each.is_up)
    resting = sum(1 for each in streams if each.resting_until_ns is not None)
    return (MdStreamHealth(up, resting, state.quotes, state.refused, state.drops),)


def has_newer(state: Streaming, symbol: str, asked_at_ns: int) -> bool:
    return stream_watch.has_newer(state.streams, symbol, asked_at_ns)


def newer_than_known(known: Mapping[str, ExchangeQuote], quotes: Iterable[ExchangeQuote]) -> tuple[ExchangeQuote, ...]:
    """Those that arrived after what is known of their symbols."""
    return tuple(each for each in quotes if each.symbol not in known or known[each.symbol].at_ns <= each.at_ns)
