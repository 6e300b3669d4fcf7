"""The newest journal number that telemetry has seen.

A number above the database's own means that the database has lost commits: telemetry mentions a number only after
its commit was acknowledged.
"""

from __future__ import annotations

import re
from pathlib import Path

from neo.infra.telemetry.append_file import rotated_files

_DB_SEQ = re.compile(rb'^\{"v":\d+,"seq":\d+,"db_seq":(\d+),', re.MULTILINE)


def newest_db_seq(path: Path) -> int:
    """The highest `db_seq` in a telemetry file, or in its rotated predecessors when it has none; 0 when nobody has.

    Torn and foreign lines are passed over. A file that cannot be read counts as empty: this is a check, not a source.
    """
    for candidate in (path, *reversed(rotated_files(path))):
        newest = _newest_in(candidate)
        if newest:
            return newest
    return 0


def _newest_in(path: Path) -> int:
    try:
        with path.open("rb") as file:
            return max((int(match.group(1)) for line in file if (match := _DB_SEQ.match(line))), default=0)
    except OSError:
        return 0
