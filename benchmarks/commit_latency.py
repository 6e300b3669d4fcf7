"""How long a durable commit of one order intent takes, with and without checkpoints running between commits.

Goal (DESIGN.md section 6): p99 with a checkpoint every 100 ms within 2 x the p99 without. The checkpoint itself delays the
commits that wait behind it; latency is measured from the moment a commit is due, on a schedule of one every 2 ms, so that
waiting counts. Run: ``python -m benchmarks.commit_latency [--commits N] [--directory DIR] [--json]``.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from decimal import Decimal
from pathlib import Path

from neo.domain.market.instrument import Side
from neo.domain.messages.journal import OrderIntended, SessionOpened
from neo.domain.messages.storage import CheckpointMode
from neo.domain.ports import JournalWrite
from neo.infra.sqlite.connection import Synchronous
from neo.infra.sqlite.startup import StoreSettings
from neo.infra.sqlite.state_store import SqliteStateStore, open_state_store

_PERIOD_NS = 2_000_000
_CHECKPOINT_PERIOD_NS = 100_000_000


def _intent(number: int) -> JournalWrite:
    order = OrderIntended(
        order_id=f"o{number}",
        intent_id=f"i{number}",
        session_id="s1",
        venue="xrpl",
        symbol="XRP/RLUSD",
        side=Side.BUY,
        price=Decimal("0.5120"),
        quantity=Decimal("29.3"),
        quote_quantity=Decimal("15.0016"),
        level=0,
        offer_sequence=number,
    )
    return JournalWrite("order_router", number, (order,))


def _measure(store: SqliteStateStore, commits: int, *, first: int, with_checkpoints: bool) -> list[int]:
    """Latencies in ns, from when each commit was due to when it was durable."""
    latencies: list[int] = []
    started_ns = due_ns = time.perf_counter_ns()
    next_checkpoint_ns = started_ns + _CHECKPOINT_PERIOD_NS
    for number in range(first, first + commits):
        due_ns += _PERIOD_NS
        while time.perf_counter_ns() < due_ns:
            if with_checkpoints and time.perf_counter_ns() >= next_checkpoint_ns:
                store.checkpoint(CheckpointMode.PASSIVE)
                next_checkpoint_ns += _CHECKPOINT_PERIOD_NS
        store.commit([_intent(number)])
        latencies.append(time.perf_counter_ns() - due_ns)
    return latencies


def _figures(latencies: list[int]) -> dict[str, float]:
    ordered = sorted(latencies)
    return {
        "commits": len(ordered),
        "p50_us": round(statistics.median(ordered) / 1e3, 1),
        "p99_us": round(ordered[int(len(ordered) * 0.99)] / 1e3, 1),
        "max_us": round(ordered[-1] / 1e3, 1),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--commits", type=int, default=5_000)
    parser.add_argument("--directory", type=Path, help="where the database is made (default: the temporary directory)")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    results: dict[str, dict[str, float]] = {}
    for synchronous in (Synchronous.FULL, Synchronous.OFF):
        with tempfile.TemporaryDirectory(dir=arguments.directory) as directory:
            store = open_state_store(StoreSettings(Path(directory) / "neo.db", 0, synchronous))
            opening = SessionOpened("s1", "0", "sim", 0, "h", "v", 0, directory)
            store.commit([JournalWrite("start-up", 0, (opening,))])
            for with_checkpoints in (False, True):
                name = f"{synchronous.value} {'checkpoint every 100 ms' if with_checkpoints else 'no checkpoints'}"
                first = store.last_lsn
                latencies = _measure(store, arguments.commits, first=first, with_checkpoints=with_checkpoints)
                results[name] = _figures(latencies)
                store.checkpoint(CheckpointMode.TRUNCATE)
            store.close()
    if arguments.json:
        print(json.dumps(results, indent=2))
        return
    for name, figures in results.items():
        print(f"{name:32} " + "  ".join(f"{key} {value:g}" for key, value in figures.items()))


if __name__ == "__main__":
    main()
