from __future__ import annotations

import pytest

from neo.domain.messages.session import Phase, PhaseChanged
from neo.domain.telemetry.events import HaltEnded, HaltRaised
from neo.infra.control.status import HaltStatus, VenueStatus
from neo.system.venue_standings import VenueStandings, resume_refusal
from tests.cli.fake_engine import a_status

MEXC_ALONE = HaltStatus("risk_rpc_failure", "21 requests failed", 7, True, "mexc")
OF_ALL = HaltStatus("kill_switch", "ann", 8, False, "")
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


@pytest.mark.parametrize(
    ("phases", "halts", "venue", "said"),
    [
        (("held", "trading"), (MEXC_ALONE,), "", None),
        (("trading", "trading"), (), "", "there is no halt to resume from"),
        (("held", "halting"), (), "", "there is no halt to resume from"),
        (("held", "halting"), (MEXC_ALONE,), "mexc", None),
        (("held", "trading"), (MEXC_ALONE,), "xrpl", "xrpl is trading"),
        (("held", "held"), (MEXC_ALONE,), "kraken", "does not trade on kraken, only on mexc, xrpl"),
        (("held", "held"), (MEXC_ALONE, OF_ALL), "mexc", "kill_switch concerns the engine, not mexc alone"),
        (("held", "held"), (MEXC_ALONE, OF_ALL), "", None),
    ],
)
def test_what_cannot_be_resumed_is_refused_with_the_reason(
    phases: tuple[str, str], halts: tuple[HaltStatus, ...], venue: str, said: str | None
) -> None:
    mexc, xrpl = phases
    status = a_status(halts=halts, venues=(VenueStatus("mexc", mexc), VenueStatus("xrpl", xrpl)))

    refusal = resume_refusal(status, venue)

    assert (refusal is None) if said is None else (said in (refusal or ""))


def test_what_was_cleared_at_one_venue_stays_at_the_other_and_the_engines_clears_all() -> None:
    found = standings()
    found.raised(HaltRaised(*NOISE, True, "mexc"), 7)
    found.raised(HaltRaised(*NOISE, False, "xrpl"), 8)

    found.ended(HaltEnded(NOISE[0], "ann", "mexc"))
    assert [halt.venue for halt in found.halts] == ["xrpl"]
    found.raised(HaltRaised(*KILLED, False, ""), 9)
    found.ended(HaltEnded(KILLED[0], "ann", ""))
    assert found.halts == ()
