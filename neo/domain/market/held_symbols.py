"""Symbols with our money in them that nobody watches any more: a watchlist may have become shorter since they were bought."""

from __future__ import annotations

import attrs

from neo.domain.market.quote_desk import DeskRules, QuoteDesk
from neo.domain.messages.storage import Recovery
from neo.domain.telemetry.polling_events import MdHeldSymbolWatched


def held_in(recovery: Recovery, venue: str) -> tuple[str, ...]:
    """Symbols of a venue with a position or an unfinished intent."""
    positions = [record.symbol for record in recovery.positions if record.venue == venue]
    trades = [record.symbol for record in recovery.trades if record.venue == venue]
    return tuple(sorted({*positions, *trades}))


def with_held_symbols(rules: DeskRules, recovery: Recovery) -> tuple[DeskRules, tuple[MdHeldSymbolWatched, ...]]:
    """The rules with every symbol of this venue that has a position or an unfinished intent; one event for each that is new.

    Without its quotes a position would have no stop loss.
    """
    held = tuple(symbol for symbol in held_in(recovery, rules.venue) if symbol not in rules.watchlist)
    told = tuple(MdHeldSymbolWatched(symbol) for symbol in held if symbol not in rules.sell_only)
    return attrs.evolve(rules, sell_only=held), told


def is_held_one_skipped(desk: QuoteDesk, held_at_start: tuple[str, ...]) -> bool:
    """Whether something that cannot be sold waits for a list of markets with it. `held_at_start`: of symbols that were skipped
    all the time the drop buyer says nothing."""
    now = (symbol for symbol, standing in desk.standings.items() if standing.has_money_in_it)
    return any(symbol in desk.skips for symbol in (*held_at_start, *now))
