from __future__ import annotations

from decimal import Decimal

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neo.cli.duration import Duration, clock_text


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90", "90"), ("1.5", "1.5"), ("90s", "90"), ("15m", "900"), ("2H", "7200"), ("1h30m", "5400"), ("1d", "86400")],
)
def test_times_are_read_as_people_write_them(text: str, seconds: str) -> None:
    assert Duration().convert(text, None, None) == Decimal(seconds)


@pytest.mark.parametrize("text", ["", "0", "0s", "-5", "5x", "h", "1h 30m", "nan", "inf", "1e3"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(click.BadParameter):
        Duration().convert(text, None, None)


@given(st.integers(1, 10**7))
def test_what_is_shown_adds_up(seconds: int) -> None:
    text = clock_text(seconds)

    days, _, clock = text.rpartition("d ")
    hours, minutes, rest = (int(part) for part in clock.split(":"))
    assert int(days or 0) * 86_400 + hours * 3_600 + minutes * 60 + rest == seconds
    assert hours < 24
