"""Request budgets as exchanges keep them: so much weight in each window of time, then 429, then a ban."""

from __future__ import annotations

from neo.records import define, frozen

#: Requests in spite of 429 that are borne before the sender is banned, and the length of the first ban.
_OFFENCES_MAX = 20
_BAN_MS = 120_000
_BAN_MAX_MS = 3 * 86_400_000


@frozen
class Budget:
    """`weight` per window of `window_ms`; windows begin at multiples of their length."""

    weight: int
    window_ms: int


@define
class _Window:
    index: int = -1
    used: int = 0


@define
class _Offender:
    offences: int = 0
    bans: int = 0
    banned_until_ms: int = 0


class Limits:
    """Counts for every key (an address, an account, an endpoint of either), scaled by `share`; 0 switches them off. Beyond
    `_KEYS_MAX` the oldest are forgotten, so that memory stays bounded.
    """

    _KEYS_MAX = 10_000

    def __init__(self, share: float) -> None:
        self._share = share
        self._windows: dict[tuple[str, Budget], _Window] = {}
        self._offenders: dict[str, _Offender] = {}

    def charge(self, key: str, budget: Budget, weight: int, now_ms: int) -> int:
        """Seconds to wait when the budget is spent, else 0."""
        if self._share <= 0:
            return 0
        window = self._window(key, budget, now_ms)
        window.used += weight
        if window.used <= budget.weight * self._share:
            return 0
        return max(1, -(-((window.index + 1) * budget.window_ms - now_ms) // 1_000))

    def used(self, key: str, budget: Budget, now_ms: int) -> int:
        return self._window(key, budget, now_ms).used

    def banned_until_ms(self, sender: str, now_ms: int) -> int:
        """0 when the sender is not banned."""
        offender = self._offenders.get(sender)
        return offender.banned_until_ms if offender is not None and offender.banned_until_ms > now_ms else 0

    def offend(self, sender: str, now_ms: int) -> None:
        """A request was refused with 429. Whoever goes on is banned, longer each time."""
        offender = self._offenders.setdefault(sender, _Offender())
        self._forget_oldest()
        offender.offences += 1
        if offender.offences >= _OFFENCES_MAX:
            self.ban(sender, now_ms, min(_BAN_MS * 2**offender.bans, _BAN_MAX_MS))

    def ban(self, sender: str, now_ms: int, length_ms: int = _BAN_MS) -> None:
        offender = self._offenders.setdefault(sender, _Offender())
        offender.banned_until_ms = now_ms + length_ms
        offender.bans += 1
        offender.offences = 0

    def remembered(self) -> int:
        """Windows and senders in memory."""
        return len(self._windows) + len(self._offenders)

    def lift_bans(self) -> None:
        self._offenders.clear()

    def _window(self, key: str, budget: Budget, now_ms: int) -> _Window:
        window = self._windows.setdefault((key, budget), _Window())
        self._forget_oldest()
        index = now_ms // budget.window_ms
        if window.index != index:
            window.index, window.used = index, 0
        return window

    def _forget_oldest(self) -> None:
        while len(self._windows) > self._KEYS_MAX:
            del self._windows[next(iter(self._windows))]
        while len(self._offenders) > self._KEYS_MAX:
            del self._offenders[next(iter(self._offenders))]
