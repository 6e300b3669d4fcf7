"""Times as people read them, in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from neo.domain.units import NS_PER_S


def utc(at_ns: int) -> str:
    """To the second, for example 2026-01-31 12:00:00 UTC."""
    return datetime.fromtimestamp(at_ns // NS_PER_S, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def lasted(duration_ns: int) -> str:
    """Hours, minutes and seconds, days before them."""
    return str(timedelta(seconds=duration_ns // NS_PER_S))
