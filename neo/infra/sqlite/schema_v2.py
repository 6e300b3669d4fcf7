"""Schema version 2: transactions that belong to no order, and those that spend a ticket. Never edited once released."""

from __future__ import annotations

_SUBMISSIONS = """
CREATE TABLE submissions_v2(
  venue TEXT NOT NULL,
  hash TEXT NOT NULL,
  order_id TEXT REFERENCES orders(order_id),
  purpose TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  ticket_sequence INTEGER,
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
"""
_COPY = """
INSERT INTO submissions_v2
SELECT venue, hash, order_id, purpose, sequence, NULL, last_ledger_sequence, fee_drops, state, result, ledger_index,
  prepared_lsn, prepared_at_ns, resolved_at_ns
FROM submissions
"""

STATEMENTS = (
    _SUBMISSIONS,
    _COPY,
    "DROP TABLE submissions",
    "ALTER TABLE submissions_v2 RENAME TO submissions",
    "CREATE INDEX submissions_pending ON submissions(prepared_lsn) WHERE state = 'pending'",
    "CREATE INDEX submissions_by_order ON submissions(order_id)",
)
