"""What was traded, and why nothing was when nothing was."""

from __future__ import annotations

from neo.domain.diagnosis.evidence import Evidence


def activity(evidence: Evidence) -> tuple[str, ...]:
    """Sentences, most important first."""
    said: list[str] = []
    summary = evidence.summary
    for drops in summary.drops:
        filled = sum(1 for trade in drops.trades if trade.filled)
        said.append(
            f"Drop buyer: {drops.drops} drops in {drops.quotes} quotes, {drops.blocked} stopped by guards, "
            f"{drops.proposed} proposed, {filled} trades filled, result {drops.result_quote:+.4f} {drops.quote}."
        )
        if drops.why_nothing:
            said.append(drops.why_nothing)
    if summary.makes_markets:
        fills = summary.profit.fills_bought + summary.profit.fills_sold
        said.append(
            f"Market maker: {summary.ticks.ticks} ticks, {summary.ticks.quoting} of them quoting, {fills} fills, "
            f"profit after fees {summary.profit.net:+.4f} {summary.quote}."
        )
        if not fills:
            said.append(why_nothing_was_traded(evidence))
    return tuple(said) or ("Nothing was traded: the session never came as far as its first tick.",)


def why_nothing_was_traded(evidence: Evidence) -> str:
    """The market maker's case, from the first thing that was missing to the last."""
    summary = evidence.summary
    ticks = summary.ticks
    if not ticks.ticks:
        return "Nothing was traded: there was not one tick."
    if not ticks.quoting:
        reason, count = max(ticks.suspended, key=lambda row: row[1])
        return f"Nothing was traded: every tick was suspended, most often ({count} x) because of {reason}."
    if not summary.orders_total:
        refused = evidence.of("QUOTE_REFUSED")
        why = (
            f"Risk refused {refused.count} quotes ({refused.by('reason')[0][0]})"
            if refused is not None
            else "no quote was proposed"
        )
        return f"Nothing was traded: not one order was made; {why}."
    bid, ask = summary.distance.bid, summary.distance.ask
    far = ", ".join(
        f"{name} {-side.median_bps:.1f} bps behind the touch" if side.median_bps < 0 else f"{name} at the touch"
        for name, side in (("bid", bid), ("ask", ask))
        if side.median_bps is not None
    )
    return f"Nothing was traded: {summary.orders_total} orders rested and nobody met them" + (
        f" (median: {far})." if far else "."
    )
