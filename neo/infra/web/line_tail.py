"""Follows a growing text file, as tail -F does: whole lines only, on into the new file after a rotation."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

#: More than this at once is skipped up to the newest part: somebody looks at a page, nobody reads every line.
READ_BYTES_MAX = 1_000_000


class LineTail:
    """Begins at the end of the file. A file that is not there (yet) has no lines."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: BinaryIO | None = None
        self._rest = b""
        self._open(at_end=True)

    def lines(self) -> list[str]:
        """Lines that were completed since the last call."""
        if self._file is None:
            self._open(at_end=False)
        found = self._read()
        if self._was_replaced():
            self.close()
            self._open(at_end=False)
            found += self._read()
        return found

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
        self._file = None
        self._rest = b""

    def _open(self, *, at_end: bool) -> None:
        try:
            self._file = self._path.open("rb")
        except OSError:
            return
        if at_end:
            self._file.seek(0, os.SEEK_END)

    def _read(self) -> list[str]:
        if self._file is None:
            return []
        behind = os.fstat(self._file.fileno()).st_size - self._file.tell()
        if behind > READ_BYTES_MAX:
            self._file.seek(-READ_BYTES_MAX, os.SEEK_END)
            self._file.readline()
            self._rest = b""
        whole, _, rest = (self._rest + self._file.read(READ_BYTES_MAX)).rpartition(b"\n")
        self._rest = rest
        return whole.decode("utf-8", "replace").splitlines() if whole else []

    def _was_replaced(self) -> bool:
        """A rotation renames the file; ours is then another one than the one of that name."""
        if self._file is None:
            return False
        try:
            named = self._path.stat()
        except OSError:
            return False
        ours = os.fstat(self._file.fileno())
        return (named.st_dev, named.st_ino) != (ours.st_dev, ours.st_ino)
