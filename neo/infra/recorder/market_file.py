"""Market data as a file that only grows: one whole line for each ledger, in the form of neo/infra/replay/market_lines.py.

A killed writer leaves at most one torn line, which the next one removes before it goes on. Nothing waits for the disk: what
a power cut takes is the newest few ledgers.
"""

from __future__ import annotations

import os
from pathlib import Path

from neo.domain.errors import NeoError
from neo.domain.messages.venue import BookObserved
from neo.domain.session.exit_codes import DATA, UNAVAILABLE
from neo.infra.replay.market_lines import MARK, Recorded, book_line, head_line, parse_book, parse_head, whole_lines

_TAIL_BYTES = 1 << 20


class RecordingRefused(NeoError):
    """The file is there and holds something else."""

    exit_code = DATA


class RecordingFailed(NeoError):
    """The disk did not take it. What was written before is whole."""

    exit_code = UNAVAILABLE


class MarketFile:
    """Appends books; the newest one waits until its ledger is over, because late transactions may still change it."""

    def __init__(self, path: Path, recorded: Recorded, bytes_max: int) -> None:
        """RecordingRefused when `path` holds another market or no recording, RecordingFailed when it cannot be written."""
        self.path = path
        self.ledgers = 0
        self.last_ledger = 0
        self._bytes_max = bytes_max
        self._waiting: BookObserved | None = None
        self._size = 0
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o640)
        except OSError as error:
            raise self._failed(error) from error
        try:
            self._continue(recorded)
        except OSError as error:
            os.close(self._descriptor)
            raise self._failed(error) from error
        except NeoError:
            os.close(self._descriptor)
            raise

    @property
    def bytes_written(self) -> int:
        """Size of the file."""
        return self._size

    @property
    def is_full(self) -> bool:
        return self._size >= self._bytes_max

    def add(self, book: BookObserved) -> None:
        """Ledgers that are recorded already, or are older, change nothing. RecordingFailed when the disk refuses."""
        waiting = self._waiting
        if book.ledger_index < max(self.last_ledger + 1, waiting.ledger_index if waiting is not None else 0):
            return
        self._waiting = book
        if waiting is not None and waiting.ledger_index < book.ledger_index:
            self._write(waiting)

    def close(self) -> None:
        """Write what waits, and give the file back."""
        try:
            if self._waiting is not None and not self.is_full:
                self._write(self._waiting)
            os.fsync(self._descriptor)
        except OSError as error:
            raise self._failed(error) from error
        finally:
            self._waiting = None
            os.close(self._descriptor)

    def _write(self, book: BookObserved) -> None:
        self._append(book_line(book))
        self.ledgers += 1
        self.last_ledger = book.ledger_index

    def _append(self, line: str) -> None:
        data = memoryview((line + "\n").encode())
        before = self._size
        try:
            while data:
                taken = os.write(self._descriptor, data)
                self._size += taken
                data = data[taken:]
        except OSError as error:
            os.ftruncate(self._descriptor, before)
            self._size = before
            raise self._failed(error) from error

    def _continue(self, recorded: Recorded) -> None:
        """See whether the file is ours and how far it has come, remove a torn end, begin a new one with its head."""
        whole = _whole_bytes(self._descriptor)
        head = head_line(recorded)
        if whole:
            self._require_same(recorded)
        elif not head.startswith(os.pread(self._descriptor, len(head) + 1, 0).decode("utf-8", "replace")):
            raise RecordingRefused(f"{self.path} is there and is no recording", "give another file with --out")
        os.ftruncate(self._descriptor, whole)
        self._size = whole
        if not whole:
            self._append(head)
            return
        last = _last_line(self._descriptor, whole)
        if not last.startswith(MARK):
            self.last_ledger = parse_book(self.path, 0, last, recorded).ledger_index

    def _require_same(self, recorded: Recorded) -> None:
        number, first = next(whole_lines(self.path))
        found = parse_head(self.path, number, first)
        if found != recorded:
            problem = f"{self.path} records {found.symbol} of {found.venue}, not {recorded.symbol} of {recorded.venue}"
            raise RecordingRefused(problem, "give another file with --out")

    def _failed(self, error: OSError) -> RecordingFailed:
        reason = error.strerror or str(error)
        return RecordingFailed(
            f"{self.path} cannot be written: {reason}", "free space, or give another file with --out"
        )


def _whole_bytes(descriptor: int) -> int:
    """Length of the file up to and with its last line end."""
    size = os.fstat(descriptor).st_size
    end = size
    while end > 0:
        start = max(0, end - _TAIL_BYTES)
        found = os.pread(descriptor, end - start, start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0


def _last_line(descriptor: int, whole: int) -> str:
    start = max(0, whole - _TAIL_BYTES)
    return os.pread(descriptor, whole - start, start).decode("utf-8", "replace").rstrip("\n").rpartition("\n")[2]
