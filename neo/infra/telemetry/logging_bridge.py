"""What libraries (and neo outside the actors) say through `logging`, in logs/neo.log of the session.

The handler never raises and never prints: a log that cannot be written is counted and told once to `report`.
"""

from __future__ import annotations

import contextlib
import logging
import time
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from neo.infra.telemetry.notice import NoticeKind, Report, SinkNotice
from neo.infra.telemetry.redaction import Redactor

LOG_NAME = "neo.log"
ROTATE_BYTES = 10 * 1024 * 1024
KEEP_ROTATED = 10
_FORMAT = "%(asctime)s.%(msecs)03dZ %(levelname)-7s %(name)s: %(message)s"


class _RedactingFormatter(logging.Formatter):
    """UTC times; secrets masked in the message and in tracebacks alike."""

    def __init__(self, redactor: Redactor) -> None:
        super().__init__(_FORMAT, "%Y-%m-%dT%H:%M:%S")
        self.converter = time.gmtime
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        return self._redactor.clean(super().format(record))


class _CountingFileHandler(RotatingFileHandler):
    def __init__(self, path: Path, report: Report | None) -> None:
        super().__init__(
            path,
            maxBytes=ROTATE_BYTES,
            backupCount=KEEP_ROTATED,
            encoding="utf-8",
            errors="backslashreplace",
            delay=True,
        )
        self.lines_lost = 0
        self._report = report

    def handleError(self, record: logging.LogRecord) -> None:
        self.lines_lost += 1
        if self.lines_lost == 1 and self._report is not None:
            text = f"a line of {record.name} could not be written to {self.baseFilename}"
            self._report(SinkNotice(NoticeKind.FAILING, LOG_NAME, "unwritable", text, 1))


class LoggingBridge:
    """Installs the session's log below the root logger; a context manager, so that it is always taken out again."""

    def __init__(
        self,
        logs: Path,
        redactor: Redactor | None = None,
        *,
        level: int = logging.INFO,
        report: Report | None = None,
    ) -> None:
        if not isinstance(logs, Path):
            raise TypeError(
                f"the log directory must be a Path, not {logs!r}: nothing logs before the session directory exists"
            )
        self.path = logs / LOG_NAME
        self._level = level
        self._handler = _CountingFileHandler(self.path, report)
        self._handler.setFormatter(_RedactingFormatter(redactor or Redactor()))
        self._previous_level = logging.WARNING

    @property
    def lines_lost(self) -> int:
        return self._handler.lines_lost

    def install(self) -> None:
        """From here on everything at `level` or above is written, Pykka's own messages and Python's warnings included."""
        root = logging.getLogger()
        self._previous_level = root.level
        root.setLevel(self._level)
        root.addHandler(self._handler)
        logging.captureWarnings(True)

    def uninstall(self) -> None:
        """Undo `install`."""
        root = logging.getLogger()
        if self._handler not in root.handlers:
            return
        logging.captureWarnings(False)
        root.removeHandler(self._handler)
        root.setLevel(self._previous_level)
        with contextlib.suppress(OSError):  # what a full disk still refuses was counted when it was logged
            self._handler.close()

    def __enter__(self) -> LoggingBridge:
        self.install()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.uninstall()
