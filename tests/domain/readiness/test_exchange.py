"""What is said of an exchange before a session, and what of it stops one."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import attrs
import pytest

from neo.domain.readiness.exchange import ExchangeFacts, ExchangeNeeds, WalletSeen, judge_exchange
from neo.domain.readiness.finding import Finding, Topic, Verdict, failures
from neo.domain.session import exit_codes

WELL = ExchangeFacts(
    name="mexc",
    tradable=("BTC/USDT", "ETH/USDT", "XRP/USDT"),
    clock_ahead_ms=-30,
    wallet=WalletSeen(free=Decimal(300), others=2),
)
NEEDS = ExchangeNeeds(quote="USDT", watchlist=("BTC/USDT", "XRP/USDT"), clock_offset_max_ms=2_000, purchase=Decimal(75))


def judged(**changes: Any) -> tuple[Finding, ...]:
    return judge_exchange(attrs.evolve(WELL, **changes), NEEDS)


def test_an_exchange_in_order_has_nothing_to_mend() -> None:
    found = judged()

    assert {each.verdict for each in found} == {Verdict.OK}
    assert {each.topic for each in found} == {Topic.EXCHANGE, Topic.CLOCK, Topic.WATCHLIST, Topic.KEY, Topic.ACCOUNT}


@pytest.mark.parametrize(
    ("changes", "exit_code", "word"),
    [
        ({"problem": "connection refused"}, exit_codes.UNAVAILABLE, "connection refused"),
        ({"clock_ahead_ms": 9_000}, exit_codes.CLOCK, "9000 ms ahead"),
        ({"clock_ahead_ms": -2_001}, exit_codes.CLOCK, "2001 ms behind"),
        ({"clock_problem": "busy", "clock_ahead_ms": None}, exit_codes.UNAVAILABLE, "busy"),
        ({"tradable": ("DOGE/USDT",)}, exit_codes.CONFIG, "none of its 2"),
        ({"tradable": (), "without_rules": ("BTC/USDT", "XRP/USDT")}, exit_codes.CONFIG, "none of its 2"),
        ({"wallet": WalletSeen(problem="bad key", is_refused=True)}, exit_codes.SIGNING_KEY, "bad key"),
        ({"wallet": WalletSeen(problem="time-out")}, exit_codes.UNAVAILABLE, "time-out"),
        ({"wallet": WalletSeen()}, exit_codes.ACCOUNT, "holds no USDT"),
    ],
)
def test_what_stops_a_session_has_its_exit_code(changes: dict[str, Any], exit_code: int, word: str) -> None:
    stops = failures(judged(**changes))

    assert stops[0].topic.exit_code == exit_code
    assert any(word in each.seen for each in stops)
    assert all(each.fix for each in stops)


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"tradable": ("BTC/USDT", "XRPP/USDT")}, "perhaps XRPP/USDT instead of XRP/USDT"),
        ({"tradable": ("BTC/USDT",), "without_rules": ("XRP/USDT",)}, "left alone"),
        ({"wallet": WalletSeen(free=Decimal(10))}, "75 USDT"),
        ({"wallet": WalletSeen(free=Decimal(0), others=1)}, "75 USDT"),
    ],
)
def test_what_can_be_borne_is_advice(changes: dict[str, Any], word: str) -> None:
    found = judged(**changes)

    assert failures(found) == ()
    assert any(word in each.fix for each in found if each.verdict is Verdict.WARN)


def test_without_keys_no_wallet_is_asked_for() -> None:
    assert failures(judged(wallet=None)) == ()


def test_an_exchange_that_tells_no_time_is_not_held_against_it() -> None:
    assert failures(judged(clock_ahead_ms=None)) == ()
