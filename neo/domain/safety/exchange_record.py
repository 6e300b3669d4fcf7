"""The trading record of the exchange side as a row of engine_state: a crash must not forget a day's losses."""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation

from neo.domain.messages.storage import Recovery
from neo.domain.safety.breakers import TradingRecord


def record_key(venue: str) -> str:
    """engine_state key of a venue's record."""
    return f"risk.trading_record.{venue}"


def record_text(record: TradingRecord) -> str:
    return json.dumps([record.day, str(record.result_today), record.trades_today, record.losses_in_a_row])


def record_from(recovery: Recovery, venue: str) -> TradingRecord:
    """The stored record; a row that cannot be read counts as a day that begins."""
    text = dict(recovery.engine_state).get(record_key(venue))
    try:
        day, result, trades, losses = json.loads(text) if text is not None else (0, "0", 0, 0)
        record = TradingRecord(int(day), Decimal(result), int(trades), int(losses))
    except (TypeError, ValueError, InvalidOperation):
        return TradingRecord()
    return record if record.result_today.is_finite() else TradingRecord()
