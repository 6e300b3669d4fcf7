"""How much a client asks, as the server's resource manager counts it. Source: rippled `ResourceManager`; recording 19."""

from __future__ import annotations

from math import exp

from neo.records import define

#: Requests at once after which answers carry a warning, and after which the connection is closed.
WARNING_AT = 50.0
DROP_AT = 260.0
#: What being let go adds, so that the client stays out for some seconds (rippled: 6,000 of the 25,000 that drop).
DROP_COST = 60.0
_DECAY_S = 8.0


@define
class LoadMeter:
    """One client's balance; it decays with time. Times in seconds of the ledger's clock."""

    balance: float = 0.0
    at_s: float = 0.0

    def charge(self, now_s: float, cost: float = 1.0) -> None:
        self._decay(now_s)
        self.balance += cost

    def warns(self) -> bool:
        return self.balance >= WARNING_AT

    def drops(self, now_s: float) -> bool:
        self._decay(now_s)
        return self.balance >= DROP_AT

    def dropped(self, now_s: float) -> None:
        """A connection of this client was closed for it."""
        self.charge(now_s, DROP_COST)

    def _decay(self, now_s: float) -> None:
        self.balance *= exp(-max(0.0, now_s - self.at_s) / _DECAY_S)
        self.at_s = now_s
