"""Weather is drawn from a seed, and what was ordered comes first."""

from __future__ import annotations

import random

from neo.infra.simulated_exchange.disturbance import Climate, Latency, Trouble, Weather


def weather(climate: Climate) -> Weather:
    return Weather(climate, random.Random(5))


def test_latency_has_the_median_and_the_percentile_that_were_asked_for() -> None:
    latency, rng = Latency(median_ms=180, p99_ms=2_000), random.Random(5)

    drawn = sorted(latency.draw_ms(rng) for _ in range(20_000))

    assert 172 < drawn[10_000] < 188
    assert 1_800 < drawn[19_800] < 2_200


def test_fair_weather_has_no_latency_and_no_trouble() -> None:
    calm = weather(Climate())

    assert {(each.delay_ms, each.trouble) for each in (calm.draw(is_order=True) for _ in range(100))} == {
        (0.0, Trouble.NONE)
    }


def test_the_error_rate_is_met_and_its_mix_holds_refusals_and_lost_replies() -> None:
    storm = weather(Climate(errors=0.1))

    drawn = [storm.draw(is_order=False).trouble for _ in range(10_000)]

    assert 900 < sum(each is not Trouble.NONE for each in drawn) < 1_100
    assert {Trouble.SERVER_ERROR, Trouble.RATE_LIMITED, Trouble.REPLY_LOST} < set(drawn)


def test_order_troubles_meet_orders_only() -> None:
    climate = Climate(order_troubles=((Trouble.DUPLICATED, 1.0),))

    assert weather(climate).draw(is_order=False).trouble is Trouble.NONE
    assert weather(climate).draw(is_order=True).trouble is Trouble.DUPLICATED


def test_what_was_ordered_comes_first_and_as_often_as_ordered() -> None:
    calm = weather(Climate())
    calm.next(Trouble.HANG, 2)

    drawn = [calm.draw(is_order=is_order).trouble for is_order in (False, True, True, True)]

    assert drawn == [Trouble.NONE, Trouble.HANG, Trouble.HANG, Trouble.NONE]


def test_a_trouble_says_whether_the_request_was_carried_out() -> None:
    carried_out = {each for each in Trouble if each.is_carried_out}

    assert {Trouble.REPLY_LOST, Trouble.STATUS_UNKNOWN, Trouble.DUPLICATED, Trouble.NONE} < carried_out
    assert not carried_out & {Trouble.SERVER_ERROR, Trouble.RATE_LIMITED, Trouble.BANNED, Trouble.HANG}
