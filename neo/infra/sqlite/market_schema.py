"""Schema of the market database. Nothing in it is needed to recover; a released version is never edited."""

from __future__ import annotations

from neo.infra.sqlite.migrations import Migration

_MARKET_SNAPSHOTS = """
CREATE TABLE market_snapshots(
  snapshot_id INTEGER PRIMARY KEY,
  session_id TEXT NOT NULL,
  at_ns INTEGER NOT NULL,
  venue TEXT NOT NULL,
  symbol TEXT NOT NULL,
  ledger_index INTEGER NOT NULL,
  best_bid TEXT,
  best_ask TEXT,
  mid TEXT,
  pool_mid TEXT,
  anchor TEXT,
  anchor_source TEXT,
  divergence_bps TEXT,
  our_bid TEXT,
  our_ask TEXT,
  distance_to_bid_touch_bps TEXT,
  distance_to_ask_touch_bps TEXT,
  suspended TEXT,
  base_balance TEXT,
  quote_balance TEXT
) STRICT;
CREATE INDEX market_snapshots_by_session ON market_snapshots(session_id, snapshot_id);
"""
_DESK_SNAPSHOTS = """
CREATE TABLE desk_snapshots(
  snapshot_id INTEGER PRIMARY KEY,
  session_id TEXT NOT NULL,
  at_ns INTEGER NOT NULL,
  venue TEXT NOT NULL,
  positions INTEGER NOT NULL,
  unpriced INTEGER NOT NULL,
  cost_quote TEXT NOT NULL,
  value_quote TEXT NOT NULL,
  realised_quote TEXT NOT NULL,
  free TEXT NOT NULL,
  reserved TEXT NOT NULL,
  committed TEXT NOT NULL
) STRICT;
CREATE INDEX desk_snapshots_by_session ON desk_snapshots(session_id, snapshot_id);
"""
_AGE_SNAPSHOTS = """
CREATE TABLE age_snapshots(
  snapshot_id INTEGER PRIMARY KEY,
  session_id TEXT NOT NULL,
  at_ns INTEGER NOT NULL,
  venue TEXT NOT NULL,
  symbols INTEGER NOT NULL,
  age_p50_ms INTEGER NOT NULL,
  age_p99_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX age_snapshots_by_session ON age_snapshots(session_id, snapshot_id);
"""
MARKET_MIGRATIONS = (Migration(1, (_MARKET_SNAPSHOTS,)), Migration(2, (_DESK_SNAPSHOTS, _AGE_SNAPSHOTS)))
