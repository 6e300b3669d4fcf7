from __future__ import annotations

from decimal import Decimal

import attrs
import pytest

from neo.cli.session_view import LiveView, PlainView
from neo.cli.status_rows import done_share, progress_line, rows, title
from neo.infra.control.status import (
    ActorState,
    ActorStatus,
    EngineStatus,
    HaltStatus,
    MarketStatus,
    QuoteStatus,
    VenueStatus,
)
from tests.cli.fake_engine import START_NS, a_status

ILL = a_status(
    mode="live",
    phase="halting",
    halts=(HaltStatus("risk_drawdown", "drawdown (61 > 60)", START_NS, True), HaltStatus("kill_switch", "", 1, False)),
    actors=(ActorStatus("risk", ActorState.LATE), ActorStatus("strategy", restarts=2)),
    quotes=(QuoteStatus("buy", 0, Decimal("0.5195"), Decimal("28.85"), "open"),),
    market=MarketStatus(symbol="XRP/RLUSD", suspended="one_sided_book"),
    telemetry_problem="ENOSPC: No space left on device",
    telemetry_lines_lost=4,
    pending=("order 7",),
)
EMPTY = EngineStatus(
    session_id="s", run_id="r", mode="sim", phase="starting", pid=1, directory="d", started_at_ns=1, now_ns=1
)


@pytest.mark.parametrize("status", [a_status(), ILL, EMPTY])
def test_the_mode_is_always_visible(status: EngineStatus) -> None:
    assert status.mode in title(status).lower()
    assert status.mode in progress_line(status)


def test_live_says_that_the_money_is_real() -> None:
    assert "REAL MONEY" in title(ILL)


def test_everything_that_an_operator_looks_for_has_a_line() -> None:
    labels = [label for label, _ in rows(a_status())]

    assert labels == ["clock", "price", "anchor", "quotes", "touch", "fills", "inventory", "P&L", "halts", "actors"]


def test_trouble_is_said_in_words_not_in_colour() -> None:
    text = dict(rows(ILL))

    assert text["halts"] == "risk_drawdown: drawdown (61 > 60) (and 1 more)"
    assert text["actors"] == "1 ok, NOT OK: risk late"
    assert text["anchor"] == "not quoting: one_sided_book"
    assert text["quotes"] == "buy 28.85 at 0.519500 open"
    assert "FAULT: ENOSPC" in text["telemetry"]
    assert text["waiting for"] == "order 7"
    line = progress_line(ILL)
    assert all(word in line for word in ("HALT risk_drawdown", "NOT OK: risk late", "FAULT ENOSPC", "order 7"))


def test_a_venue_that_halted_alone_is_named_with_its_reason() -> None:
    halts = (HaltStatus("risk_rpc_failure", "21 requests failed in a row", START_NS, True, "mexc"),)
    venues = (
        VenueStatus("xrpl", "trading"),
        VenueStatus("mexc", "held", "risk_rpc_failure", "21 requests failed in a row"),
    )

    alone = a_status(halts=halts, venues=venues)
    text = "mexc halted: risk_rpc_failure: 21 requests failed in a row"

    assert dict(rows(alone))["halts"] == text
    assert f"HALT {text}" in progress_line(alone)
    only = a_status(halts=halts, venues=venues[1:])
    assert dict(rows(only))["halts"] == "risk_rpc_failure: 21 requests failed in a row"


def test_the_clock_says_how_much_is_left_and_how_fast_it_runs() -> None:
    assert dict(rows(a_status()))["clock"] == "2026-01-01 00:30:00Z, 00:30:00 of 01:00:00, speed 60 x"
    assert done_share(a_status()) == 0.5
    assert done_share(EMPTY) is None


class Seconds:
    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def test_plain_lines_come_now_and_then_and_at_every_change_of_phase(capsys: pytest.CaptureFixture[str]) -> None:
    clock = Seconds()
    view = PlainView(every_s=5, clock_s=clock)

    for second in range(11):
        clock.now_s = second
        view.show(a_status())
    view.show(a_status(phase="halting"))
    view.close(a_status(phase="stopping"))

    lines = capsys.readouterr().out.splitlines()
    assert [line.split(";")[0].split()[-1] for line in lines] == [
        "trading",
        "trading",
        "trading",
        "halting",
        "stopping",
    ]
    assert all(line.endswith("50% done") for line in lines)


def test_the_live_view_shows_every_line_and_gives_the_terminal_back() -> None:
    from io import StringIO

    from rich.console import Console

    screen = StringIO()
    console = Console(file=screen, force_terminal=True, width=120, height=40)
    view = LiveView(console, clock_s=Seconds())

    view.show(ILL)
    view.say("stopping [in order]")
    view.close(ILL)

    text = screen.getvalue()
    assert "LIVE, REAL MONEY" in text
    assert "stopping [in order]" in text
    for label, _ in rows(ILL):
        assert label in text
    assert text.rstrip().endswith("\x1b[?25h")


def test_an_actor_that_has_not_started_yet_is_starting_and_not_ill() -> None:
    both = (
        ActorStatus("risk"),
        ActorStatus("poller_hot", ActorState.STARTING),
        ActorStatus("poller_cold", ActorState.STARTING),
    )
    status = a_status(phase="starting", actors=both)

    assert dict(rows(status))["actors"] == "1 ok, starting: poller_hot, poller_cold"
    assert "NOT OK" not in progress_line(status)
    down = attrs.evolve(status, actors=(*both, ActorStatus("strategy", ActorState.DOWN)))
    assert "starting: poller_hot, poller_cold, NOT OK: strategy down" in progress_line(down)
