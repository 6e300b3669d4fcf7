"""The last ticks' distances to the touch, as kept in engine_state `tick_distance_to_touch`."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable
from decimal import Decimal

from neo.domain.session.distance import TouchDistance, is_within_2bps
from neo.quickly_built import quickly_built
from neo.records import frozen

ENGINE_STATE_KEY = "tick_distance_to_touch"
#: Resolution of the stored text; the decision never reads it back.
STORED_STEP_BPS = Decimal("0.001")


@quickly_built
@frozen
class DistanceRow:
    at_ns: int
    bid_bps: Decimal | None
    ask_bps: Decimal | None

    @classmethod
    def of(cls, at_ns: int, distance: TouchDistance) -> DistanceRow:
        return cls(at_ns, distance.distance_to_clob_bid_bps, distance.distance_to_clob_ask_bps)


@quickly_built
@frozen
class DistanceWindow:
    """At most `size` rows, oldest first."""

    size: int
    rows: tuple[DistanceRow, ...] = ()

    @classmethod
    def of(cls, size: int, ticks: Iterable[tuple[int, TouchDistance]]) -> DistanceWindow:
        """The newest `size` of `ticks`, which are (moment in ns, distance), oldest first."""
        return cls(size, tuple([DistanceRow.of(at_ns, distance) for at_ns, distance in deque(ticks, maxlen=size)]))

    def within_2bps_share(self) -> tuple[Decimal | None, Decimal | None]:
        """Share of the rows within 2 bps of the touch: (bid, ask); None without a distance on that side."""
        return (
            _share([row.bid_bps for row in self.rows]),
            _share([row.ask_bps for row in self.rows]),
        )


def _share(distances: list[Decimal | None]) -> Decimal | None:
    known = [is_within_2bps(distance) for distance in distances if distance is not None]
    return Decimal(sum(1 for within in known if within)) / len(known) if known else None


def window_to_json(window: DistanceWindow) -> str:
    """Canonical text: {"size": n, "rows": [[at_ns, bid_bps, ask_bps], ...]}, distances as decimal text to 0.001 bps."""
    rows = [[row.at_ns, _stored(row.bid_bps), _stored(row.ask_bps)] for row in window.rows]
    return json.dumps({"size": window.size, "rows": rows}, separators=(",", ":"))


def window_from_json(text: str) -> DistanceWindow:
    """The stored window. ValueError, KeyError or TypeError when the text is not one."""
    stored = json.loads(text)
    rows = tuple(DistanceRow(int(at_ns), _read(bid), _read(ask)) for at_ns, bid, ask in stored["rows"])
    return DistanceWindow(int(stored["size"]), rows)


def _stored(distance: Decimal | None) -> str | None:
    return None if distance is None else f"{distance.quantize(STORED_STEP_BPS):f}"


def _read(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
