"""A process that commits until it is killed: one line per acknowledged write on standard output.

Run by test_kill_9 as ``python -m tests.infra.sqlite.killed_writer DIRECTORY (honest|early)``; ``early`` acknowledges before
the commit, the lie that the test must be able to find.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from neo.domain.messages.storage import CheckpointMode
from neo.infra.sqlite.connection import Synchronous
from neo.infra.sqlite.startup import StoreSettings
from neo.infra.sqlite.state_store import open_state_store
from tests.infra.sqlite.books import fill, order, session, write


def main(directory: Path, early: bool) -> None:
    """Commit groups of three fills forever."""
    store = open_state_store(StoreSettings(directory / "neo.db", 0, Synchronous.FULL))
    number = store.recovery().lsn
    if number == 0:
        store.commit([write(session(), order(1))])
    while True:
        number = store.last_lsn + 1
        if early:
            os.write(1, b"%d\n" % (number + 2))
        store.commit([write(fill(number + step)) for step in range(3)])
        if not early:
            os.write(1, b"%d\n" % store.last_lsn)
        if number % 60 < 3:
            store.checkpoint(CheckpointMode.PASSIVE)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] == "early")
