"""What keeps a session from trading although it runs: suspended ticks, refusals, orders that fail or stay in doubt."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from neo.domain.diagnosis.evidence import Evidence, Occurrences
from neo.domain.diagnosis.problem import Problem, Weight
from neo.domain.market.suspension import Suspension

UPTIME_MIN_PERCENT = Decimal(95)
#: Beyond this share of orders a failure is no accident any more.
FAILED_SHARE = Decimal("0.05")
#: So few orders prove nothing.
ORDERS_MIN = 20
DOUBTS_MIN = 5
#: So few refused quotes are an accident, however few ticks there were.
REFUSALS_MIN = 10
_REFUSED_SHARE = Decimal("0.05")

_SUSPENSIONS = {
    Suspension.DIVERGENCE.value: "divergence: AMM and book differ by more than strategy.anchor_max_divergence_bps; raise it only "
    "if such gaps are ordinary on this pair.",
    Suspension.ONE_SIDED_BOOK.value: "one_sided_book: the book had one side only; wait, or quote another pair.",
    Suspension.NO_MARKET_DATA.value: "no_market_data: no book was seen; see GATEWAY_DOWN and the nodes.",
    Suspension.NOT_VIABLE.value: "not_viable: the spread floor is not below the ceiling; see strategy.viability.",
    Suspension.OUTSIDE_PRICE_LIMITS.value: "outside_price_limits: see strategy.price_floor and strategy.price_ceiling.",
}


def low_uptime(evidence: Evidence) -> Iterator[Problem]:
    """Too many ticks that quoted nothing."""
    ticks = evidence.summary.ticks
    uptime = ticks.uptime_percent
    if uptime is None or uptime >= UPTIME_MIN_PERCENT:
        return
    said = evidence.of("TICK_SUSPENDED")
    yield Problem(
        key="low_uptime",
        weight=Weight.HIGH if uptime < UPTIME_MIN_PERCENT / 2 else Weight.MEDIUM,
        title=f"Quoting at only {uptime:.1f} % of the ticks",
        count=sum(count for _, count in ticks.suspended),
        first_ns=said.first_ns if said is not None else None,
        last_ns=said.last_ns if said is not None else None,
        evidence=tuple(f"{count} of {ticks.ticks} ticks suspended: {reason}" for reason, count in ticks.suspended),
        impact="No quote, no fill.",
        advice=tuple(_SUSPENSIONS[reason] for reason, _ in ticks.suspended if reason in _SUSPENSIONS),
    )


def quotes_refused(evidence: Evidence) -> Iterator[Problem]:
    """Risk took quotes out of proposals, again and again."""
    refused, ticks = evidence.of("QUOTE_REFUSED"), evidence.of("QUOTE_TICK")
    proposals = ticks.count if ticks is not None else 0
    if refused is None or refused.count < REFUSALS_MIN or refused.count < _REFUSED_SHARE * proposals:
        return
    yield Problem(
        key="quotes_refused",
        weight=Weight.MEDIUM,
        title=f"Risk refused {refused.count} quotes",
        count=refused.count,
        first_ns=refused.first_ns,
        last_ns=refused.last_ns,
        evidence=tuple(
            f"{reason}: {count} of the first {len(refused.samples)}" for reason, count in refused.by("reason")
        ),
        impact="One side or both were missing from the book.",
        advice=(
            "See the details of QUOTE_REFUSED: a limit that is always reached is too low for order_size, or the inventory leans.",
        ),
    )


def failed_orders(evidence: Evidence) -> Iterator[Problem]:
    """Orders that never rested."""
    failed, wanted = evidence.of("ORDER_FAILED"), evidence.of("ORDER_INTENDED")
    orders = wanted.count if wanted is not None else 0
    if failed is None or orders < ORDERS_MIN or failed.count <= FAILED_SHARE * orders:
        return
    yield Problem(
        key="failed_orders",
        weight=Weight.HIGH,
        title=f"{failed.count} of {orders} orders failed",
        count=failed.count,
        first_ns=failed.first_ns,
        last_ns=failed.last_ns,
        evidence=tuple(
            f"{reason}: {count} of the first {len(failed.samples)}" for reason, count in failed.by("reason")[:5]
        ),
        impact="Quotes or entries were missing while they were tried again.",
        advice=("The reason is the venue's own: look it up in its documentation of results.",),
    )


def doubtful_orders(evidence: Evidence) -> Iterator[Problem]:
    """Orders whose outcome was lost; they are looked up, and their funds stay reserved until then."""
    unknown, wanted = evidence.of("ORDER_UNKNOWN"), evidence.of("ORDER_INTENDED")
    orders = wanted.count if wanted is not None else 0
    if unknown is None or unknown.count < DOUBTS_MIN or unknown.count <= FAILED_SHARE * orders:
        return
    yield Problem(
        key="doubtful_orders",
        weight=Weight.MEDIUM,
        title=f"The outcome of {unknown.count} of {orders} orders was lost on the way",
        count=unknown.count,
        first_ns=unknown.first_ns,
        last_ns=unknown.last_ns,
        evidence=tuple(
            f"{reason}: {count} of the first {len(unknown.samples)}" for reason, count in unknown.by("reason")[:5]
        ),
        impact="Funds stay reserved until an order's end is proved; nothing is sent again meanwhile.",
        advice=("See GATEWAY_DOWN, and the latency of the way to the venue.",),
    )


def gateway_down(evidence: Evidence) -> Iterator[Problem]:
    """Venues that did not answer."""
    down, up = evidence.of("GATEWAY_DOWN"), evidence.of("GATEWAY_UP")
    if down is None:
        return
    away_s = sum(int(said.text("down_s") or 0) for said in up.samples) if up is not None else 0
    share = Decimal(away_s) / max(1, evidence.duration_s)
    came_back = up is not None and up.count >= down.count
    yield Problem(
        key="gateway_down",
        weight=Weight.MEDIUM if came_back and share < FAILED_SHARE else Weight.HIGH,
        title=f"Requests to {_venues(down)} failed",
        count=down.count,
        first_ns=down.first_ns,
        last_ns=down.last_ns,
        evidence=(
            f"down for {away_s} s in all ({100 * share:.1f} % of the session){up.sampled}"
            if up is not None
            else "it never came back",
            *(f"{detail}: {count} x{down.sampled}" for detail, count in down.by("detail")[:5]),
        ),
        impact="Nothing is quoted or bought on what cannot be asked.",
        advice=("Look at the network and the venue's status page at these times; more nodes if it happens often.",),
    )


def _venues(found: Occurrences) -> str:
    return ", ".join(name for name, _ in found.by("venue")) or "a venue"
