"""Symbols with our money in them that nobody watches any more: a watchlist may have become shorter since they were bought."""

from __future__ import annotations

import attrs

from neo.domain.market.quote_desk import DeskRules
from neo.domain.messages.storage import Recovery
from neo.domain.telemetry.polling_events import MdHeldSymbolWatched


def with_held_symbols(rules: DeskRules, recovery: Recovery) -> tuple[DeskRules, tuple[MdHeldSymbolWatched, ...]]:
    """The rules with every symbol of this venue that has a position or an unfinished intent; one event for each that is new.

    Without its quotes a position would have no stop loss.
    """
    positions = [record.symbol for record in recovery.positions if record.venue == rules.venue]
    trades = [record.symbol for record in recovery.trades if record.venue == rules.venue]
    held = tuple(sorted(symbol for symbol in dict.fromkeys((*positions, *trades)) if symbol not in rules.watchlist))
    told = tuple(MdHeldSymbolWatched(symbol) for symbol in held if symbol not in rules.sell_only)
    return attrs.evolve(rules, sell_only=held), told
