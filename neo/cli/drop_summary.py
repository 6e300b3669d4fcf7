"""Gathers what the report of an exchange in a session is built from. Reads only."""

from __future__ import annotations

from decimal import Decimal

from neo.cli.paid_fees import Fees, fees_on
from neo.domain.safety.held_prices import stale_prices_from, stale_prices_key
from neo.domain.session.drop_rows import DropRows
from neo.domain.session.engine_balances import balances_from
from neo.domain.session.trading import Trading
from neo.domain.strategy.drop.remembered import counts_from, counts_key
from neo.infra.sqlite.books_reader import BooksReader
from neo.infra.sqlite.books_rows import PositionRow, SessionRow


def drop_rows(
    reader: BooksReader,
    session: SessionRow,
    trading: Trading,
    fees: Fees,
    engine_balances: str | None,
) -> DropRows:
    """Of the exchange that `trading` names. `engine_balances` is what the engine noted at its end."""
    venue, session_id = trading.venue, session.session_id
    counts = reader.engine_state_of(counts_key(session_id))
    return DropRows(
        venue=venue,
        quote=trading.quote,
        counts=counts_from(counts.value if counts is not None else None),
        trades=[row for row in reader.trades(session_id) if row.venue == venue],
        fills=reader.traded(session_id, venue),
        fees=fees_on(venue, fees),
        positions=[row for row in _positions(reader, session_id) if row.venue == venue],
        stale=_stale(reader, session_id, venue),
        capital=[row for row in reader.capital_events(session_id) if row.venue == venue],
        engine_balances=_believed(engine_balances, venue),
    )


def _positions(reader: BooksReader, session_id: str) -> tuple[PositionRow, ...]:
    """Nothing happened since the newest session's end: its positions are those of now."""
    newest = reader.sessions(1)
    if newest and newest[0].session_id == session_id:
        return reader.positions()
    return reader.positions_when_ended(session_id)


def _stale(reader: BooksReader, session_id: str, venue: str) -> tuple[tuple[str, int], ...]:
    """(symbol, time of its last quote) of positions without a price."""
    row = reader.engine_state_of(stale_prices_key(session_id, venue))
    return tuple(stale_prices_from(row.value if row is not None else None).items())


def _believed(text: str | None, venue: str) -> tuple[tuple[str, Decimal], ...]:
    """(asset, total) pairs of an exchange."""
    return tuple((asset, total) for (where, asset), total in balances_from(text).items() if where == venue)
