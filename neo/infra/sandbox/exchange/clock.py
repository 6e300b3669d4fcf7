"""The exchange's clock: this machine's, with a drift that can be changed while it runs."""

from __future__ import annotations

import time

from neo.domain.units import NS_PER_MS


class ExchangeClock:
    """Milliseconds since the Unix epoch, as the exchange believes."""

    def __init__(self, drift_ms: int = 0) -> None:
        self.drift_ms = drift_ms

    def now_ms(self) -> int:
        return time.time_ns() // NS_PER_MS + self.drift_ms
