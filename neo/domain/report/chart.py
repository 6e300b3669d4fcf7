"""A picture as plain values: what is drawn, in which unit, over which time. How it is drawn is somebody else's business."""

from __future__ import annotations

import enum
from decimal import Decimal

from neo.domain.report.decimation import Point
from neo.records import frozen


class Look(enum.Enum):
    """How a series is drawn; the values are the names that the drawing has for it."""

    LINE = "line"  # from point to point
    STEP = "step"  # a value holds until the next one
    MARKS = "markers"  # points that are not joined


@frozen
class Series:
    """`colour` is a name of the palette that every picture shares (`mid`, `amm`, `bid`, `ask`, `good`, `halt`, `a` to `f`), so
    that the same thing looks the same everywhere. `shape` is that of a mark: `up`, `down` or `dot`."""

    name: str
    colour: str
    look: Look
    points: tuple[Point, ...]
    shape: str = "dot"
    dashed: bool = False


@frozen
class Limit:
    """A horizontal line that must not be crossed. `always`: the picture reaches as far as it, however far away it is."""

    name: str
    value: Decimal
    always: bool = False


@frozen(kw_only=True)
class Chart:
    """`key` names it for programs, `about` says in a sentence what is seen: it is also read out instead of the picture."""

    key: str
    title: str
    unit: str
    about: str
    series: tuple[Series, ...]
    limits: tuple[Limit, ...] = ()
    places: int = 4

    @property
    def is_empty(self) -> bool:
        return not any(value is not None for series in self.series for _, value in series.points)


@frozen
class Span:
    """A stretch of a time line. `kind` is `good`, `warn`, `halt` or `grid` (nothing); an instant has equal ends."""

    from_ns: int
    to_ns: int
    kind: str
    text: str


@frozen(kw_only=True)
class TimeLine:
    """What was the case when: rows of spans, each row in the order of time."""

    key: str
    title: str
    about: str
    rows: tuple[tuple[str, tuple[Span, ...]], ...]
