"""Find acknowledged transactions that SQLite would drop without a word.

SQLite recovers the write-ahead log up to the first frame whose checksum is wrong and ignores the rest; quick_check then
says ok. The scan reads only frame headers (24 bytes each) before the first connection is opened, and remembers where
the commit frames of the current generation (same salts) are. After opening, the number of frames that SQLite recovered is
compared: with synchronous=FULL at most one commit can have been under way, so two or more commit frames beyond the
recovered ones mean loss. File format: https://sqlite.org/fileformat2.html#the_write_ahead_log
"""

from __future__ import annotations

import enum
import os
import struct
from pathlib import Path

from neo.infra.sqlite.errors import DatabaseLostCommits
from neo.records import frozen

_HEADER_BYTES = 32
_FRAME_HEADER_BYTES = 24
_MAGIC_NUMBERS = (0x377F0682, 0x377F0683)
_FORMAT_VERSION = 3_007_000
_UNACKNOWLEDGED_COMMITS_MAX = 1


class WalState(enum.Enum):
    """What the log file looked like before SQLite touched it."""

    MISSING = "missing"
    EMPTY = "empty"
    SHORT = "short"
    BAD_HEADER = "bad_header"
    READABLE = "readable"


@frozen
class WalScan:
    """Frames of the current generation: their count and the 1-based positions of its commit frames."""

    state: WalState
    frames: int = 0
    commits: tuple[int, ...] = ()

    def commits_beyond(self, recovered_frames: int) -> int:
        """How many commit frames lie behind the last frame that SQLite recovered."""
        return sum(1 for position in self.commits if position > recovered_frames)


def wal_path(database: Path) -> Path:
    """``<db>-wal`` beside the database."""
    return database.with_name(database.name + "-wal")


def scan_wal(database: Path) -> WalScan:
    """Read the frame headers of the log of ``database``. Only before this process opens the database."""
    try:
        descriptor = os.open(wal_path(database), os.O_RDONLY | getattr(os, "O_BINARY", 0))
    except FileNotFoundError:
        return WalScan(WalState.MISSING)
    try:
        size = os.fstat(descriptor).st_size
        if size == 0:
            return WalScan(WalState.EMPTY)
        header = os.read(descriptor, _HEADER_BYTES)
        if len(header) < _HEADER_BYTES:
            return WalScan(WalState.SHORT)
        return _scan_frames(descriptor, header, size)
    finally:
        os.close(descriptor)


def require_nothing_lost(database: Path, scan: WalScan, recovered_frames: int) -> None:
    """Raise ``DatabaseLostCommits`` when the scan shows more commits than SQLite recovered."""
    if scan.state is WalState.BAD_HEADER:
        raise DatabaseLostCommits(
            f"the write-ahead log of {database} is damaged", "its header is invalid: SQLite would ignore the whole log"
        )
    beyond = scan.commits_beyond(recovered_frames)
    if beyond > _UNACKNOWLEDGED_COMMITS_MAX:
        raise DatabaseLostCommits(
            f"the write-ahead log of {database} is damaged",
            f"{beyond} commits lie behind frame {recovered_frames}, where SQLite stopped reading",
        )


def _scan_frames(descriptor: int, header: bytes, size: int) -> WalScan:
    magic, version, page_bytes, _, salt_1, salt_2, sum_1, sum_2 = struct.unpack(">8I", header)
    if magic not in _MAGIC_NUMBERS or version != _FORMAT_VERSION or _checksum(header[:24], magic) != (sum_1, sum_2):
        return WalScan(WalState.BAD_HEADER)
    stride = _FRAME_HEADER_BYTES + page_bytes
    frames, commits = 0, []
    for position in range(1, (size - _HEADER_BYTES) // stride + 1):
        os.lseek(descriptor, _HEADER_BYTES + (position - 1) * stride, os.SEEK_SET)
        _, pages_after_commit, frame_salt_1, frame_salt_2 = struct.unpack(">4I", os.read(descriptor, 16))
        if (frame_salt_1, frame_salt_2) == (salt_1, salt_2):
            frames += 1
            if pages_after_commit:
                commits.append(position)
    return WalScan(WalState.READABLE, frames, tuple(commits))


def _checksum(data: bytes, magic: int) -> tuple[int, int]:
    """SQLite's two-word running checksum; the lowest bit of the magic number says which byte order."""
    words = struct.unpack((">" if magic & 1 else "<") + f"{len(data) // 4}I", data)
    first = second = 0
    for even, odd in zip(words[::2], words[1::2], strict=True):
        first = (first + even + second) & 0xFFFFFFFF
        second = (second + odd + first) & 0xFFFFFFFF
    return first, second
