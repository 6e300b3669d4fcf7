"""A status as labelled lines of text: the live view, `neo status` and the plain progress lines show the same words."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal

from neo.cli.duration import clock_text
from neo.domain.units import NS_PER_S
from neo.infra.control.status import ActorState, EngineStatus, MarketStatus, MoneyStatus

_NOTHING = "-"
_ACTORS_NAMED_MAX = 4
_QUOTES_SHOWN_MAX = 6


def title(status: EngineStatus) -> str:
    """The mode comes first and is never left out."""
    mode = "LIVE, REAL MONEY" if status.mode == "live" else status.mode.upper()
    return f"neo {mode} | {status.session_id} | run {status.run_id} | {status.phase}"


def rows(status: EngineStatus) -> list[tuple[str, str]]:
    """Label and text of each line, in the order in which an operator looks."""
    market, money = status.market, status.money
    lines = [
        ("clock", _clock(status)),
        ("price", _price(market)),
        ("anchor", _anchor(market)),
        ("quotes", _quotes(status)),
        ("touch", _touch(market)),
        ("fills", _fills(money, market.quote)),
        ("inventory", _inventory(money, market)),
        ("P&L", _profit(money, market.quote)),
        ("halts", _halts(status)),
        ("actors", _actors(status)),
    ]
    if status.telemetry_problem or status.telemetry_lines_lost:
        lost = f"{status.telemetry_lines_lost} lines lost"
        lines.append(("telemetry", f"FAULT: {status.telemetry_problem}; {lost}" if status.telemetry_problem else lost))
    if status.pending:
        lines.append(("waiting for", ", ".join(status.pending)))
    return lines


def progress_line(status: EngineStatus) -> str:
    """One line for a log: when, mode, phase, price, orders, fills, profit, and what is wrong."""
    market, money = status.market, status.money
    parts = [
        f"{_utc(status.now_ns)} {status.mode} {status.phase}",
        f"anchor {_number(market.anchor)} ({market.anchor_source or market.suspended or _NOTHING})",
        f"{len(status.quotes)} orders",
        f"{money.fills} fills",
        f"equity {_amount(money.equity, market.quote)}",
        f"P&L {_signed(_total_profit(money))} {market.quote}".rstrip(),
        f"actors {_actors(status)}",
    ]
    if status.halts:
        parts.append(f"HALT {_halts(status)}")
    if status.telemetry_problem:
        parts.append(f"telemetry FAULT {status.telemetry_problem}")
    if status.pending:
        parts.append(f"waiting for {', '.join(status.pending)}")
    return "; ".join(parts)


def done_share(status: EngineStatus) -> float | None:
    """How much of the session is over, 0 to 1; None when it has no end."""
    if status.ends_at_ns is None or status.ends_at_ns <= status.started_at_ns:
        return None
    share = (status.now_ns - status.started_at_ns) / (status.ends_at_ns - status.started_at_ns)
    return min(1.0, max(0.0, share))


def _clock(status: EngineStatus) -> str:
    elapsed = clock_text((status.now_ns - status.started_at_ns) // NS_PER_S)
    text = f"{_utc(status.now_ns)}, {elapsed}"
    if status.ends_at_ns is not None:
        text += f" of {clock_text((status.ends_at_ns - status.started_at_ns) // NS_PER_S)}"
    return text if status.speed == 1 else f"{text}, speed {status.speed.normalize():f} x"


def _price(market: MarketStatus) -> str:
    text = f"bid {_number(market.best_bid)}  ask {_number(market.best_ask)}"
    return (
        f"{text}  {market.symbol}, ledger {market.ledger_index}" if market.ledger_index else f"{text}  {market.symbol}"
    )


def _anchor(market: MarketStatus) -> str:
    if market.suspended:
        return f"not quoting: {market.suspended}"
    source = f" from {market.anchor_source}" if market.anchor_source else ""
    divergence = f", divergence {_number(market.divergence_bps, 2)} bps" if market.divergence_bps is not None else ""
    return f"{_number(market.anchor)}{source}{divergence}"


def _quotes(status: EngineStatus) -> str:
    if not status.quotes:
        return "none"
    shown = [f"{q.side} {_number(q.remaining, 2)} at {_number(q.price)} {q.state}" for q in status.quotes]
    more = len(shown) - _QUOTES_SHOWN_MAX
    return "; ".join(shown[:_QUOTES_SHOWN_MAX]) + (f"; and {more} more" if more > 0 else "")


def _touch(market: MarketStatus) -> str:
    now = f"bid {_number(market.distance_bid_bps, 2)} bps, ask {_number(market.distance_ask_bps, 2)} bps"
    if market.within_2bps_bid_percent is None and market.within_2bps_ask_percent is None:
        return now
    bid, ask = _number(market.within_2bps_bid_percent, 0), _number(market.within_2bps_ask_percent, 0)
    return f"{now}; within 2 bps: bid {bid} %, ask {ask} % of ticks"


def _fills(money: MoneyStatus, quote: str) -> str:
    return f"{money.fills}, volume {_amount(money.volume, quote)}, {money.orders_placed} orders placed"


def _inventory(money: MoneyStatus, market: MarketStatus) -> str:
    base, quote = _amount(money.base_balance, market.base), _amount(money.quote_balance, market.quote)
    return f"{base}, {quote}, equity {_amount(money.equity, market.quote)}"


def _profit(money: MoneyStatus, quote: str) -> str:
    parts = f"realised {_signed(money.realised)}, unrealised {_signed(money.unrealised)}, fees {_number(money.fees, 4)}"
    return f"{_signed(_total_profit(money))} {quote} ({parts})"


def _halts(status: EngineStatus) -> str:
    if not status.halts:
        return "none"
    first = next((halt for halt in status.halts if halt.first), status.halts[0])
    more = f" (and {len(status.halts) - 1} more)" if len(status.halts) > 1 else ""
    return f"{first.reason}: {first.detail}{more}" if first.detail else f"{first.reason}{more}"


def _actors(status: EngineStatus) -> str:
    ill = [actor for actor in status.actors if actor.state is not ActorState.OK]
    if not ill:
        restarts = sum(actor.restarts for actor in status.actors)
        return f"{len(status.actors)} ok" + (f", {restarts} restarts" if restarts else "")
    named = ", ".join(f"{actor.name} {actor.state.value}" for actor in ill[:_ACTORS_NAMED_MAX])
    return f"{len(status.actors) - len(ill)} ok, NOT OK: {named}" + (" ..." if len(ill) > _ACTORS_NAMED_MAX else "")


def _total_profit(money: MoneyStatus) -> Decimal | None:
    if money.realised is None and money.unrealised is None:
        return None
    return (money.realised or Decimal(0)) + (money.unrealised or Decimal(0)) - (money.fees or Decimal(0))


def _number(value: Decimal | None, places: int = 6) -> str:
    if value is None or not value.is_finite():
        return _NOTHING
    return f"{value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN):f}"


def _signed(value: Decimal | None) -> str:
    text = _number(value, 4)
    return f"+{text}" if value is not None and value >= 0 else text


def _amount(value: Decimal | None, asset: str) -> str:
    return f"{_number(value, 2)} {asset}".rstrip()


def _utc(at_ns: int) -> str:
    return datetime.fromtimestamp(at_ns // NS_PER_S, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
