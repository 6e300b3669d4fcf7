"""Tables ``trades`` and ``positions``: intents of the exchange router, and what was bought and not sold yet."""

from __future__ import annotations

from neo.domain.messages.journal import (
    PositionClosed,
    PositionRecorded,
    TradeAdvanced,
    TradeConcluded,
    TradeIntended,
)
from neo.infra.sqlite.decimal_text import decimal_text
from neo.infra.sqlite.projection.sheet import BooksContradiction, Projections, Sheet

TABLES = ("trades", "positions")

_INTEND = (
    "INSERT INTO trades(venue, intent_id, session_id, purpose, symbol, side, quantity, limits, proposed_at_ns, attempt, "
    "filled, filled_quote, reserved, result_quote, created_lsn, created_at_ns, reason, touch) "
    "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, 1, '0', '0', ?, '0', ?, ?, ?, ?)"
)
_ADVANCE = (
    "UPDATE trades SET attempt = ?, filled = ?, filled_quote = ?, reserved = ?, result_quote = ? "
    "WHERE venue = ? AND intent_id = ? AND outcome IS NULL"
)
_CONCLUDE = (
    "UPDATE trades SET outcome = ?, ended_at_ns = ?, ended_in = ?, reserved = '0' "
    "WHERE venue = ? AND intent_id = ? AND outcome IS NULL"
)
_RECORD = (
    "INSERT OR REPLACE INTO positions(venue, symbol, intent_id, quantity, spent_quote, fee_value_quote, bought, "
    "gross_quote, opened_at_ns) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_CLOSE = "DELETE FROM positions WHERE venue = ? AND symbol = ?"


def intended(sheet: Sheet, event: TradeIntended) -> None:
    """An intent is in work; the same one twice is refused."""
    sheet.execute(
        _INTEND,
        (
            event.venue,
            event.intent_id,
            event.session_id,
            event.purpose,
            event.symbol,
            event.side.value,
            decimal_text(event.quantity),
            event.limits,
            event.proposed_at_ns,
            decimal_text(event.reserved),
            sheet.lsn,
            sheet.at_ns,
            event.reason,
            None if event.touch is None else decimal_text(event.touch),
        ),
    )


def advanced(sheet: Sheet, event: TradeAdvanced) -> None:
    """An intent after a try."""
    values = (
        event.attempt,
        decimal_text(event.filled),
        decimal_text(event.filled_quote),
        decimal_text(event.reserved),
        decimal_text(event.result_quote),
        event.venue,
        event.intent_id,
    )
    sheet.execute(_ADVANCE, values)
    if not sheet.changes():
        raise BooksContradiction(f"trade {event.intent_id} is not in work")


def concluded(sheet: Sheet, event: TradeConcluded) -> None:
    """An intent is over: it may not spend anything any more."""
    sheet.execute(_CONCLUDE, (event.outcome, sheet.at_ns, sheet.session_id, event.venue, event.intent_id))
    if not sheet.changes():
        raise BooksContradiction(f"trade {event.intent_id} is not in work")


def recorded(sheet: Sheet, event: PositionRecorded) -> None:
    """The newest state of a position."""
    sheet.execute(
        _RECORD,
        (
            event.venue,
            event.symbol,
            event.intent_id,
            decimal_text(event.quantity),
            decimal_text(event.spent_quote),
            decimal_text(event.fee_value_quote),
            decimal_text(event.bought),
            decimal_text(event.gross_quote),
            event.opened_at_ns,
        ),
    )


def closed(sheet: Sheet, event: PositionClosed) -> None:
    """A position is gone."""
    sheet.execute(_CLOSE, (event.venue, event.symbol))
    if not sheet.changes():
        raise BooksContradiction(f"there is no position in {event.symbol}")


PROJECTIONS: Projections = {
    TradeIntended: intended,
    TradeAdvanced: advanced,
    TradeConcluded: concluded,
    PositionRecorded: recorded,
    PositionClosed: closed,
}
