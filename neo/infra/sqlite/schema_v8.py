"""Schema version 8: what a commit writes, on fewer pages. Never edited once released.

- Transactions lie in the order in which they were written down instead of that of their hashes, which are random: a verdict,
  and the next transaction, find the newest page. No question goes from an order to its transactions any more, so that index
  is gone.
- Steps of orders are read from the journal, which has them already, word for word.
"""

from __future__ import annotations

_SUBMISSIONS = """
CREATE TABLE submissions_v8(
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
  prepared_lsn INTEGER PRIMARY KEY,
  prepared_at_ns INTEGER NOT NULL,
  resolved_at_ns INTEGER,
  UNIQUE(venue, hash)
) STRICT;
"""
_ORDER_EVENTS = """
CREATE VIEW order_events(lsn, order_id, at_ns, event, state, reason) AS
SELECT lsn, payload ->> '$.order_id', at_ns, payload ->> '$.event', payload ->> '$.state',
  coalesce(payload ->> '$.reason', '')
FROM events WHERE kind = 'OrderTransitioned'
"""

STATEMENTS = (
    _SUBMISSIONS,
    "INSERT INTO submissions_v8 SELECT * FROM submissions ORDER BY prepared_lsn",
    "DROP TABLE submissions",
    "ALTER TABLE submissions_v8 RENAME TO submissions",
    "CREATE INDEX submissions_pending ON submissions(prepared_lsn) WHERE state = 'pending'",
    "DROP TABLE order_events",
    _ORDER_EVENTS,
)
