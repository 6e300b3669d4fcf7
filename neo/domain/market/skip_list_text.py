"""The skip list as one row of engine_state and back: a restart does not ask for the unknown symbols once more."""

from __future__ import annotations

import json

from neo.domain.market.skip_list import SkipList, SkippedSymbol
from neo.domain.messages.storage import Recovery


def skip_list_key(venue: str) -> str:
    """engine_state key of a venue's skip list."""
    return f"skip_list.{venue}"


def to_text(skips: SkipList) -> str | None:
    """None when it is empty: the row goes."""
    if not skips:
        return None
    return json.dumps([[entry.symbol, entry.since_ns, entry.detail] for entry in skips.entries])


def restored(recovery: Recovery, venue: str) -> SkipList:
    """The stored list. A row that cannot be read counts as none: the venue will say again what it does not know."""
    text = dict(recovery.engine_state).get(skip_list_key(venue))
    try:
        rows = json.loads(text) if text is not None else []
        return SkipList(tuple(SkippedSymbol(str(symbol), int(since), str(detail)) for symbol, since, detail in rows))
    except (TypeError, ValueError):
        return SkipList()
