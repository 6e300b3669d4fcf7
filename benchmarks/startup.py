"""How long neo takes to answer and to start, and how much memory it holds: `neo --help`, and start to first tick.

    python benchmarks/startup.py [--rounds 5]

Prints one JSON line for each measurement. The second is a session of config/sim.toml at speed 1 in a process of its own: from the
start of the process to phase `trading` (books and venue agree), and to the first tick, which comes a tick interval of 4 s
after the strategy has started. Times are those of the events, so that a late flush does not count. Memory is resident
memory then and 5 s later.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

REPO = Path(__file__).resolve().parents[1]
NEO = (sys.executable, "-m", "neo")
TICKS = ("QUOTE_TICK", "TICK_SUSPENDED")
POLL_S = 0.05
FIRST_TICK_TIMEOUT_S = 60.0
SETTLED_AFTER_S = 5.0
STOP_TIMEOUT_S = 30.0


def help_seconds() -> float:
    """Wall time of `neo --help`."""
    started = time.perf_counter()
    subprocess.run((*NEO, "--help"), cwd=REPO, check=True, capture_output=True)
    return time.perf_counter() - started


def first_tick() -> dict[str, float]:
    """Seconds to phase `trading` and to the first tick, MB resident then and a little later."""
    with tempfile.TemporaryDirectory(prefix="neo-startup-") as place:
        folder = Path(place)
        environment = {
            **os.environ,
            "NEO_STORAGE__PATH": str(folder / "neo.db"),
            "NEO_SESSION__DIRECTORY": str(folder / "sessions"),
        }
        started_ns = time.time_ns()
        process = subprocess.Popen(
            (*NEO, "run", str(REPO / "config/sim.toml"), "--speed", "1"),
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            trading_ns, tick_ns = _wait_for_tick(folder / "sessions", process)
            early_mb = resident_mb(process.pid)
            time.sleep(SETTLED_AFTER_S)
            return {
                "trading_s": (trading_ns - started_ns) / 1e9,
                "first_tick_s": (tick_ns - started_ns) / 1e9,
                "resident_mb": early_mb,
                "resident_mb_settled": resident_mb(process.pid),
            }
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(STOP_TIMEOUT_S)


def _wait_for_tick(sessions: Path, process: subprocess.Popen[bytes]) -> tuple[int, int]:
    """When the session began to trade, and when it ticked first."""
    deadline = time.perf_counter() + FIRST_TICK_TIMEOUT_S
    while time.perf_counter() < deadline:
        events = [json.loads(line) for line in _lines(sessions)]
        ticks = [event["at_ns"] for event in events if event["event"] in TICKS]
        if ticks:
            trading = [event["at_ns"] for event in events if event["fields"].get("phase") == "trading"]
            return trading[0], ticks[0]
        if process.poll() is not None:
            raise RuntimeError(f"neo run ended with exit code {process.returncode} before its first tick")
        time.sleep(POLL_S)
    raise TimeoutError(f"no tick within {FIRST_TICK_TIMEOUT_S:.0f} s")


def _lines(sessions: Path) -> Iterator[str]:
    for events in sessions.glob("session_*/logs/events.jsonl"):
        yield from (line for line in events.read_text(encoding="utf-8").splitlines(True) if line.endswith("\n"))


def resident_mb(pid: int) -> float:
    """Resident memory of a process, from /proc (Linux)."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise LookupError(f"the system does not say how much memory process {pid} holds")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    help_seconds()  # the first one reads the files from disk
    helps = [help_seconds() for _ in range(rounds)]
    print(
        json.dumps({"benchmark": "neo --help", "median_s": round(statistics.median(helps), 3), "all_s": _round(helps)})
    )
    starts = [first_tick() for _ in range(rounds)]
    medians = {name: round(statistics.median(start[name] for start in starts), 3) for name in starts[0]}
    print(json.dumps({"benchmark": "start", **medians}))
    return 0


def _round(seconds: list[float]) -> list[float]:
    return [round(each, 3) for each in seconds]


if __name__ == "__main__":
    sys.exit(main())
