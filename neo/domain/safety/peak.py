"""The best trading result of a session, kept in the books so that a rebuilt Risk goes on measuring from it."""

from __future__ import annotations

import json
from decimal import Decimal

from neo.domain.messages.storage import Recovery

#: engine_state key; the value is {"session": ..., "peak": "..."} with the peak in units of quote.
PEAK_KEY = "risk.peak_result"


def peak_text(session_id: str, peak: Decimal) -> str:
    """What engine_state keeps."""
    return json.dumps({"session": session_id, "peak": f"{peak:f}"})


def peak_from(recovery: Recovery, session_id: str) -> Decimal | None:
    """The stored peak, if this session wrote it: another session's losses are not this one's drawdown."""
    text = dict(recovery.engine_state).get(PEAK_KEY)
    if text is None:
        return None
    stored = json.loads(text)
    return Decimal(stored["peak"]) if stored["session"] == session_id else None


def later_peak(seen: Decimal | None, stored: Decimal | None) -> Decimal | None:
    """The higher of two peaks, where there are any."""
    known = [peak for peak in (seen, stored) if peak is not None]
    return max(known, default=None)
