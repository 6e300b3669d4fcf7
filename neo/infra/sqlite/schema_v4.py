"""Schema version 4: intents and positions of an exchange. Never edited once released."""

from __future__ import annotations

_TRADES = """
CREATE TABLE trades(
  venue TEXT NOT NULL,
  intent_id TEXT NOT NULL,
  session_id TEXT NOT NULL,
  purpose TEXT NOT NULL,
  symbol TEXT NOT NULL,
  side TEXT NOT NULL CHECK(side IN ('buy', 'sell')),
  quantity TEXT NOT NULL,
  limits TEXT NOT NULL,
  proposed_at_ns INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  filled TEXT NOT NULL,
  filled_quote TEXT NOT NULL,
  reserved TEXT NOT NULL,
  result_quote TEXT NOT NULL,
  outcome TEXT,
  created_lsn INTEGER NOT NULL,
  created_at_ns INTEGER NOT NULL,
  ended_at_ns INTEGER,
  PRIMARY KEY(venue, intent_id)
) STRICT, WITHOUT ROWID;
"""
_POSITIONS = """
CREATE TABLE positions(
  venue TEXT NOT NULL,
  symbol TEXT NOT NULL,
  intent_id TEXT NOT NULL,
  quantity TEXT NOT NULL,
  spent_quote TEXT NOT NULL,
  fee_value_quote TEXT NOT NULL,
  bought TEXT NOT NULL,
  gross_quote TEXT NOT NULL,
  opened_at_ns INTEGER NOT NULL,
  PRIMARY KEY(venue, symbol)
) STRICT, WITHOUT ROWID;
"""

STATEMENTS = (
    _TRADES,
    "CREATE INDEX trades_by_age ON trades(created_lsn)",
    "CREATE INDEX trades_unfinished ON trades(created_lsn) WHERE outcome IS NULL",
    "CREATE INDEX trades_by_session ON trades(session_id, created_lsn)",
    _POSITIONS,
)
