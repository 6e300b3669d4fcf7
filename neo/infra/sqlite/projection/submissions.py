"""Table ``submissions``: transactions that were sent, and their verdicts."""

from __future__ import annotations

from neo.domain.messages.journal import SubmissionPrepared, SubmissionResolved
from neo.infra.sqlite.projection.sheet import BooksContradiction, Projections, Sheet
from neo.infra.sqlite.whole_row import bound, insert_whole

TABLES = ("submissions",)

_PREPARE = insert_whole(
    "submissions",
    {
        **bound("venue hash order_id purpose sequence ticket_sequence last_ledger_sequence fee_drops"),
        "state": "'pending'",
        "result": "NULL",
        "ledger_index": "NULL",
        **bound("prepared_lsn prepared_at_ns", 9),
        "resolved_at_ns": "NULL",
    },
)
_RESOLVE = (
    "UPDATE submissions SET state = 'resolved', result = ?, ledger_index = ?, resolved_at_ns = ? "
    "WHERE venue = ? AND hash = ? AND state = 'pending'"
)
_VERDICT = "SELECT result FROM submissions WHERE venue = ? AND hash = ?"


def prepared(sheet: Sheet, event: SubmissionPrepared) -> None:
    """A signed transaction is about to leave the process."""
    if event.order_id is not None:
        sheet.referred.add(event.order_id)
    if any((known.venue, known.hash) == (event.venue, event.hash) for known in sheet.resolved):
        raise BooksContradiction(f"transaction {event.hash} had its verdict before it was prepared")
    sheet.prepared.append(
        (
            event.venue,
            event.hash,
            event.order_id,
            event.purpose.value,
            event.sequence,
            event.ticket_sequence,
            event.last_ledger_sequence,
            event.fee_drops,
            sheet.lsn,
            sheet.at_ns,
        )
    )


def resolved(sheet: Sheet, event: SubmissionResolved) -> None:
    """The verdict. Repeating the same one changes nothing; another one, or one on an unknown transaction, is refused."""
    sheet.resolved.append(event)


def write_prepared(sheet: Sheet) -> None:
    """The transactions, behind their orders."""
    sheet.execute_many(_PREPARE, sheet.prepared)


def write_resolved(sheet: Sheet) -> None:
    """The verdicts, behind the transactions."""
    execute, changes, at_ns = sheet.execute, sheet.changes, sheet.at_ns
    for event in sheet.resolved:
        execute(_RESOLVE, (event.result, event.ledger_index, at_ns, event.venue, event.hash))
        if changes():
            continue
        earlier = execute(_VERDICT, (event.venue, event.hash)).get
        if earlier is None:
            raise BooksContradiction(f"transaction {event.hash} was never prepared")
        if earlier != event.result:
            raise BooksContradiction(f"transaction {event.hash} has the verdict {earlier}, not {event.result}")


PROJECTIONS: Projections = {SubmissionPrepared: prepared, SubmissionResolved: resolved}
