"""Replay of the shared L2 workload: events per second through neo's order book, with requotes every 4 s of the tape's clock.

    python benchmarks/replay_l2.py TAPE.npz|TAPE.csv.gz [--rounds 5]

Prints one JSON line with the keys of the peers' scripts. Every row is a call of the book or of the fill check.
Reading the file is not timed. What is measured is book, requote rule and fill check; not timed, because not run, are actors,
risk, store and telemetry (benchmarks/README.md).
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from l2_tape import read_tape

from neo.domain.market.book_replay import replay
from neo.domain.market.book_tape import BookTape

#: 12,510 requotes of two sides: another count is another workload.
SUBMITS_OF_THE_SHARED_TAPE = {1_000_000: 25_020}


def measure(tape: BookTape, rounds: int) -> dict[str, object]:
    """Medians over `rounds`, by the wall and by this process' CPU."""
    walls: list[float] = []
    cpus: list[float] = []
    count = replay(tape)
    for _ in range(rounds):
        wall, cpu = time.perf_counter(), time.process_time()
        count = replay(tape)
        walls.append(len(tape) / (time.perf_counter() - wall))
        cpus.append(len(tape) / (time.process_time() - cpu))
    return {
        "peer": "neo",
        "mode": "per_event",
        "events": count.events,
        "median_eps": round(statistics.median(walls)),
        "median_eps_cpu": round(statistics.median(cpus)),
        "all_eps": [round(each) for each in walls],
        "submits": count.submits,
        "cancels": count.cancels,
        "fills": count.fills,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("tape", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    tape = read_tape(arguments.tape)
    result = measure(tape, arguments.rounds)
    print(json.dumps(result))
    if SUBMITS_OF_THE_SHARED_TAPE.get(len(tape), result["submits"]) != result["submits"]:
        print("another count of submits than the peers': this is not the shared workload", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
