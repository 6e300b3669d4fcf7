"""The machine's clock against the ledger's: offers carry times, and ages of ledgers and books are measured with it."""

from __future__ import annotations

from neo.domain.readiness.finding import Finding, Topic, fail, ok, warn
from neo.domain.units import NS_PER_S

#: Close times are rounded to 10 s and a ledger is validated up to 5 s after it closed: what lies in between is no news.
#: Source: https://xrpl.org/docs/concepts/ledgers/ledger-close-times
BEHIND_S_MAX = 10
AHEAD_S_MAX = 20
#: An offer of a minute would be dead on arrival, or live twice as long.
FAIL_S = 45
_FIX = "synchronise the clock of this machine (systemctl enable --now systemd-timesyncd, chrony, or w32tm /resync)"


def judge_clock(now_ns: int, close_time_ns: int, grace_s: int = 0) -> Finding:
    """`close_time_ns`: of the newest validated ledger of a server that is synced. `grace_s` more for a clock that is sped up."""
    ahead_s = (now_ns - close_time_ns) // NS_PER_S
    if -BEHIND_S_MAX - grace_s <= ahead_s <= AHEAD_S_MAX + grace_s:
        return ok(Topic.CLOCK, "clock", f"agrees with the ledger ({_words(ahead_s)})")
    if abs(ahead_s) <= FAIL_S + grace_s:
        return warn(Topic.CLOCK, "clock", _words(ahead_s), _FIX)
    return fail(Topic.CLOCK, "clock", _words(ahead_s), _FIX)


def _words(ahead_s: int) -> str:
    return f"{abs(ahead_s)} s {'after' if ahead_s >= 0 else 'BEFORE'} the close of the newest ledger"
