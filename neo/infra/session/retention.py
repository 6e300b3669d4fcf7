"""How long logs are kept: by age and by total size, oldest session first, never those of a running session.

Only `logs/` and `journal/` are cleaned; state and reports are small and are kept.
"""

from __future__ import annotations

import stat
from collections.abc import Iterable
from pathlib import Path

from neo.domain.units import NS_PER_S
from neo.infra.session.directory import SessionDirectory, session_directories
from neo.records import frozen

_DAY_NS = 24 * 3600 * NS_PER_S


@frozen
class LogCleanup:
    """What was done. `failed` names files that could not be removed, with the reason."""

    files_removed: int
    bytes_removed: int
    bytes_kept: int
    sessions: tuple[str, ...]
    failed: tuple[str, ...]


@frozen
class LogRetention:
    """`days_max`: older logs go. `bytes_max`: beyond it the oldest logs go, whatever their age."""

    days_max: int
    bytes_max: int

    def clean(self, base: Path, now_ns: int, keep: Iterable[str] = ()) -> LogCleanup:
        """Remove what is too old or too much below `base`. `keep` names sessions that are not touched; never raises."""
        kept_sessions = set(keep)
        logs = [log for session in session_directories(base) for log in _logs_of(session, kept_sessions)]
        total = sum(log.size for log in logs)
        oldest_ns = now_ns - self.days_max * _DAY_NS
        removed: list[_Log] = []
        failed: list[str] = []
        removed_bytes = 0
        for log in logs:  # oldest session first, oldest file first
            if not log.removable or (log.modified_ns >= oldest_ns and total - removed_bytes <= self.bytes_max):
                continue
            try:
                log.path.unlink(missing_ok=True)
            except OSError as error:
                failed.append(f"{log.path}: {error.strerror or error}")
                continue
            removed.append(log)
            removed_bytes += log.size
        sessions = tuple(dict.fromkeys(log.session for log in removed))
        return LogCleanup(len(removed), removed_bytes, total - removed_bytes, sessions, tuple(failed))


@frozen
class _Log:
    path: Path
    session: str
    size: int
    modified_ns: int
    removable: bool


def _logs_of(session: SessionDirectory, keep: set[str]) -> list[_Log]:
    removable = session.session_id not in keep and not session.is_running()
    found = []
    for part in (session.logs, session.journal):
        if part.is_symlink() or not part.is_dir():
            continue
        for path in part.iterdir():
            try:
                status = path.lstat()
            except OSError:
                continue  # another engine's rotation took it away just now
            if not stat.S_ISREG(status.st_mode):
                continue
            found.append(_Log(path, session.session_id, status.st_size, status.st_mtime_ns, removable))
    return sorted(found, key=lambda log: (log.modified_ns, log.path.name))
