"""Polling that cannot keep its interval, answers that do not come, symbols that are lost."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from neo.domain.diagnosis.evidence import Evidence
from neo.domain.diagnosis.polling import TierPolling, in_seconds, weight_share, worst_first
from neo.domain.diagnosis.problem import Problem, Weight

#: Beyond this share of late cycles, or so much slower than asked, the market is not seen in time any more.
CRITICAL_SHARE = Decimal("0.05")
CRITICAL_SLOWNESS = Decimal("1.5")
SUCCESS_MIN = Decimal("0.95")
#: A tier that polled less often tells nothing about the interval that it needs.
CYCLES_MIN = 10


def poll_overruns(evidence: Evidence) -> Iterator[Problem]:
    """One problem for all tiers: they share the way to the exchange."""
    late = worst_first([tier for tier in evidence.polling if tier.overruns])
    if not late:
        return
    worst = late[0]
    telling = [tier for tier in late if tier.cycles >= CYCLES_MIN]
    critical = any(t.overrun_share > CRITICAL_SHARE or weight_share(t) > CRITICAL_SLOWNESS for t in telling)
    total = sum(tier.overruns for tier in late)
    minutes = Decimal(max(1, evidence.duration_s)) / 60
    yield Problem(
        key="poll_overruns",
        weight=Weight.CRITICAL if critical else Weight.MEDIUM,
        title=f"Polling overruns: tier {worst.tier} takes {in_seconds(worst.mean_overrun_ms)} a late cycle, "
        f"{in_seconds(worst.interval_ms)} are allowed",
        count=total,
        first_ns=min(tier.first_ns for tier in late if tier.first_ns is not None),
        last_ns=max(tier.last_ns for tier in late if tier.last_ns is not None),
        evidence=(
            f"{total} MD_POLL_OVERRUN, {total / minutes:.1f} a minute",
            *(_seen(tier) for tier in late),
            *_hastened(evidence, worst),
        ),
        impact="Quotes are older than the interval says: drops are found late, and stale quotes are refused.",
        advice=(
            *(_advice(tier) for tier in late),
            "One bulk request for all symbols instead of batches; see the slowest endpoint named above.",
        ),
    )


def _hastened(evidence: Evidence, tier: TierPolling) -> Iterator[str]:
    """In a session that runs faster than the clock a short pause of the machine is a long cycle."""
    speed = Decimal(str(evidence.config.get("speed", 1))) if evidence.summary.mode == "sim" else Decimal(1)
    if speed > 1 and tier.mean_overrun_ms is not None:
        yield (
            f"the session ran {speed.normalize():f} times faster than the clock: {in_seconds(tier.mean_overrun_ms)} of it are "
            f"{tier.mean_overrun_ms / speed:.0f} ms of this machine, which may have been busy with something else"
        )


def _seen(tier: TierPolling) -> str:
    slowest = ", ".join(f"{name} {count} x" for name, count in tier.slowest[:3] if name)
    return (
        f"{tier.tier}: {tier.overruns} of {tier.cycles} cycles late ({100 * tier.overrun_share:.1f} %), {tier.symbols} symbols, "
        f"p50 {in_seconds(tier.p50_ms)}, p95 {in_seconds(tier.p95_ms)}, p99 {in_seconds(tier.p99_ms)}, "
        f"a start every {in_seconds(tier.mean_interval_ms)}, longest {in_seconds(max(tier.durations_ms, default=None))}"
        + (f"; slowest: {slowest}" if slowest else "")
    )


def _advice(tier: TierPolling) -> str:
    if tier.cycles < CYCLES_MIN:
        return f"{tier.tier}: {tier.cycles} cycles tell nothing about the interval that it needs; look at a longer session."
    supported = tier.supported_interval_ms
    if supported is None or (tier.interval_ms is not None and supported <= tier.interval_ms):
        return f"{tier.tier}: the interval fits 95 % of the cycles; look at what was slow at the times above."
    return (
        f"Set exchange.{tier.tier}_interval_s = {Decimal(supported) / 1000:.1f} (now {in_seconds(tier.interval_ms)}): 95 % of "
        f"the measured cycles were done in {in_seconds(tier.p95_ms)}."
    )


def poll_success(evidence: Evidence) -> Iterator[Problem]:
    """Too many symbols without an answer."""
    for tier in evidence.polling:
        if tier.success_rate is not None and tier.success_rate <= SUCCESS_MIN:
            yield Problem(
                key="poll_success",
                weight=Weight.HIGH,
                title=f"Tier {tier.tier}: only {100 * tier.success_rate:.1f} % of the symbols asked for were answered",
                count=tier.cycles,
                evidence=(f"{tier.degraded} symbols rested, {tier.skipped} on the skip list at the last MD_HEALTH",),
                impact="Symbols without a quote cannot be bought, and positions in them are not watched.",
                advice=(
                    "See GATEWAY_DOWN and MD_SYMBOL_DEGRADED; fewer symbols, or a longer interval, if the exchange limits.",
                ),
            )


def skip_list_alert(evidence: Evidence) -> Iterator[Problem]:
    """Many symbols lost within an hour."""
    alert, skipped = evidence.of("MD_SKIP_LIST_ALERT"), evidence.of("MD_SYMBOL_SKIPPED")
    if alert is None:
        return
    named = ", ".join(name for name, _ in skipped.by("symbol")[:20]) if skipped is not None else ""
    yield Problem(
        key="skip_list_alert",
        weight=Weight.HIGH,
        title="The exchange stopped knowing many watched symbols within an hour",
        count=alert.count,
        first_ns=alert.first_ns,
        last_ns=alert.last_ns,
        evidence=(f"skipped: {named}",) if named else (),
        impact="They are not watched any more until a market reload lists them again.",
        advice=("Remove delisted symbols from exchange.watchlist; if they exist, look at the exchange's markets.",),
    )


def degraded_symbols(evidence: Evidence) -> Iterator[Problem]:
    """Symbols that keep failing."""
    found = evidence.of("MD_SYMBOL_DEGRADED")
    if found is None:
        return
    failing = [said for said in found.samples if said.text("rest_ms") not in ("0", "")]
    if not failing:
        return
    symbols = list(dict.fromkeys(said.text("symbol") for said in failing))
    yield Problem(
        key="degraded_symbols",
        weight=Weight.LOW,
        title=f"{len(symbols)} symbols kept failing and were asked less often",
        count=found.count,
        first_ns=found.first_ns,
        last_ns=found.last_ns,
        evidence=(", ".join(symbols[:20]),),
        impact="Their quotes are old while they rest.",
        advice=("If the same symbols rest in every session, take them off exchange.watchlist.",),
    )
