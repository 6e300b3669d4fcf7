from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from pathlib import Path

from neo.infra.sqlite.integrity import faults_in
from tests.infra.sqlite.books import opened

_TRIALS = 5
_EARLY_TRIALS_MAX = 40


def _acknowledged_before_kill(directory: Path, honesty: str, acknowledgements: int) -> int:
    """Run the writer, kill -9 it after so many lines, and return the newest LSN that it acknowledged."""
    command = [sys.executable, "-m", "tests.infra.sqlite.killed_writer", str(directory), honesty]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[3]) as writer:
        assert writer.stdout is not None
        lines = [writer.stdout.readline() for _ in range(acknowledgements)]
        writer.kill()
        lines += [line for line in writer.stdout.read().splitlines(keepends=True) if line.endswith(b"\n")]
    assert len(lines) >= acknowledgements and all(lines), "the writer ended by itself"
    return int(lines[-1])


def test_kill_9_loses_no_acknowledged_row_and_the_books_still_add_up(tmp_path: Path) -> None:
    for trial in range(_TRIALS):
        acknowledged = _acknowledged_before_kill(tmp_path, "honest", 3 + 17 * trial)
        store = opened(tmp_path)
        assert store.last_lsn >= acknowledged
        assert faults_in(store._open_connection(), full=True) == ""
        fills = store.last_lsn - 2
        assert {(b.asset, b.fills_only) for b in store.recovery().balances} == {
            ("XRP", Decimal(10) * fills),
            ("RLUSD", Decimal("-5.12") * fills),
        }
        store.abandon()


def test_the_kill_9_trial_finds_a_writer_that_acknowledges_early(tmp_path: Path) -> None:
    losses = 0
    for trial in range(_EARLY_TRIALS_MAX):
        acknowledged = _acknowledged_before_kill(tmp_path, "early", 1 + trial % 3)
        store = opened(tmp_path)
        losses += store.last_lsn < acknowledged
        store.abandon()
        if losses:
            break
    assert losses
