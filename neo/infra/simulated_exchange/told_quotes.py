"""Quotes of the simulated exchange that come by themselves: what a book-ticker stream is for a real one."""

from __future__ import annotations

from collections.abc import Callable

from neo.domain.messages.exchange import ExchangeQuote, QuotesStreamed, StreamChanged, StreamQuotes, StreamsAssigned
from neo.domain.units import NS_PER_MS
from neo.infra.simulated.latency import Scheduler

Publish = Callable[[str, object], None]
#: How often changes are told; the exchange's prices change in steps that are longer.
LOOK_NS = 250 * NS_PER_MS


class ToldQuotes:
    """`read` gives the present quotes of those of some symbols that have one. Nothing runs while nobody wants any."""

    def __init__(self, scheduler: Scheduler, read: Callable[[tuple[str, ...]], tuple[ExchangeQuote, ...]]) -> None:
        self._scheduler = scheduler
        self._read = read
        self._publish: Publish | None = None
        self._to = ""
        self._symbols: tuple[str, ...] = ()
        self._known: dict[str, ExchangeQuote] = {}
        self._looks = False

    def attach(self, publish: Publish, to: str) -> None:
        """A new engine has asked for nothing yet."""
        self._publish, self._to = publish, to
        self._symbols, self._known = (), {}

    def detach(self) -> None:
        self._publish = None

    def assign(self, request: StreamQuotes) -> StreamsAssigned | None:
        """Every symbol is live at once: an imagined connection needs no time. None when nobody is there to hear."""
        if self._publish is None:
            return None
        new = tuple(symbol for symbol in request.symbols if symbol not in self._symbols)
        self._symbols = request.symbols
        self._known = {symbol: quote for symbol, quote in self._known.items() if symbol in request.symbols}
        if new:
            self._tell(StreamChanged(True, new, ""))
        if self._symbols and not self._looks:
            self._looks = True
            self._scheduler.after(LOOK_NS, self._look)
        return StreamsAssigned(self._symbols, ())

    def _look(self) -> None:
        self._looks = bool(self._symbols) and self._publish is not None
        if not self._looks:
            return
        changed = tuple(quote for quote in self._read(self._symbols) if self._is_new(quote))
        self._known |= {quote.symbol: quote for quote in changed}
        if changed:
            self._tell(QuotesStreamed(changed, 0))
        self._scheduler.after(LOOK_NS, self._look)

    def _is_new(self, quote: ExchangeQuote) -> bool:
        known = self._known.get(quote.symbol)
        return known is None or (known.bid, known.ask) != (quote.bid, quote.ask)

    def _tell(self, message: object) -> None:
        if self._publish is not None:
            self._publish(self._to, message)
