"""Long answers in pages: `limit`, `marker`. Source: rippled `AccountOffers.cpp` and its like."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from neo.infra.sandbox.xrpl.methods.call import Call, limit_of
from neo.infra.sandbox.xrpl.rpc.errors import RpcError, invalid

#: Least, usual and most entries of a page for public callers.
PAGE = (10, 200, 400)
Row = tuple[str, dict[str, Any]]
_MARKER = re.compile(r"([0-9A-Fa-f]{64}),[0-9]{1,20}\Z")


def page_of(call: Call, rows: Sequence[Row]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """(one page, fields `limit` and `marker` when more follow). The marker names the last entry of the page.

    Rows are (index of the entry, what the answer says of it).
    """
    limit = limit_of(call, *PAGE)
    start = _after(call, rows)
    page = rows[start : start + limit]
    said = [row for _, row in page]
    if start + limit >= len(rows):
        return said, {}
    return said, {"limit": limit, "marker": f"{page[-1][0]},0"}


def _after(call: Call, rows: Sequence[Row]) -> int:
    if "marker" not in call.params:
        return 0
    marker = call.params["marker"]
    if not isinstance(marker, str):
        raise RpcError("invalidParams", "Invalid field 'marker', not string.")
    match = _MARKER.match(marker)
    if match is None:
        raise invalid("marker")
    wanted = match[1].upper()
    for number, (index, _) in enumerate(rows):
        if index == wanted:
            return number + 1
    raise invalid("marker")
