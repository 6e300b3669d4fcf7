"""A status as labelled lines of text: the live view, `neo status` and the plain progress lines show the same words."""

from __future__ import annotations

from datetime import UTC, datetime

from neo.cli.duration import clock_text
from neo.cli.status_desk import desk_rows, desk_summary
from neo.cli.status_market import market_rows, market_summary, money_rows
from neo.domain.units import NS_PER_S
from neo.infra.control.status import ActorState, EngineStatus

_ACTORS_NAMED_MAX = 4


def title(status: EngineStatus) -> str:
    """The mode comes first and is never left out."""
    mode = "LIVE, REAL MONEY" if status.mode == "live" else status.mode.upper()
    return f"neo {mode} | {status.session_id} | run {status.run_id} | {status.phase}"


def rows(status: EngineStatus) -> list[tuple[str, str]]:
    """Label and text of each line, in the order in which an operator looks: only of what runs."""
    lines = [("clock", _clock(status))]
    if status.market is not None:
        lines += market_rows(status.market, status.quotes)
        if status.money is not None:
            lines += money_rows(status.money, status.market)
    for desk in status.desks:
        lines += desk_rows(desk)
    lines += [("halts", _halts(status)), ("actors", _actors(status))]
    if status.telemetry_problem or status.telemetry_lines_lost:
        lost = f"{status.telemetry_lines_lost} lines lost"
        lines.append(("telemetry", f"FAULT: {status.telemetry_problem}; {lost}" if status.telemetry_problem else lost))
    if status.pending:
        lines.append(("waiting for", ", ".join(status.pending)))
    return lines


def progress_line(status: EngineStatus) -> str:
    """One line for a log: when, mode, phase, what each strategy does and brings in, and what is wrong."""
    parts = [f"{_utc(status.now_ns)} {status.mode} {status.phase}"]
    if status.market is not None and status.money is not None:
        parts.append(market_summary(status.market, status.money, status.quotes))
    parts += map(desk_summary, status.desks)
    parts.append(f"actors {_actors(status)}")
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


def _halts(status: EngineStatus) -> str:
    if not status.halts:
        return "none"
    out = [venue for venue in status.venues if venue.halt_reason is not None]
    if 0 < len(out) < len(status.venues):  # the others trade on: which ones do not is what matters
        return "; ".join(f"{venue.venue} halted: {venue.halt_reason}: {venue.halt_detail}" for venue in out)
    first = next((halt for halt in status.halts if halt.first), status.halts[0])
    more = f" (and {len(status.halts) - 1} more)" if len(status.halts) > 1 else ""
    return f"{first.reason}: {first.detail}{more}" if first.detail else f"{first.reason}{more}"


def _actors(status: EngineStatus) -> str:
    well = sum(actor.state is ActorState.OK for actor in status.actors)
    starting = [actor.name for actor in status.actors if actor.state is ActorState.STARTING]
    ill = [
        f"{actor.name} {actor.state.value}"
        for actor in status.actors
        if actor.state not in (ActorState.OK, ActorState.STARTING)
    ]
    text = f"{well} ok" + (f", starting: {_named(starting)}" if starting else "")
    if ill:
        return f"{text}, NOT OK: {_named(ill)}"
    restarts = sum(actor.restarts for actor in status.actors)
    return text + (f", {restarts} restarts" if restarts else "")


def _named(actors: list[str]) -> str:
    return ", ".join(actors[:_ACTORS_NAMED_MAX]) + (" ..." if len(actors) > _ACTORS_NAMED_MAX else "")


def _utc(at_ns: int) -> str:
    return datetime.fromtimestamp(at_ns // NS_PER_S, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
