"""Recorded data that cannot be used."""

from __future__ import annotations

from pathlib import Path

from neo.domain.errors import NeoError
from neo.domain.session.exit_codes import DATA


class ReplayDataError(NeoError):
    """Says where (file:line), what is wrong there and what to do. Nothing is read half: the replay does not start."""

    exit_code = DATA

    def __init__(self, path: Path, line: int, problem: str, advice: str) -> None:
        where = f"{path}:{line}" if line else str(path)
        super().__init__(f"{where}: {problem}", advice)
        self.path = path
        self.line = line
