"""Telemetry lines in a file of the session directory. A failing disk costs lines, never an exception.

While the disk fails, lines wait in a bounded memory; what does not fit is lost and counted. Each cause is reported
once, recovery once. Retries back off, so that a dead disk is not asked again for every line.
"""

from __future__ import annotations

import errno
import time
from collections.abc import Callable
from pathlib import Path

from neo.domain.units import NS_PER_S
from neo.infra.telemetry.append_file import AppendFile
from neo.infra.telemetry.notice import NoticeKind, Report, SinkNotice, report_to_log

ROTATE_BYTES = 32 * 1024 * 1024
KEEP_ROTATED = 64
BUFFER_BYTES = 64 * 1024
WAITING_BYTES_MAX = 1024 * 1024
RETRY_MIN_NS = NS_PER_S
RETRY_MAX_NS = 60 * NS_PER_S


class JsonlSink:
    """A TelemetrySink with one owner. `write` may keep a line in memory until `flush`, or until the buffer is full."""

    def __init__(
        self,
        path: Path,
        *,
        rotate_bytes: int = ROTATE_BYTES,
        keep_rotated: int = KEEP_ROTATED,
        buffer_bytes: int = BUFFER_BYTES,
        waiting_bytes_max: int = WAITING_BYTES_MAX,
        clock_ns: Callable[[], int] = time.monotonic_ns,
        report: Report = report_to_log,
    ) -> None:
        if not isinstance(path, Path):
            raise TypeError(f"the path of a telemetry file must be a Path, not {path!r}")
        self.path = path
        self.lines_written = 0
        self.lines_lost = 0
        self._file = AppendFile(path, bytes_max=rotate_bytes, keep=keep_rotated)
        self._buffer_bytes = buffer_bytes
        self._waiting_bytes_max = waiting_bytes_max
        self._clock_ns = clock_ns
        self._report = report
        self._lines: list[str] = []
        self._lines_bytes = 0
        self._unwritten = b""  # whole lines, except that the first may have been written in part
        self._problem: str | None = None
        self._reported: set[str] = set()
        self._retry_at_ns = 0
        self._retry_ns = RETRY_MIN_NS
        self._closed = False

    @property
    def problem(self) -> str | None:
        """Why the sink does not write at the moment; None when it does."""
        return self._problem

    def write(self, line: str) -> str | None:
        """Take one line (ASCII, without line end). Returns why it could not be taken to the disk, None when all is well."""
        if self._closed or self._lines_bytes + len(self._unwritten) + len(line) >= self._waiting_bytes_max:
            self.lines_lost += 1
            return self.flush() or "the sink is closed"
        self._lines.append(line)
        self._lines_bytes += len(line) + 1
        if self._lines_bytes < self._buffer_bytes:
            return self._problem
        return self.flush()

    def flush(self) -> str | None:
        """Hand everything that waits to the operating system, unless a failing disk is to be left alone for now."""
        if self._closed or (self._problem is not None and self._clock_ns() < self._retry_at_ns):
            return self._problem
        self._gather()
        try:
            self._drain()
            discarded = self._file.rotate_if_full()
        except OSError as error:
            return self._fail(error)
        if discarded:
            names = ", ".join(path.name for path in discarded)
            self._report(SinkNotice(NoticeKind.DISCARDED, self.path.name, "size", f"deleted {names}", self.lines_lost))
        self._recover()
        return None

    def close(self) -> None:
        """One last attempt, back-off or not; what cannot be written then is counted as lost."""
        self._retry_at_ns = 0
        self.flush()
        self.lines_lost += self._unwritten.count(b"\n")
        self._unwritten = b""
        self._closed = True
        self._file.close()

    def _gather(self) -> None:
        if self._lines:
            text = "\n".join(self._lines)
            self._unwritten += text.encode("ascii", "backslashreplace") + b"\n"
            self._lines.clear()
            self._lines_bytes = 0

    def _drain(self) -> None:
        while self._unwritten:
            taken = self._file.write(memoryview(self._unwritten))
            self.lines_written += self._unwritten.count(b"\n", 0, taken)
            self._unwritten = self._unwritten[taken:]

    def _fail(self, error: OSError) -> str:
        cause = errno.errorcode.get(error.errno or 0, type(error).__name__)
        self._retry_at_ns = self._clock_ns() + self._retry_ns
        self._retry_ns = min(2 * self._retry_ns, RETRY_MAX_NS)
        self._problem = f"{cause}: {error.strerror or error} ({self.path})"
        if cause not in self._reported:
            self._reported.add(cause)
            self._report(SinkNotice(NoticeKind.FAILING, self.path.name, cause, self._problem, self.lines_lost))
        return self._problem

    def _recover(self) -> None:
        if self._problem is None:
            return
        text = f"writing again after {self._problem}"
        self._problem = None
        self._retry_ns = RETRY_MIN_NS
        self._reported.clear()
        self._report(SinkNotice(NoticeKind.RECOVERED, self.path.name, "", text, self.lines_lost))
