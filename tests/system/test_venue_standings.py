from __future__ import annotations

from neo.domain.messages.session import Phase, PhaseChanged
from neo.domain.telemetry.events import HaltEnded, HaltRaised
from neo.infra.control.status import VenueStatus
from neo.system.venue_standings import VenueStandings

NOISE, KILLED = ("risk_rpc_failure", "21 requests failed"), ("kill_switch", "ann")


def standings(**phases: Phase) -> VenueStandings:
    found = VenueStandings(("xrpl", "mexc"))
    for venue, phase in phases.items():
        found.entered(PhaseChanged(phase, "s", "", venue))
    return found


def test_a_session_that_was_told_nothing_is_starting_everywhere() -> None:
    assert standings().phase == "starting"
    assert standings().status() == (VenueStatus("xrpl", "starting"), VenueStatus("mexc", "starting"))


def test_the_phase_of_a_venue_that_is_not_traded_on_is_no_news() -> None:
    found = standings(xrpl=Phase.HELD, mexc=Phase.HELD)

    found.entered(PhaseChanged(Phase.TRADING, "s", "", "elsewhere"))

    assert found.phase == "held"


def test_a_venue_shows_the_halt_that_put_it_out_of_trade_and_the_session_trades_on() -> None:
    found = standings(xrpl=Phase.TRADING, mexc=Phase.HELD)
    found.raised(HaltRaised(*NOISE, True, "mexc"), 7)
    found.raised(HaltRaised("risk_stale_market_data", "no quote", False, "mexc"), 8)

    assert found.phase == "trading"
    assert found.status() == (VenueStatus("xrpl", "trading"), VenueStatus("mexc", "held", *NOISE))


def test_a_halt_of_the_engine_is_that_of_every_venue_that_had_none() -> None:
    found = standings(xrpl=Phase.HALTING, mexc=Phase.HELD)
    found.raised(HaltRaised(*NOISE, True, "mexc"), 7)
    found.raised(HaltRaised(*KILLED, False, ""), 8)

    assert found.status() == (VenueStatus("xrpl", "halting", *KILLED), VenueStatus("mexc", "held", *NOISE))


def test_what_was_cleared_at_one_venue_stays_at_the_other_and_the_engines_clears_all() -> None:
    found = standings()
    found.raised(HaltRaised(*NOISE, True, "mexc"), 7)
    found.raised(HaltRaised(*NOISE, False, "xrpl"), 8)

    found.ended(HaltEnded(NOISE[0], "ann", "mexc"))
    assert [halt.venue for halt in found.halts] == ["xrpl"]
    found.raised(HaltRaised(*KILLED, False, ""), 9)
    found.ended(HaltEnded(KILLED[0], "ann", ""))
    assert found.halts == ()
