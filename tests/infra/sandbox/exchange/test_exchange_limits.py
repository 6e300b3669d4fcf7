"""Request budgets: windows, waits, bans that grow."""

from __future__ import annotations

from neo.infra.sandbox.exchange.limits import Budget, Limits

MINUTE = Budget(weight=10, window_ms=60_000)
NOW_MS = 1_700_000_040_000 - 1_700_000_040_000 % 60_000


def test_a_budget_holds_until_it_is_spent_and_is_new_in_the_next_window() -> None:
    limits = Limits(share=1.0)

    waits = [limits.charge("me", MINUTE, 4, NOW_MS + 15_000) for _ in range(3)]

    assert waits == [0, 0, 45]
    assert limits.used("me", MINUTE, NOW_MS + 15_000) == 12
    assert limits.charge("me", MINUTE, 10, NOW_MS + 60_000) == 0


def test_everybody_has_a_budget_of_their_own() -> None:
    limits = Limits(share=1.0)
    assert limits.charge("me", MINUTE, 11, NOW_MS) > 0

    assert limits.charge("somebody else", MINUTE, 10, NOW_MS) == 0


def test_a_share_scales_budgets_and_none_switches_them_off() -> None:
    assert Limits(share=0.5).charge("me", MINUTE, 6, NOW_MS) == 60
    assert Limits(share=0).charge("me", MINUTE, 1_000_000, NOW_MS) == 0


def test_who_goes_on_in_spite_of_429_is_banned_twice_as_long_each_time() -> None:
    limits = Limits(share=1.0)
    for _ in range(19):
        limits.offend("me", NOW_MS)
    assert limits.banned_until_ms("me", NOW_MS) == 0

    limits.offend("me", NOW_MS)
    assert limits.banned_until_ms("me", NOW_MS) == NOW_MS + 120_000
    assert limits.banned_until_ms("me", NOW_MS + 120_000) == 0

    for _ in range(20):
        limits.offend("me", NOW_MS + 200_000)
    assert limits.banned_until_ms("me", NOW_MS + 200_000) == NOW_MS + 200_000 + 240_000


def test_bans_can_be_lifted() -> None:
    limits = Limits(share=1.0)
    limits.ban("me", NOW_MS)

    limits.lift_bans()

    assert limits.banned_until_ms("me", NOW_MS) == 0


def test_memory_stays_bounded_however_many_ask() -> None:
    limits = Limits(share=1.0)

    for number in range(30_000):
        limits.charge(f"address {number}", MINUTE, 1, NOW_MS)
        limits.offend(f"address {number}", NOW_MS)

    assert limits.remembered() <= 20_002
