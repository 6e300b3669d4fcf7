"""The capital overlay for `neo capital`: read from the books, and written by hand while no engine runs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from neo.domain.messages.storage import AssetBalance
from neo.domain.money.capital_entry import CapitalEntry, EntryEffect, effect_of
from neo.domain.money.exact import total
from neo.domain.ports import JournalWrite, WriteRefused
from neo.domain.units import NS_PER_S
from neo.infra.sqlite.books_reader import BooksReader
from neo.infra.sqlite.books_rows import CapitalRow
from neo.infra.sqlite.errors import StorageFailed
from neo.records import frozen

_WRITER = "capital by hand"


@frozen
class CapitalBook:
    """`events` newest first, `left_out` older ones; balances by venue and asset."""

    database: Path
    balances: tuple[AssetBalance, ...]
    events: tuple[CapitalRow, ...]
    left_out: int


def read_capital(database: Path, venue: str | None, asset: str | None, limit: int) -> CapitalBook:
    """At most `limit` events, 0 for all. Works while an engine runs."""
    with BooksReader(database) as reader:
        balances, events = reader.balances(), reader.capital_events()
    wanted = [row for row in reversed(events) if venue in (None, row.venue) and asset in (None, row.asset)]
    shown = wanted[:limit] if limit else wanted
    return CapitalBook(
        database,
        tuple(row for row in balances if venue in (None, row.venue) and asset in (None, row.asset)),
        tuple(shown),
        len(wanted) - len(shown),
    )


def foreseen(database: Path, entry: CapitalEntry) -> EntryEffect:
    """What an entry would do. EntryRefused as `written`."""
    with BooksReader(database) as reader:
        return effect_of(entry, reader.recovery())


def written(database: Path, entry: CapitalEntry) -> EntryEffect:
    """Write the entry. EntryRefused when the books cannot take it, DatabaseInUse while an engine runs."""
    from neo.infra.sqlite.startup import StoreClock, StoreSettings
    from neo.infra.sqlite.state_store import open_state_store

    foreseen(database, entry)  # nothing is opened for writing, and no new database made, for an entry that is refused
    store = open_state_store(StoreSettings(database, runs_kept=0), session=_WRITER, clock=StoreClock())
    try:
        effect = effect_of(entry, store.recovery())
        (answer,) = store.commit([JournalWrite(_WRITER, entry.at_ns, effect.events)])
        if isinstance(answer, WriteRefused):
            raise StorageFailed("the entry could not be written", answer.reason)
    finally:
        store.close()
    return effect


# ----------------------------------------------------------------------------------------------------------- in words


def capital_lines(book: CapitalBook) -> Iterator[str]:
    """Balances, then events."""
    if not book.balances:
        yield f"the books in {book.database} count no such money yet"
    for row in book.balances:
        if not row.fills_only and not row.capital:
            continue  # bought and sold again, to the last digit
        owned = total(row.fills_only, row.capital)
        yield f"{row.venue:<10} {row.asset:<8} {owned:f}  (trading {row.fills_only:+f}, capital {row.capital:+f})"
    for event in book.events:
        yield f"{_utc(event.at_ns)}  {event.venue} {event.kind.value} {event.amount:+f} {event.asset}  {event.note}"
    if book.left_out:
        yield f"and {book.left_out} older events; --limit 0 shows all"


def entry_line(entry: CapitalEntry, effect: EntryEffect, *, is_written: bool) -> str:
    """One sentence."""
    did = "written" if is_written else "DRY RUN, nothing is written"
    text = f"{did}: {entry.kind.value} {entry.signed:+f} {entry.asset} on {entry.venue}"
    text += f"; the books had {effect.before:f}, {'have' if is_written else 'would have'} {effect.after:f}"
    return text + "".join(f"; position {each.symbol} of {each.quantity:f} closed" for each in effect.closed)


# ------------------------------------------------------------------------------------------------------- for programs


def capital_values(book: CapitalBook) -> dict[str, Any]:
    """For `--json`: amounts are strings."""
    return {
        "format": 1,
        "database": str(book.database),
        "balances": [
            {
                "venue": row.venue,
                "asset": row.asset,
                "fills_only": f"{row.fills_only:f}",
                "capital": f"{row.capital:f}",
                "total": f"{total(row.fills_only, row.capital):f}",
            }
            for row in book.balances
        ],
        "events": [
            {
                "event_id": row.event_id,
                "at_ns": row.at_ns,
                "session": row.session_id or None,
                "venue": row.venue,
                "asset": row.asset,
                "amount": f"{row.amount:f}",
                "kind": row.kind.value,
                "note": row.note,
            }
            for row in book.events
        ],
        "left_out": book.left_out,
    }


def entry_values(database: Path, entry: CapitalEntry, effect: EntryEffect, *, is_written: bool) -> dict[str, Any]:
    """For `--json`: amounts are strings."""
    return {
        "format": 1,
        "database": str(database),
        "written": is_written,
        "venue": entry.venue,
        "asset": entry.asset,
        "kind": entry.kind.value,
        "amount": f"{entry.signed:f}",
        "who": entry.who,
        "note": entry.why,
        "at_ns": entry.at_ns,
        "before": f"{effect.before:f}",
        "after": f"{effect.after:f}",
        "closed": [each.symbol for each in effect.closed],
    }


def _utc(at_ns: int) -> str:
    return datetime.fromtimestamp(at_ns // NS_PER_S, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
