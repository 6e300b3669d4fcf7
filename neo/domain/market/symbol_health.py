"""A symbol that keeps failing is asked less often, and comes back by itself."""

from __future__ import annotations

from neo.records import frozen


@frozen(kw_only=True)
class DegradationRules:
    """At `failures_max` failures in a row a symbol rests for `backoff_first_ns`; each further one doubles that.

    No rest is longer than `backoff_max_ns`.
    """

    failures_max: int
    backoff_first_ns: int
    backoff_max_ns: int


@frozen
class SymbolHealth:
    """`resting_until_ns`: not asked before; None while healthy."""

    failures_in_a_row: int = 0
    resting_until_ns: int | None = None

    @property
    def is_degraded(self) -> bool:
        return self.resting_until_ns is not None

    def is_due(self, at_ns: int) -> bool:
        """Whether it may be asked now: a degraded symbol is tried once when its rest is over."""
        return self.resting_until_ns is None or at_ns >= self.resting_until_ns


HEALTHY = SymbolHealth()


def answered(health: SymbolHealth) -> SymbolHealth:
    """One good answer is enough."""
    return HEALTHY if health.failures_in_a_row else health


def failed(rules: DegradationRules, health: SymbolHealth, at_ns: int) -> SymbolHealth:
    """One more failure."""
    failures = health.failures_in_a_row + 1
    beyond = failures - rules.failures_max
    if beyond < 0:
        return SymbolHealth(failures)
    # The exponent is bounded before it is used: a symbol may fail for weeks.
    rest_ns = rules.backoff_first_ns << min(beyond, 40)
    return SymbolHealth(failures, at_ns + min(rest_ns, rules.backoff_max_ns))
