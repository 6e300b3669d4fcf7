"""A file that only grows at its end, with rotation by size. Errors are OSError and lose nothing that was not written."""

from __future__ import annotations

import os
import re
from pathlib import Path

_FLAGS = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


class AppendFile:
    """Opened on the first write and again whenever the descriptor is no longer the file at `path`.

    Rotated files are `<stem>.0001<suffix>`, `<stem>.0002<suffix>`, ... in the order of time; more than `keep` of them
    are deleted, oldest first.
    """

    def __init__(self, path: Path, *, bytes_max: int, keep: int) -> None:
        self.path = path
        self._bytes_max = bytes_max
        self._keep = keep
        self._descriptor = -1
        self._identity = (0, 0)
        self._size = 0
        self._rotate_at = bytes_max
        self._opened_before = False

    def write(self, data: memoryview) -> int:
        """Append what the disk takes, perhaps less than `data`; the number of bytes written."""
        self._open_if_needed()
        try:
            written = os.write(self._descriptor, data)
        except OSError:
            # A descriptor that failed is not trusted again: the next write opens the file anew.
            self.close()
            raise
        self._size += written
        return written

    def rotate_if_full(self) -> tuple[Path, ...]:
        """Set a full file aside. Call between whole lines. Returns the old files that were deleted for it."""
        if self._size < self._rotate_at or self._descriptor < 0:
            return ()
        # When setting aside fails the file grows on, and the next attempt is not made before it has doubled.
        self._rotate_at = self._size + self._bytes_max
        self.close()
        older = rotated_files(self.path)
        number = _number(older[-1]) + 1 if older else 1
        aside = self.path.with_name(f"{self.path.stem}.{number:04d}{self.path.suffix}")
        self.path.rename(aside)
        self._rotate_at = self._bytes_max
        excess = (*older, aside)[: max(0, len(older) + 1 - self._keep)]
        for path in excess:
            path.unlink(missing_ok=True)
        return excess

    def close(self) -> None:
        """Give the descriptor back; an error is of no use to anybody here."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            try:
                os.close(descriptor)
            except OSError:
                return

    def _open_if_needed(self) -> None:
        if self._is_open_on_path():
            return
        descriptor = os.open(self.path, _FLAGS, 0o640)
        status = os.fstat(descriptor)
        self._descriptor, self._identity, self._size = descriptor, (status.st_dev, status.st_ino), status.st_size
        if self._size and not self._opened_before and not _ends_with_newline(self.path):
            # The line that a crash tore stays one bad line instead of spoiling the next one too. Not when opening
            # again: then the end of the file may be the first half of a line whose second half comes now.
            self._size += os.write(descriptor, b"\n")
        self._opened_before = True

    def _is_open_on_path(self) -> bool:
        """Whether the descriptor is still ours and still the file at `path` (not closed by others, renamed or deleted)."""
        if self._descriptor < 0:
            return False
        try:
            status = os.fstat(self._descriptor)
        except OSError:
            status = None
        if status is None or (status.st_dev, status.st_ino) != self._identity:
            # Closed behind our back: the number may belong to somebody else by now, so it is not closed once more.
            self._descriptor = -1
            return False
        try:
            same = os.path.samestat(status, self.path.stat())
        except OSError:
            same = False
        if not same:
            self.close()
        return same


def rotated_files(path: Path) -> tuple[Path, ...]:
    """The files that were set aside for `path`, oldest first."""
    pattern = re.compile(re.escape(path.stem) + r"\.(\d{4,})" + re.escape(path.suffix))
    if not path.parent.is_dir():
        return ()
    found = [entry for entry in path.parent.iterdir() if pattern.fullmatch(entry.name)]
    return tuple(sorted(found, key=_number))


def _number(rotated: Path) -> int:
    return int(rotated.stem.rpartition(".")[2])


def _ends_with_newline(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"
