"""What goes wrong between a client and the exchange, drawn from a seed: latency, refusals, lost and doubled requests."""

from __future__ import annotations

import math
import random
from collections import deque
from enum import Enum

import attrs

from neo.records import frozen

#: The 99th percentile of the standard normal distribution.
_Z99 = 2.3263478740408408


class Trouble(Enum):
    """NONE; then refusals before anything happened; then those where the request was carried out all the same."""

    NONE = "none"
    SERVER_ERROR = "server_error"
    BAD_GATEWAY = "bad_gateway"
    RATE_LIMITED = "rate_limited"
    BANNED = "banned"
    CONNECTION_LOST = "connection_lost"
    HANG = "hang"
    REPLY_LOST = "reply_lost"
    STATUS_UNKNOWN = "status_unknown"
    REPLY_HANGS = "reply_hangs"
    MALFORMED = "malformed"
    DUPLICATED = "duplicated"

    @property
    def is_carried_out(self) -> bool:
        return self in _CARRIED_OUT


_CARRIED_OUT = frozenset(
    {
        Trouble.NONE,
        Trouble.REPLY_LOST,
        Trouble.STATUS_UNKNOWN,
        Trouble.REPLY_HANGS,
        Trouble.MALFORMED,
        Trouble.DUPLICATED,
    }
)
#: What an "error rate" means when nobody says more: mostly refusals, some answers that never come.
_MIX = (
    (Trouble.SERVER_ERROR, 4), (Trouble.BAD_GATEWAY, 2), (Trouble.RATE_LIMITED, 2), (Trouble.CONNECTION_LOST, 1),
    (Trouble.REPLY_LOST, 1),
)  # fmt: skip


@frozen
class Latency:
    """Lognormal time for a request and its reply together, in ms; no latency by default."""

    median_ms: float = 0.0
    p99_ms: float = 0.0

    def draw_ms(self, rng: random.Random) -> float:
        if self.median_ms <= 0:
            return 0.0
        spread = math.log(max(self.p99_ms, self.median_ms) / self.median_ms) / _Z99
        return self.median_ms * math.exp(rng.gauss(0.0, spread))


@frozen
class Climate:
    """`errors` is the share of requests that meet some trouble of the usual mix; `order_troubles` are shares of requests
    that place or cancel orders, in addition. `late_visibility_ms`: an accepted order cannot be found for so long.
    """

    latency: Latency = attrs.field(factory=Latency)
    errors: float = 0.0
    order_troubles: tuple[tuple[Trouble, float], ...] = ()
    late_visibility_ms: int = 0


@frozen
class Disturbance:
    """What this one request meets; half of the delay lies before it is carried out, half behind."""

    delay_ms: float
    trouble: Trouble


class Weather:
    """Draws for each request; what was ordered by `next` comes first."""

    def __init__(self, climate: Climate, rng: random.Random) -> None:
        self.climate = climate
        self._rng = rng
        self._ordered: deque[tuple[Trouble, bool]] = deque()

    def next(self, trouble: Trouble, times: int = 1, *, orders_only: bool = True) -> None:
        """The coming `times` requests meet `trouble`; with `orders_only` those that place or cancel orders."""
        self._ordered.extend([(trouble, orders_only)] * times)

    def clear(self) -> None:
        self._ordered.clear()

    def draw(self, *, is_order: bool) -> Disturbance:
        return Disturbance(self.climate.latency.draw_ms(self._rng), self._trouble(is_order=is_order))

    def _trouble(self, *, is_order: bool) -> Trouble:
        if self._ordered and (is_order or not self._ordered[0][1]):
            return self._ordered.popleft()[0]
        if is_order:
            for trouble, share in self.climate.order_troubles:
                if self._rng.random() < share:
                    return trouble
        if self._rng.random() < self.climate.errors:
            return self._rng.choices([each for each, _ in _MIX], [weight for _, weight in _MIX])[0]
        return Trouble.NONE
