"""What is said about the polling of an exchange's market data."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from neo.domain.market.poll_cycles import PollOverrun, TierRecord, percentile
from neo.domain.market.skip_list import SkippedSymbol
from neo.domain.market.tiers import Tier
from neo.domain.telemetry.event import Severity, TelemetryEvent
from neo.domain.units import NS_PER_MS
from neo.records import frozen


def _ms(nanoseconds: int | None) -> int | None:
    return None if nanoseconds is None else nanoseconds // NS_PER_MS


@frozen
class MdPollOverrun(TelemetryEvent):
    """When a polling cycle was not done before the next had to start."""

    NAME: ClassVar[str] = "MD_POLL_OVERRUN"
    SEVERITY: ClassVar[Severity] = Severity.WARNING
    tier: str
    interval_ms: int
    duration_ms: int
    overrun_ms: int
    symbols: int
    slowest: str

    @classmethod
    def of(cls, tier: Tier, late: PollOverrun) -> MdPollOverrun:
        return cls(
            tier.value,
            late.interval_ns // NS_PER_MS,
            late.duration_ns // NS_PER_MS,
            late.overrun_ns // NS_PER_MS,
            late.symbols,
            late.slowest,
        )


@frozen
class MdHealth(TelemetryEvent):
    """Once a minute for each tier that polls: success, cycle times, and how old the quotes were. None: nothing measured."""

    NAME: ClassVar[str] = "MD_HEALTH"
    tier: str
    symbols: int
    cycles: int
    overruns: int
    success_rate: Decimal | None
    p50_ms: int | None
    p95_ms: int | None
    p99_ms: int | None
    age_p50_ms: int | None
    age_p99_ms: int | None
    degraded: int
    skipped: int

    @classmethod
    def of(cls, tier: Tier, symbols: int, record: TierRecord, degraded: int, skipped: int) -> MdHealth:
        p50, p95, p99 = (percentile(record.durations_ns, Decimal(share)) for share in ("0.5", "0.95", "0.99"))
        age_p50, age_p99 = (percentile(record.ages_ns, Decimal(share)) for share in ("0.5", "0.99"))
        return cls(
            tier.value,
            symbols,
            record.cycles,
            record.overruns,
            record.success_rate,
            _ms(p50),
            _ms(p95),
            _ms(p99),
            _ms(age_p50),
            _ms(age_p99),
            degraded,
            skipped,
        )


@frozen
class MdTierMoved(TelemetryEvent):
    """When a symbol is polled more or less often from now on."""

    NAME: ClassVar[str] = "MD_TIER_MOVED"
    SEVERITY: ClassVar[Severity] = Severity.DEBUG
    symbol: str
    from_tier: str
    to_tier: str


@frozen
class MdSymbolDegraded(TelemetryEvent):
    """When a symbol keeps failing and is asked less often, and when it is back (`rest_ms` 0)."""

    NAME: ClassVar[str] = "MD_SYMBOL_DEGRADED"
    SEVERITY: ClassVar[Severity] = Severity.WARNING
    symbol: str
    failures: int
    rest_ms: int


@frozen
class MdSymbolSkipped(TelemetryEvent):
    """When the exchange does not know a symbol (any more): once for each entry of the skip list."""

    NAME: ClassVar[str] = "MD_SYMBOL_SKIPPED"
    SEVERITY: ClassVar[Severity] = Severity.WARNING
    symbol: str
    detail: str
    skipped: int

    @classmethod
    def of(cls, entry: SkippedSymbol, skipped: int) -> MdSymbolSkipped:
        return cls(entry.symbol, entry.detail, skipped)


@frozen
class MdHeldSymbolWatched(TelemetryEvent):
    """When a symbol that is not on the watchlist is polled because it is held: it is sold as any other, and not bought again."""

    NAME: ClassVar[str] = "MD_HELD_SYMBOL_WATCHED"
    SEVERITY: ClassVar[Severity] = Severity.WARNING
    symbol: str


@frozen
class MdSymbolRelisted(TelemetryEvent):
    """When a market reload lists a skipped symbol again."""

    NAME: ClassVar[str] = "MD_SYMBOL_RELISTED"
    symbol: str
    skipped: int


@frozen
class MdSkipListAlert(TelemetryEvent):
    """When the skip list grew by more than skip_list_alert_per_hour within an hour; once until it calms down."""

    NAME: ClassVar[str] = "MD_SKIP_LIST_ALERT"
    SEVERITY: ClassVar[Severity] = Severity.ERROR
    within_hour: int
    limit: int
    skipped: int


@frozen
class MdMarketsLoaded(TelemetryEvent):
    """After each load of the exchange's markets: how many it lists, and how many of the watched are among them."""

    NAME: ClassVar[str] = "MD_MARKETS_LOADED"
    listed: int
    watched: int
    gone: int
    back: int
