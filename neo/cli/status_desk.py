"""An exchange desk as labelled lines of text: polling, money, positions, trades, drops."""

from __future__ import annotations

from neo.cli.figures import NOTHING, amount, number, price, seconds, signed
from neo.infra.control.desk_status import DeskStatus, NearDropStatus, PositionStatus, TierStatus, WorkingTradeStatus

_SHOWN_MAX = 5


def desk_rows(desk: DeskStatus) -> list[tuple[str, str]]:
    """Label and text of each line."""
    return [
        ("exchange", _polling(desk)),
        ("tiers", "; ".join(map(_tier, desk.tiers)) or NOTHING),
        ("budget", _budget(desk)),
        ("positions", _positions(desk)),
        ("orders", _few([_order(each, desk.quote) for each in desk.working], "none under way")),
        ("trades", _trades(desk)),
        ("drops", _drops(desk)),
        ("nearest", _few([_near(each) for each in desk.top_drops], NOTHING)),
    ]


def desk_summary(desk: DeskStatus) -> str:
    """One piece of a progress line."""
    held = f"{len(desk.positions)} positions" if len(desk.positions) != 1 else "1 position"
    return (
        f"{desk.venue} {desk.polled} of {desk.watched} symbols, age p99 {seconds(desk.age_p99_ms)}, {desk.drops} drops, "
        f"{desk.entries_filled} bought, {desk.exits_filled} sold, {held}, "
        f"result {signed(desk.result_quote)} {desk.quote}" + _stale(desk) + _tripped(desk)
    )


def _stale(desk: DeskStatus) -> str:
    symbols = [held.symbol for held in desk.positions if held.is_stale]
    return f", HELD AND NOT QUOTED: {', '.join(symbols)}" if symbols else ""


def _polling(desk: DeskStatus) -> str:
    left_out = [f"{count} {word}" for count, word in ((desk.skipped, "skipped"), (desk.degraded, "degraded")) if count]
    more = f" ({', '.join(left_out)})" if left_out else ""
    ages = f"data age p50 {seconds(desk.age_p50_ms)}, p99 {seconds(desk.age_p99_ms)}"
    return f"{desk.venue}: {desk.polled} of {desk.watched} symbols polled{more}, {ages}"


def _tier(tier: TierStatus) -> str:
    if not tier.cycles:
        return f"{tier.tier} {len(tier.symbols)}"
    late = f", {tier.overruns} of {tier.cycles} overrun" if tier.overruns else ""
    lost = f", {(1 - tier.success_rate) * 100:.1f} % unanswered" if tier.success_rate not in (None, 1) else ""
    return (
        f"{tier.tier} {len(tier.symbols)} every {seconds(tier.interval_ms)} (last {tier.last_cycle_ms} ms{late}{lost})"
    )


def _budget(desk: DeskStatus) -> str:
    budget = desk.budget
    if budget is None:
        return NOTHING
    return (
        f"{amount(budget.total, desk.quote)}: {number(budget.free, 2)} free, {number(budget.reserved, 2)} reserved, "
        f"{number(budget.committed, 2)} in positions"
    )


def _positions(desk: DeskStatus) -> str:
    if not desk.positions:
        return "none"
    held = _few([_position(each) for each in desk.positions], "none")
    return f"{len(desk.positions)}, unrealised {signed(desk.unrealised_quote)} {desk.quote}: {held}"


def _position(held: PositionStatus) -> str:
    age = NOTHING if held.mark_age_ms is None else seconds(held.mark_age_ms)
    now = f"NOT QUOTED for {age}, last {price(held.mark)}" if held.is_stale else f"now {price(held.mark)}"
    return (
        f"{held.symbol} {held.quantity.normalize():f} at {price(held.entry_price)}, {now} "
        f"({signed(held.unrealised_quote)})"
    )


def _order(each: WorkingTradeStatus, quote: str) -> str:
    if each.quantity is None:
        return f"{each.symbol} from before"
    return f"{each.purpose} {each.side} {each.quantity.normalize():f} {each.symbol} at {price(each.limit)} {quote}"


def _trades(desk: DeskStatus) -> str:
    return (
        f"{desk.entries_filled} bought for {amount(desk.bought_quote, desk.quote)}, {desk.exits_filled} sold for "
        f"{amount(desk.sold_quote, desk.quote)}, result {signed(desk.result_quote)} {desk.quote}; today "
        f"{desk.trades_today} closed, {signed(desk.result_today_quote)} {desk.quote}" + _tripped(desk)
    )


def _tripped(desk: DeskStatus) -> str:
    return f", BREAKER OPEN: {', '.join(desk.breakers)}" if desk.breakers else ""


def _drops(desk: DeskStatus) -> str:
    text = f"{desk.drops}, {desk.drops_blocked} stopped by guards, {desk.refused_by_risk} refused by Risk"
    guards = ", ".join(f"{each.guard} {each.drops}" for each in desk.blocked_by[:_SHOWN_MAX])
    return f"{text} ({guards})" if guards else text


def _near(drop: NearDropStatus) -> str:
    against = f" [{', '.join(drop.blocked_by)}]" if drop.blocked_by else ""
    return f"{drop.symbol} {price(drop.price)} is {number(drop.distance_percent, 2)} % from its trigger{against}"


def _few(texts: list[str], nothing: str) -> str:
    more = len(texts) - _SHOWN_MAX
    return ("; ".join(texts[:_SHOWN_MAX]) or nothing) + (f"; and {more} more" if more > 0 else "")
