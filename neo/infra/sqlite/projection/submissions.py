"""Table ``submissions``: transactions that were sent, and their verdicts."""

from __future__ import annotations

from neo.domain.messages.journal import SubmissionPrepared, SubmissionResolved
from neo.infra.sqlite.projection.entry import BooksContradiction, Entry, Execute, Projections

TABLES = ("submissions",)

_PREPARE = (
    "INSERT INTO submissions(venue, hash, order_id, purpose, sequence, ticket_sequence, last_ledger_sequence, "
    "fee_drops, state, prepared_lsn, prepared_at_ns) VALUES(?, ?, ?, ?, ?, ?, ?, ?, 'pending', ?, ?)"
)
_RESOLVE = (
    "UPDATE submissions SET state = 'resolved', result = ?, ledger_index = ?, resolved_at_ns = ? "
    "WHERE venue = ? AND hash = ? AND state = 'pending' RETURNING hash"
)
_VERDICT = "SELECT result FROM submissions WHERE venue = ? AND hash = ?"


def prepared(execute: Execute, entry: Entry, event: SubmissionPrepared) -> None:
    """A signed transaction is about to leave the process."""
    execute(
        _PREPARE,
        (
            event.venue,
            event.hash,
            event.order_id,
            event.purpose.value,
            event.sequence,
            event.ticket_sequence,
            event.last_ledger_sequence,
            event.fee_drops,
            entry.lsn,
            entry.at_ns,
        ),
    )


def resolved(execute: Execute, entry: Entry, event: SubmissionResolved) -> None:
    """The verdict. Repeating the same one changes nothing; another one, or one on an unknown transaction, is refused."""
    values = (event.result, event.ledger_index, entry.at_ns, event.venue, event.hash)
    if execute(_RESOLVE, values).get is not None:
        return
    earlier = execute(_VERDICT, (event.venue, event.hash)).get
    if earlier is None:
        raise BooksContradiction(f"transaction {event.hash} was never prepared")
    if earlier != event.result:
        raise BooksContradiction(f"transaction {event.hash} has the verdict {earlier}, not {event.result}")


PROJECTIONS: Projections = {SubmissionPrepared: prepared, SubmissionResolved: resolved}
