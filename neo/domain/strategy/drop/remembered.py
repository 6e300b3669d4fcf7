"""What a drop buyer has to remember over a restart, as rows of engine_state: anchors, trailing highs, and its counts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

import attrs

from neo.domain.messages.journal import EngineStateSet
from neo.domain.messages.storage import Recovery
from neo.domain.strategy.drop.anchor import StoredAnchor
from neo.domain.strategy.drop.buyer import BuyerState
from neo.domain.strategy.drop.ledger_of_drops import DropCounts


def anchors_key(venue: str) -> str:
    """engine_state key of the persistent anchors."""
    return f"drop_anchors.{venue}"


def counts_key(session_id: str) -> str:
    """engine_state key of a session's counts, for its summary."""
    return f"drop_counts.{session_id}"


def to_rows(state: BuyerState, venue: str, session_id: str) -> tuple[EngineStateSet, EngineStateSet]:
    """Both rows as they should stand now. An anchor of before stays until its symbol has been seen."""
    anchors = {
        symbol: [str(book.anchor.persistent), book.anchor.seen_at_ns]
        for symbol, book in sorted(state.books.items())
        if book.anchor.persistent is not None
    }
    unseen = {symbol: [str(stored.price), stored.seen_at_ns] for symbol, stored in state.stored.items()}
    counts = json.dumps(attrs.asdict(state.counts), sort_keys=True)
    return EngineStateSet(anchors_key(venue), json.dumps({**unseen, **anchors})), EngineStateSet(
        counts_key(session_id), counts
    )


def stored_anchors(recovery: Recovery, venue: str) -> Mapping[str, StoredAnchor]:
    """The anchors of before. What cannot be read is left out: it begins anew with the first price."""
    text = dict(recovery.engine_state).get(anchors_key(venue))
    try:
        rows = json.loads(text) if text is not None else {}
        found = {symbol: StoredAnchor(Decimal(price), int(at_ns)) for symbol, (price, at_ns) in rows.items()}
    except (TypeError, ValueError, AttributeError, InvalidOperation):
        return {}
    return {symbol: stored for symbol, stored in found.items() if stored.price.is_finite() and stored.price > 0}


def stored_counts(recovery: Recovery, session_id: str) -> DropCounts:
    """A rebuilt drop buyer goes on counting where the one before left off."""
    return counts_from(dict(recovery.engine_state).get(counts_key(session_id)))


def counts_from(text: str | None) -> DropCounts:
    """The counts of a row; none when there is no row or it cannot be read."""
    try:
        rows = json.loads(text) if text is not None else {}
        read: dict[str, Any] = {
            name: _count(rows[name], was) for name, was in attrs.asdict(DropCounts()).items() if name in rows
        }
    except (TypeError, ValueError, AttributeError, OverflowError):
        return DropCounts()
    return DropCounts(**read)


def _count(value: Any, was: object) -> int | dict[str, int]:
    """A count, or counts by name: what stands there in an empty ledger says which."""
    return {str(name): int(count) for name, count in value.items()} if isinstance(was, dict) else int(value)
