"""What an exchange desk shows, read off the messages that pass: polling, top drops, positions, budget, trades of the day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from neo.actors import names
from neo.actors.exchange_data import POLLERS
from neo.actors.runtime import Envelope
from neo.domain.config.configuration import Config
from neo.domain.market.desk_rules import desk_rules
from neo.domain.market.poll_cycles import TierRecord, percentile, recorded
from neo.domain.market.skip_list_text import restored
from neo.domain.market.tiers import Tier
from neo.domain.messages.dropping import (
    CyclePolled,
    ExchangePosition,
    PollSymbols,
    PositionsChanged,
    QuotesUpdated,
    TradeApproved,
    TradeEnded,
    TradePurpose,
)
from neo.domain.messages.exchange import ExchangeQuote
from neo.domain.messages.storage import Recovery
from neo.domain.money.exact import total
from neo.domain.safety.breakers import TradingRecord, closed, on_day_of, tripped
from neo.domain.safety.exchange_record import record_from
from neo.domain.safety.exchange_risk import breaker_limits
from neo.domain.telemetry.drop_events import DropTriggered, NearDrop, TopDrops, TradeRefusedEvent
from neo.domain.telemetry.event import TelemetryEvent
from neo.domain.telemetry.polling_events import MdHealth, MdSymbolDegraded, MdSymbolRelisted, MdSymbolSkipped
from neo.domain.telemetry.trade_events import PositionPriced, PositionPriceStale, TradeNotTakenOn
from neo.domain.units import NS_PER_MS, ZERO
from neo.infra.control.desk_status import (
    BudgetStatus,
    DeskStatus,
    GuardCount,
    NearDropStatus,
    PositionStatus,
    SymbolStatus,
    TierStatus,
    WorkingTradeStatus,
)

_BPS_PER_PERCENT = 100
_SHOWN_QUOTE = Decimal("0.00000001")


class DeskKeeper:
    """Of one exchange. Each field is written by deliveries to one actor only, so a reader on another thread sees whole ones."""

    def __init__(self, config: Config) -> None:
        self._venue = config.exchange.name
        self._quote_asset = config.exchange.quote
        self._limits = breaker_limits(config.exchange_risk)
        self._rules = desk_rules(config.exchange)
        self._quotes: dict[str, ExchangeQuote] = {}
        self._symbols: dict[Tier, tuple[str, ...]] = {}
        self._records: dict[Tier, TierRecord] = {}
        self._failures: dict[Tier, str] = {}
        self._skipped = 0
        self._degraded: frozenset[str] = frozenset()
        self._books: PositionsChanged | None = None
        self._approved: dict[str, TradeApproved] = {}
        self._record = TradingRecord()
        self._drops = self._blocked = self._refused = 0
        self._blocked_by: Counter[str] = Counter()
        self._filled: Counter[TradePurpose] = Counter()
        self._traded: dict[TradePurpose, Decimal] = {}
        self._stale: frozenset[str] = frozenset()
        self._nearest: tuple[NearDrop, ...] = ()

    # ------------------------------------------------------------------------------------------------------- hearing

    def seen(self, envelope: Envelope) -> None:
        """A message that passed."""
        hears = _HEARD.get((envelope.receiver, type(envelope.message)))
        if hears is not None:
            hears(self, envelope.message)

    def emitted(self, event: TelemetryEvent) -> None:
        """An event that an actor emitted."""
        match event:
            case DropTriggered():
                self._drops += 1
                guards = event.blocked_by.split(",") if event.blocked_by else []
                self._blocked += bool(guards)
                self._blocked_by.update(guards)
            case TopDrops():
                self._nearest = event.drops
            case TradeRefusedEvent(purpose=TradePurpose.ENTRY.value):
                self._refused += 1
            case TradeNotTakenOn():
                self._approved.pop(event.intent_id, None)
            case MdHealth() | MdSymbolSkipped() | MdSymbolRelisted():
                self._skipped = event.skipped
            case PositionPriceStale():
                self._stale |= {event.symbol}
            case PositionPriced():
                self._stale -= {event.symbol}
            case MdSymbolDegraded():
                one = frozenset((event.symbol,))
                self._degraded = self._degraded | one if event.rest_ms else self._degraded - one

    def _quoted(self, message: QuotesUpdated) -> None:
        for quote in message.quotes:
            self._quotes[quote.symbol] = quote

    def _assigned(self, message: PollSymbols) -> None:
        self._symbols[message.tier] = message.symbols

    def _polled(self, message: CyclePolled) -> None:
        record = self._records.get(message.tier, TierRecord())
        self._records[message.tier] = recorded(record, self._rules.intervals_ns[message.tier], message.cycle, ())
        if message.failed:
            self._failures[message.tier] = message.failed

    def _books_told(self, message: PositionsChanged) -> None:
        self._books = message

    def _taken_on(self, message: TradeApproved) -> None:
        self._approved[message.trade.intent_id] = message

    def _trade_ended(self, message: TradeEnded) -> None:
        self._approved.pop(message.intent_id, None)
        if message.quantity:
            self._filled[message.purpose] += 1
            self._traded[message.purpose] = total(self._traded.get(message.purpose, ZERO), message.quote_quantity)
        if message.result_quote is not None:
            self._record = closed(self._record, message.result_quote, message.ended_at_ns)

    def _risk_recovered(self, recovery: Recovery) -> None:
        self._record = record_from(recovery, self._venue)

    def _data_recovered(self, recovery: Recovery) -> None:
        self._skipped = len(restored(recovery, self._venue))

    # ------------------------------------------------------------------------------------------------------- telling

    def status(self, now_ns: int) -> DeskStatus:
        """All of it, as of now."""
        quotes = dict(self._quotes)
        tiers = tuple(self._tier(tier, quotes, now_ns) for tier in Tier)
        polled = sum(len(tier.symbols) for tier in tiers)
        ages = [symbol.age_ms for tier in tiers for symbol in tier.symbols if symbol.age_ms is not None]
        books, record = self._books, on_day_of(self._record, now_ns)
        positions = tuple(
            _position(each, quotes.get(each.symbol), each.symbol in self._stale, now_ns)
            for each in (books.positions if books else ())
        )
        return DeskStatus(
            venue=self._venue,
            quote=self._quote_asset,
            watched=max(len(self._rules.watchlist), polled),  # what is held is watched, listed or not
            polled=polled,
            skipped=self._skipped,
            degraded=len(self._degraded),
            tiers=tiers,
            age_p50_ms=percentile(ages, Decimal("0.5")),
            age_p99_ms=percentile(ages, Decimal("0.99")),
            budget=_budget(books),
            positions=positions,
            unrealised_quote=counted_gain(positions) if books else None,
            working=self._working(books),
            orders_placed=books.placed_total if books else 0,
            drops=self._drops,
            drops_blocked=self._blocked,
            blocked_by=tuple(
                GuardCount(guard, count) for guard, count in Counter(dict(self._blocked_by)).most_common()
            ),
            refused_by_risk=self._refused,
            entries_filled=self._filled[TradePurpose.ENTRY],
            exits_filled=self._filled[TradePurpose.EXIT],
            bought_quote=self._traded.get(TradePurpose.ENTRY, ZERO),
            sold_quote=self._traded.get(TradePurpose.EXIT, ZERO),
            result_quote=books.realised_quote if books else ZERO,
            trades_today=record.trades_today,
            result_today_quote=record.result_today,
            losses_in_a_row=record.losses_in_a_row,
            breakers=tuple(breaker.value for breaker in tripped(self._limits, record, now_ns)),
            top_drops=tuple(map(_near, self._nearest)),
        )

    def pending(self) -> tuple[str, ...]:
        """The trades that an orderly end waits for, in words."""
        return tuple(f"{self._venue} {each.purpose or 'order'} {each.symbol}" for each in self._working(self._books))

    def _tier(self, tier: Tier, quotes: dict[str, ExchangeQuote], now_ns: int) -> TierStatus:
        record = self._records.get(tier, TierRecord())
        return TierStatus(
            tier=tier.value,
            interval_ms=self._rules.intervals_ns[tier] // NS_PER_MS,
            symbols=tuple(_symbol(name, quotes.get(name), now_ns) for name in self._symbols.get(tier, ())),
            cycles=record.cycles,
            overruns=record.overruns,
            success_rate=record.success_rate,
            last_cycle_ms=record.durations_ns[-1] // NS_PER_MS if record.durations_ns else None,
            last_failure=self._failures.get(tier),
        )

    def _working(self, books: PositionsChanged | None) -> tuple[WorkingTradeStatus, ...]:
        """The books say which symbols have an order; what it is has been heard when it was approved."""
        known = {each.trade.symbol: each for each in tuple(self._approved.values())}
        found = []
        for symbol in books.working if books else ():
            approved = known.get(symbol)
            if approved is None:
                found.append(WorkingTradeStatus(symbol=symbol))
                continue
            trade = approved.trade
            found.append(
                WorkingTradeStatus(
                    symbol=symbol,
                    intent_id=trade.intent_id,
                    purpose=trade.purpose.value,
                    side=trade.side.value,
                    quantity=trade.quantity,
                    limit=trade.limits[0],
                    since_ns=trade.proposed_at_ns,
                )
            )
        return tuple(found)


#: Who has to be told what for it to count: a message that goes to several actors is counted once.
_HEARD: dict[tuple[str, type], Callable[[DeskKeeper, Any], None]] = {
    **{(poller, PollSymbols): DeskKeeper._assigned for poller in POLLERS.values()},
    (names.DROP_BUYER, QuotesUpdated): DeskKeeper._quoted,
    (names.EXCHANGE_DATA, CyclePolled): DeskKeeper._polled,
    (names.RISK, PositionsChanged): DeskKeeper._books_told,
    (names.EXCHANGE_ROUTER, TradeApproved): DeskKeeper._taken_on,
    (names.RISK, TradeEnded): DeskKeeper._trade_ended,
    (names.RISK, Recovery): DeskKeeper._risk_recovered,
    (names.EXCHANGE_DATA, Recovery): DeskKeeper._data_recovered,
}


def _symbol(name: str, quote: ExchangeQuote | None, now_ns: int) -> SymbolStatus:
    if quote is None:
        return SymbolStatus(name)
    return SymbolStatus(name, quote.mid, _age_ms(quote, now_ns))


def _age_ms(quote: ExchangeQuote | None, now_ns: int) -> int | None:
    return None if quote is None else max(0, now_ns - quote.at_ns) // NS_PER_MS


def _budget(books: PositionsChanged | None) -> BudgetStatus | None:
    if books is None:
        return None
    budget = books.budget
    return BudgetStatus(budget.total, budget.free, budget.reserved, budget.committed)


def _position(held: ExchangePosition, quote: ExchangeQuote | None, is_stale: bool, now_ns: int) -> PositionStatus:
    mark = quote.bid if quote is not None else None
    unrealised = None if mark is None else (mark * held.quantity - held.cost_quote).quantize(_SHOWN_QUOTE)
    return PositionStatus(
        symbol=held.symbol,
        quantity=held.quantity,
        entry_price=held.entry_price,
        cost_quote=held.cost_quote,
        opened_at_ns=held.opened_at_ns,
        mark=mark,
        unrealised_quote=unrealised,
        mark_age_ms=_age_ms(quote, now_ns),
        is_stale=is_stale,
    )


def counted_gain(positions: tuple[PositionStatus, ...]) -> Decimal:
    """A gain that is only there by a price of long ago is none; a loss is one."""
    counted = ZERO
    for each in positions:
        if each.unrealised_quote is not None and not (each.is_stale and each.unrealised_quote > ZERO):
            counted = total(counted, each.unrealised_quote)
    return counted


def _near(drop: NearDrop) -> NearDropStatus:
    return NearDropStatus(
        symbol=drop.symbol,
        price=drop.price,
        anchor=drop.anchor,
        distance_percent=drop.distance_bps / _BPS_PER_PERCENT,
        blocked_by=drop.blocked_by,
    )
