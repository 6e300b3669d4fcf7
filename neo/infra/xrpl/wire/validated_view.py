"""What every view of a validated ledger has in common: which ledger, validated, no error."""

from __future__ import annotations

from collections.abc import Sequence

from neo.infra.xrpl.wire.errors import WireError
from neo.infra.xrpl.wire.fields import Fields
from neo.records import frozen

#: Pages that a list of one account or book can come in; an endless chain of markers is a lie.
PAGES_MAX = 100


@frozen
class ViewedLedger:
    """The ledger that an answer is about."""

    index: int
    hash: str


def open_view(result: object, name: str) -> tuple[Fields, ViewedLedger]:
    """The answer `name` as checked fields. WireError unless it is of a validated ledger and no error."""
    fields = Fields(result, name)
    if "error" in fields:
        raise fields.wrong("error", "an answer without an error")
    fields.only("validated", True, "true: the ledger is validated")
    return fields, ViewedLedger(fields.digits("ledger_index", least=1), fields.hash256("ledger_hash"))


def open_pages(results: Sequence[object], name: str, account: str) -> tuple[tuple[Fields, ...], ViewedLedger]:
    """All pages of a list about `account`. WireError unless all are of one ledger and only the last has no marker."""
    if not 1 <= len(results) <= PAGES_MAX:
        raise WireError(name, f"1 to {PAGES_MAX} pages", len(results))
    opened = [open_view(result, name) for result in results]
    pages, ledger = tuple(fields for fields, _ in opened), opened[0][1]
    for number, (page, of) in enumerate(opened):
        page.only("account", account, f"the account {account}")
        same_ledger(page, of, ledger)
        if ("marker" in page) is (number == len(opened) - 1):
            raise page.wrong("marker", "a marker on every page but the last")
    return pages, ledger


def same_ledger(fields: Fields, found: ViewedLedger, ledger: ViewedLedger) -> None:
    """WireError when two answers that belong together are of different ledgers, or of two ledgers with one index."""
    if found != ledger:
        raise fields.wrong("ledger_index", f"ledger {ledger.index} with hash {ledger.hash[:8]}…, as the answer before")
