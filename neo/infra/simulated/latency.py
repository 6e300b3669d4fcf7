"""How long a request to the simulated node takes, each way."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Protocol

from neo.domain.units import NS_PER_MS
from neo.records import frozen


class CancelHandle(Protocol):
    def cancel(self) -> None: ...


class Scheduler(Protocol):
    """What the runtime gives to a simulated venue: a clock, timers on one thread, named seeded sub-streams."""

    def now_ns(self) -> int: ...

    def after(self, delay_ns: int, callback: Callable[[], None], /) -> CancelHandle: ...

    def rng_for(self, label: str, /) -> random.Random: ...


@frozen
class Latency:
    """A request travels `typical_ns` there and back; one way varies from half to one and a half of its share.

    One reply in fifty is five times slower, as on a real network.
    """

    typical_ns: int = 40 * NS_PER_MS

    @property
    def there_ns(self) -> int:
        return self.typical_ns // 2

    def back_ns(self, rng: random.Random) -> int:
        half = self.typical_ns // 2
        back = half // 2 + int(rng.random() * half)
        return back * 5 if rng.random() < 0.02 else back
