"""From a position and a bid to a proposed sale."""

from __future__ import annotations

import attrs

from neo.domain.market.instrument import Side
from neo.domain.messages.dropping import TradeProposed, TradePurpose
from neo.domain.messages.session import Phase
from neo.domain.strategy.drop.exits import ExitReason, watched
from neo.domain.strategy.drop.rules import DropRules
from neo.domain.strategy.drop.sizing import exit_limits
from neo.domain.strategy.drop.symbol_book import PendingIntent, SymbolBook
from neo.domain.telemetry.drop_events import ExitProposed

ExitProposal = tuple[SymbolBook, ExitReason | None, TradeProposed | None, ExitProposed | None]


def proposed_exit(rules: DropRules, book: SymbolBook, intent_id: str, now_ns: int, phase: Phase) -> ExitProposal:
    """The book after its newest bid, and the sale if there has to be one.

    Nothing is sold while the engine does not trade, while an intent of the symbol is under way, on an old quote, or when
    order flow is switched off: the next quote asks again.
    """
    position, quote = book.position, book.quote
    if position is None or quote is None:
        return book, None, None, None
    position, reason = watched(rules.exits, position, quote.bid, now_ns)
    book = attrs.evolve(book, position=position)
    old = now_ns - quote.at_ns > rules.guards.quote_max_age_ns
    if reason is None or book.pending is not None or old or phase is not Phase.TRADING:
        return book, None, None, None
    if not rules.guards.order_flow_enabled:
        return book, None, None, None
    limits = exit_limits(rules.exits.ladder_bps, book.market, quote.bid)
    trade = TradeProposed(
        intent_id,
        TradePurpose.EXIT,
        book.symbol,
        Side.SELL,
        position.quantity,
        limits,
        reason.value,
        now_ns,
        quote.at_ns,
        quote.bid,
    )
    event = ExitProposed(intent_id, book.symbol, position.quantity, reason.value, position.gain_bps(quote.bid))
    return attrs.evolve(book, pending=PendingIntent(intent_id, now_ns)), reason, trade, event
