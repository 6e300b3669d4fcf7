"""Close times of a recording that does not tell them.

They matter to offers with an expiration only. In a recording every ledger closes a second after the one before it, so one
number decides: when the ledger of the first views closed. It is bounded by what was accepted and refused as expired, and
within the bounds the one that explains the recording furthest is taken.
"""

from __future__ import annotations

from collections.abc import Callable

from neo.infra.simulated.effects.pool_creation import AUCTION_INTERVALS, AUCTION_SLOT_S
from neo.infra.simulated.results import TEC_EXPIRED
from neo.infra.simulated.verify.initial import first_index, first_view, ledger_time_s
from neo.infra.simulated.verify.recording import Course, NotARecording, RecordedLedger

_SOME_TIME_S = 800_000_000
#: How far below the last possible moment is looked for the true one, and in how many steps at a time.
_SPAN_S = 4_096
_STEPS = 16


def start_time_s(course: Course, progress: Callable[[int], int]) -> int:
    """Close time of the ledger that the first views show. `progress` says how far a time explains the recording."""
    earliest, latest = _bounds(course)
    told = _told_s(course)
    if told is not None and (latest is None or told <= latest) and told >= earliest:
        return told
    if latest is None:
        return max(earliest, _SOME_TIME_S)
    low, high = max(earliest, latest - _SPAN_S), latest
    best, furthest = high, progress(high)
    while furthest < len(course.events) and high > low:
        step = max(1, (high - low) // _STEPS)
        for candidate in range(high, low - 1, -step):
            reached = progress(candidate)
            if reached > furthest:
                best, furthest = candidate, reached
        low, high = max(low, best - step + 1), min(high, best + step - 1)
        if step == 1:
            break
    return best


def _told_s(course: Course) -> int | None:
    """By the first transaction that tells its close time, or by a pool: its slot began when it was founded."""
    first, behind = first_index(course), 0
    for event in course.events:
        if isinstance(event, RecordedLedger):
            behind = behind + 1 if event.index is None else event.index - first
            if event.close_time_s is not None:
                return event.close_time_s - behind
    slot = (first_view(course, "amm_info", "amm") or {}).get("auction_slot")
    if slot is None:
        return None
    try:
        opened_s = ledger_time_s(slot["expiration"]) - AUCTION_SLOT_S
        return opened_s + 1 + int(slot.get("time_interval", 0)) * AUCTION_SLOT_S // AUCTION_INTERVALS
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise NotARecording(f"{course.name}: the pool's auction slot has no expiration", "record amm_info") from error


def _bounds(course: Course) -> tuple[int, int | None]:
    """(earliest, latest) that fit what was refused and accepted; None when nothing was accepted with an expiration."""
    first, ledgers_before = first_index(course), 0
    earliest, latest = 0, None
    for event in course.events:
        if not isinstance(event, RecordedLedger):
            continue
        if event.index is not None:
            ledgers_before = event.index - first - 1
        for sent in event.sent:
            expires = sent.fields.get("Expiration")
            if type(expires) is not int or expires <= 0:
                continue
            if sent.preliminary == TEC_EXPIRED:
                earliest = max(earliest, expires - ledgers_before)
            elif sent.preliminary.startswith("tes"):
                bound = expires - ledgers_before - 1
                latest = bound if latest is None else min(latest, bound)
        ledgers_before += event.index is None
    return earliest, latest
