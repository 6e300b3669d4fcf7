"""Times on the wire: seconds since 2000 as a number, or ISO 8601 text of whole seconds in UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from neo.domain.units import NS_PER_S, RIPPLE_EPOCH_S
from neo.infra.xrpl.wire.fields import Fields

_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})Z", re.ASCII)


def ledger_time_ns(fields: Fields, name: str) -> int:
    """Seconds since the Ripple epoch as ns since the Unix epoch."""
    return (fields.whole(name) + RIPPLE_EPOCH_S) * NS_PER_S


def iso_time_ns(fields: Fields, name: str) -> int:
    """`2026-11-20T18:41:03Z` as ns since the Unix epoch."""
    found = _ISO.fullmatch(fields.text(name))
    try:
        at = datetime(*(int(part) for part in found.groups()), tzinfo=UTC) if found else None  # type: ignore[arg-type, misc]
    except ValueError:
        at = None
    if at is None or at.timestamp() < RIPPLE_EPOCH_S:
        raise fields.wrong(name, "a time such as 2026-11-20T18:41:03Z")
    return int(at.timestamp()) * NS_PER_S
