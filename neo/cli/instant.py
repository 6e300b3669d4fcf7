"""Points in time as people write them: 2021-05-19, 2021-05-19T12:30, in UTC unless they name another zone."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from neo.domain.units import NS_PER_S


class Instant(click.ParamType):  # type: ignore[type-arg]  # generic only since click 8.4
    """ISO 8601 date or date and time, as whole seconds in ns since the epoch."""

    name = "time"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        try:
            moment = datetime.fromisoformat(str(value).strip())
        except ValueError:
            self.fail(f"{value!r} is no time; write for example 2021-05-19 or 2021-05-19T12:30.", param, ctx)
        aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
        return int(aware.timestamp()) * NS_PER_S
