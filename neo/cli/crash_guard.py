"""The last line: a fault in neo itself becomes a short message, a file with the traceback, and exit code 70."""

from __future__ import annotations

import os
import sys
import time
import traceback
from pathlib import Path
from types import TracebackType

from neo.domain.session.exit_codes import INTERNAL


class CrashGuard:
    """A context manager around a command. Errors meant for people must have been dealt with inside."""

    def __init__(self) -> None:
        self._directory: Path | None = None
        self.exit_code = 0

    def report_into(self, directory: Path) -> None:
        """From here on a crash is written there: the log directory of the session."""
        self._directory = directory

    def __enter__(self) -> CrashGuard:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        # SystemExit and KeyboardInterrupt are no faults of neo.
        if not isinstance(error, Exception):
            return False
        self.exit_code = INTERNAL
        place = self._write(_redacted("".join(traceback.format_exception(error))))
        summary = _redacted(f"{type(error).__name__}: {error}").splitlines()[0]
        sys.stderr.write(f"neo: internal error: {summary}\n  -> {place}\n")
        return True

    def _write(self, text: str) -> str:
        """Where the traceback is; the traceback itself when it cannot be written anywhere."""
        stamp = time.strftime("crash_%Y%m%d_%H%M%S_", time.gmtime())
        # None is the directory for temporary files.
        for directory in dict.fromkeys((self._directory, None)):
            try:
                from tempfile import mkstemp  # and eight modules with it, for crashes only

                descriptor, name = mkstemp(".txt", stamp, directory)
                with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
                    file.write(text)
            except (OSError, ImportError):
                continue
            return f"This is a fault in neo. The traceback is in {name}"
        return f"This is a fault in neo, and no file could be written:\n{text}"


def _redacted(text: str) -> str:
    from neo.infra.telemetry.redaction import Redactor

    secrets = [value for name, value in os.environ.items() if Redactor.hides(name)]
    return Redactor(secrets).clean(text)
