"""Times as people write them: 90s, 15m, 2h, 1d, 1h30m, or a plain number of seconds."""

from __future__ import annotations

import re
from decimal import Decimal

import click

_PARTS = re.compile(r"(\d+(?:\.\d+)?)([smhd])")
_WHOLE = re.compile(r"(?:\d+(?:\.\d+)?[smhd])+")
_PLAIN = re.compile(r"\d+(?:\.\d+)?")
_UNIT_S = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


class Duration(click.ParamType):  # type: ignore[type-arg]  # generic only since click 8.4
    """A positive time, as seconds in a Decimal."""

    name = "duration"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        if isinstance(value, Decimal):
            return value
        text = str(value).strip().lower()
        if _PLAIN.fullmatch(text):
            seconds = Decimal(text)
        elif _WHOLE.fullmatch(text):
            seconds = sum((Decimal(number) * _UNIT_S[unit] for number, unit in _PARTS.findall(text)), Decimal(0))
        else:
            self.fail(f"{value!r} is not a time; write for example 90s, 15m, 2h, 1h30m or 1d.", param, ctx)
        if seconds <= 0:
            self.fail("the time must be longer than nothing.", param, ctx)
        return seconds


def clock_text(seconds: int) -> str:
    """`1d 02:03:04`, without the days when there are none."""
    days, rest = divmod(max(0, seconds), 86_400)
    hours, rest = divmod(rest, 3_600)
    text = f"{hours:02d}:{rest // 60:02d}:{rest % 60:02d}"
    return f"{days}d {text}" if days else text
