"""What the exchange router rebuilds itself from: unfinished intents, positions, and which intents it has seen."""

from __future__ import annotations

from decimal import Decimal

import apsw

from neo.domain.market.instrument import Side
from neo.domain.messages.storage import PositionRecord, TradeRecord
from neo.domain.money.exact import total
from neo.domain.units import ZERO

_TRADES = (
    "SELECT intent_id, venue, purpose, symbol, side, quantity, limits, proposed_at_ns, attempt, filled, filled_quote, "
    "reserved, result_quote FROM trades WHERE outcome IS NULL ORDER BY created_lsn"
)
_POSITIONS = (
    "SELECT venue, symbol, intent_id, quantity, spent_quote, fee_value_quote, bought, gross_quote, opened_at_ns "
    "FROM positions ORDER BY venue, symbol"
)
_RECENT = "SELECT venue, intent_id FROM trades ORDER BY created_lsn DESC LIMIT ?"
#: By where a sale ended, not by who began it: a session counts what it has inherited from a crashed one and brought to an end.
#: Not by when: ten times faster than the clock on the wall, a session sells in an hour in which its successor may begin.
_REALISED = (
    "SELECT session.session_id, venue, result_quote FROM sessions AS session "
    "JOIN trades ON trades.ended_in = session.session_id "
    "WHERE session.ended_at_ns IS NULL AND side = 'sell' ORDER BY created_lsn"
)
#: A proposal lives for seconds: far fewer intents than this can come a second time.
_RECENT_MAX = 1_000


def load_trades(connection: apsw.Connection) -> tuple[TradeRecord, ...]:
    """Intents that have not ended, oldest first."""
    return tuple(
        TradeRecord(
            str(intent_id),
            str(venue),
            str(purpose),
            str(symbol),
            Side(side),
            Decimal(quantity),
            str(limits),
            int(proposed_at_ns),
            int(attempt),
            Decimal(filled),
            Decimal(filled_quote),
            Decimal(reserved),
            Decimal(result_quote),
        )
        for (
            intent_id,
            venue,
            purpose,
            symbol,
            side,
            quantity,
            limits,
            proposed_at_ns,
            attempt,
            filled,
            filled_quote,
            reserved,
            result_quote,
        ) in connection.execute(_TRADES)
    )


def load_positions(connection: apsw.Connection) -> tuple[PositionRecord, ...]:
    """Every position, by venue and symbol."""
    return tuple(
        PositionRecord(
            str(venue),
            str(symbol),
            str(intent_id),
            Decimal(quantity),
            Decimal(spent),
            Decimal(fee_value),
            Decimal(bought),
            Decimal(gross),
            int(opened_at_ns),
        )
        for venue, symbol, intent_id, quantity, spent, fee_value, bought, gross, opened_at_ns in connection.execute(
            _POSITIONS
        )
    )


def load_recent_intents(connection: apsw.Connection) -> tuple[tuple[str, str], ...]:
    """(venue, intent) of the newest intents, oldest first."""
    newest = [(str(venue), str(intent)) for venue, intent in connection.execute(_RECENT, (_RECENT_MAX,))]
    return tuple(reversed(newest))


def load_realised(connection: apsw.Connection) -> tuple[tuple[str, str, Decimal], ...]:
    """(session, venue, sum of the results of sales that have ended in it) of sessions without an end."""
    sums: dict[tuple[str, str], Decimal] = {}
    for session_id, venue, result in connection.execute(_REALISED):
        place = (str(session_id), str(venue))
        sums[place] = total(sums.get(place, ZERO), Decimal(result))
    return tuple((session_id, venue, amount) for (session_id, venue), amount in sums.items())
