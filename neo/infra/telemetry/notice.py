"""What a sink has to say about itself: once when it starts to fail, once when it works again."""

from __future__ import annotations

import enum
import logging
from collections.abc import Callable

from neo.records import frozen

_log = logging.getLogger("neo.telemetry")


class NoticeKind(enum.Enum):
    FAILING = "failing"
    RECOVERED = "recovered"
    DISCARDED = "discarded"  # old rotated files were deleted to stay within the size that was asked for


@frozen
class SinkNotice:
    """`cause` is the name of the operating system's error (ENOSPC, EROFS, ...); `lines_lost` counts since the start."""

    kind: NoticeKind
    sink: str
    cause: str
    text: str
    lines_lost: int = 0


#: Takes a notice somewhere else than the sink that it is about.
Report = Callable[[SinkNotice], None]


def report_to_log(notice: SinkNotice) -> None:
    """The report when nobody gives a better one: a line in neo.log."""
    level = logging.ERROR if notice.kind is NoticeKind.FAILING else logging.WARNING
    _log.log(level, "%s %s: %s (%d lines lost)", notice.sink, notice.kind.value, notice.text, notice.lines_lost)
