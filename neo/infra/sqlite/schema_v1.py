"""Schema version 1. Never edited once released: a change is a new migration.

Amounts and prices are canonical decimal TEXT (``decimal_text``), times are ns since the epoch. ``events`` is the
truth; every other table is a projection of it (neo/infra/sqlite/projection) and can be rebuilt.
"""

from __future__ import annotations

_JOURNAL = """
CREATE TABLE events(
  lsn INTEGER PRIMARY KEY,
  session_id TEXT NOT NULL,
  at_ns INTEGER NOT NULL,
  sender TEXT NOT NULL,
  kind TEXT NOT NULL,
  schema_version INTEGER NOT NULL,
  payload TEXT NOT NULL
) STRICT;
"""

_SESSIONS = """
CREATE TABLE sessions(
  session_id TEXT PRIMARY KEY,
  run_id TEXT NOT NULL,
  mode TEXT NOT NULL,
  started_at_ns INTEGER NOT NULL,
  ended_at_ns INTEGER,
  config_hash TEXT NOT NULL,
  config_json TEXT NOT NULL,
  code_version TEXT NOT NULL,
  seed INTEGER NOT NULL,
  directory TEXT NOT NULL,
  parent_session TEXT,
  halt_reason TEXT,
  halt_detail TEXT,
  crash_noticed_by TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_start ON sessions(started_at_ns);
CREATE TABLE halts(
  lsn INTEGER PRIMARY KEY,
  session_id TEXT NOT NULL,
  at_ns INTEGER NOT NULL,
  reason TEXT NOT NULL,
  detail TEXT NOT NULL,
  first INTEGER NOT NULL CHECK(first IN (0, 1)),
  cleared_at_ns INTEGER,
  cleared_by TEXT
) STRICT;
CREATE INDEX halts_by_session ON halts(session_id);
CREATE TABLE experiments(
  lsn INTEGER PRIMARY KEY,
  session_id TEXT NOT NULL,
  parent_session TEXT,
  at_ns INTEGER NOT NULL,
  config_difference TEXT NOT NULL,
  results TEXT NOT NULL,
  note TEXT NOT NULL
) STRICT;
"""

_ORDERS = """
CREATE TABLE orders(
  order_id TEXT PRIMARY KEY,
  intent_id TEXT,
  session_id TEXT NOT NULL,
  venue TEXT NOT NULL,
  symbol TEXT NOT NULL,
  side TEXT NOT NULL CHECK(side IN ('buy', 'sell')),
  price TEXT NOT NULL,
  quantity TEXT NOT NULL,
  quote_quantity TEXT NOT NULL,
  level INTEGER NOT NULL,
  state TEXT NOT NULL,
  offer_sequence INTEGER,
  expiration_s INTEGER,
  replaces_order_id TEXT,
  adopted INTEGER NOT NULL DEFAULT 0 CHECK(adopted IN (0, 1)),
  filled_base TEXT NOT NULL DEFAULT '0',
  filled_quote TEXT NOT NULL DEFAULT '0',
  failure_reason TEXT,
  created_lsn INTEGER NOT NULL,
  created_at_ns INTEGER NOT NULL,
  updated_at_ns INTEGER NOT NULL,
  UNIQUE(venue, intent_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX orders_unfinished ON orders(created_lsn)
  WHERE state NOT IN ('FILLED', 'CANCELED', 'EXPIRED', 'FAILED');
CREATE INDEX orders_by_session ON orders(session_id, created_lsn);
CREATE TABLE order_events(
  lsn INTEGER PRIMARY KEY,
  order_id TEXT NOT NULL REFERENCES orders(order_id),
  at_ns INTEGER NOT NULL,
  event TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL
) STRICT;
CREATE INDEX order_events_by_order ON order_events(order_id);
CREATE TABLE submissions(
  venue TEXT NOT NULL,
  hash TEXT NOT NULL,
  order_id TEXT NOT NULL REFERENCES orders(order_id),
  purpose TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  last_ledger_sequence INTEGER NOT NULL,
  fee_drops INTEGER NOT NULL,
  state TEXT NOT NULL CHECK(state IN ('pending', 'resolved')),
  result TEXT,
  ledger_index INTEGER,
  prepared_lsn INTEGER NOT NULL,
  prepared_at_ns INTEGER NOT NULL,
  resolved_at_ns INTEGER,
  PRIMARY KEY(venue, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX submissions_pending ON submissions(prepared_lsn) WHERE state = 'pending';
CREATE INDEX submissions_by_order ON submissions(order_id);
"""

_MONEY = """
CREATE TABLE fills(
  lsn INTEGER PRIMARY KEY,
  venue TEXT NOT NULL,
  fill_id TEXT NOT NULL,
  order_id TEXT NOT NULL REFERENCES orders(order_id),
  session_id TEXT NOT NULL,
  symbol TEXT NOT NULL,
  side TEXT NOT NULL CHECK(side IN ('buy', 'sell')),
  base_quantity TEXT NOT NULL,
  quote_quantity TEXT NOT NULL,
  ledger_index INTEGER NOT NULL,
  position INTEGER NOT NULL,
  transaction_hash TEXT NOT NULL,
  traded_at_ns INTEGER NOT NULL,
  is_maker INTEGER NOT NULL CHECK(is_maker IN (0, 1)),
  UNIQUE(venue, fill_id)
) STRICT;
CREATE INDEX fills_by_session ON fills(session_id);
CREATE INDEX fills_by_order ON fills(order_id);
CREATE TABLE inventory_ledger(
  entry_id INTEGER PRIMARY KEY,
  lsn INTEGER NOT NULL,
  session_id TEXT NOT NULL,
  at_ns INTEGER NOT NULL,
  venue TEXT NOT NULL,
  asset TEXT NOT NULL,
  amount TEXT NOT NULL,
  new_balance TEXT NOT NULL,
  counter_account TEXT NOT NULL CHECK(counter_account IN ('trading', 'fees')),
  reference TEXT NOT NULL,
  UNIQUE(venue, counter_account, reference, asset)
) STRICT;
CREATE INDEX inventory_ledger_by_asset ON inventory_ledger(venue, asset, entry_id);
CREATE TABLE capital_events(
  lsn INTEGER PRIMARY KEY,
  event_id TEXT NOT NULL,
  session_id TEXT NOT NULL,
  at_ns INTEGER NOT NULL,
  venue TEXT NOT NULL,
  asset TEXT NOT NULL,
  amount TEXT NOT NULL,
  kind TEXT NOT NULL,
  note TEXT NOT NULL,
  UNIQUE(venue, event_id)
) STRICT;
"""

_ENGINE = """
CREATE TABLE engine_state(
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL,
  updated_at_ns INTEGER NOT NULL,
  session_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE cursors(
  venue TEXT PRIMARY KEY,
  ledger_index INTEGER NOT NULL,
  updated_at_ns INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE skip_list(
  venue TEXT NOT NULL,
  symbol TEXT NOT NULL,
  reason TEXT NOT NULL,
  listed_at_ns INTEGER NOT NULL,
  session_id TEXT NOT NULL,
  PRIMARY KEY(venue, symbol)
) STRICT, WITHOUT ROWID;
"""

STATEMENTS = (_JOURNAL, _SESSIONS, _ORDERS, _MONEY, _ENGINE)
