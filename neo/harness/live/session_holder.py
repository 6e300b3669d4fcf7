"""One live session after another in one directory: begun by a world of some venue, waited for, ended or dropped."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Self

from neo.domain.messages.session import SessionEnded, StopSignal
from neo.infra.sqlite.books_reader import BooksReader
from neo.system.on_threads import ThreadedSession

SLICE_S = 0.05
#: Real seconds that anything may take before the test that waits for it gives up.
PATIENCE_S = 120.0


class SessionHolder(ABC):
    """At most one session runs at a time. What venue it trades at is the business of those who derive from this."""

    def __init__(self) -> None:
        self._session: ThreadedSession | None = None

    @property
    @abstractmethod
    def database(self) -> Path:
        """Where the sessions keep their books."""

    @property
    def session(self) -> ThreadedSession:
        if self._session is None:
            raise RuntimeError("no session runs: start() first")
        return self._session

    def until(self, holds: Callable[[], bool], patience_s: float = PATIENCE_S) -> Self:
        """Let the session go on until something holds. AssertionError when it ends before, or patience does."""
        deadline_s = time.monotonic() + patience_s
        while not holds():
            ended = self.session.wait(SLICE_S)
            if ended is not None:
                raise AssertionError(f"the session ended: {ended}")
            if time.monotonic() > deadline_s:
                raise AssertionError(f"not within {patience_s} s; {self.session.status()}")
        return self

    def until_trading(self) -> Self:
        return self.until(lambda: self.session.status().phase == "trading")

    def until_ended(self, patience_s: float = PATIENCE_S) -> SessionEnded:
        """Wait for the end and close; how it ended."""
        deadline_s = time.monotonic() + patience_s
        while (ended := self.session.wait(SLICE_S)) is None:
            if time.monotonic() > deadline_s:
                raise AssertionError(f"not ended within {patience_s} s; {self.session.status()}")
        self.close()
        return ended

    def stop(self, signal: StopSignal = StopSignal.SIGTERM, patience_s: float = PATIENCE_S) -> SessionEnded:
        """Ask for an orderly end and wait for it; orders in doubt need their proof first."""
        self.session.stop(signal)
        return self.until_ended(patience_s)

    def close(self) -> tuple[str, ...]:
        """Give back threads, files and the lock; who did not stop."""
        stuck = self.session.close()
        self._session = None
        return stuck

    def abandon(self) -> None:
        """Leave the session as a killed process would leave its books: committed is committed, the rest is gone."""
        self.session.abandon()
        self._session = None

    def reader(self) -> BooksReader:
        """What is durable now."""
        return BooksReader(self.database)
