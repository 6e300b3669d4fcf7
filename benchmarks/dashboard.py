"""What the dashboard costs the engine that it runs in: memory, CPU and time to start.

    python benchmarks/dashboard.py [--seconds 60] [--rounds 3]

Sessions of config/sim.toml at speed 1, each in a process of its own: without a dashboard, with one that nobody looks at, and
with one page on its stream. Prints one JSON line for each (medians of the rounds) and one for the differences. Start is the
time that opening it takes within a session's start, loading starlette and uvicorn included; CPU is that of the process, of
one core, after it has settled.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

REPO = Path(__file__).resolve().parents[1]
KINDS = ("without", "unseen", "watched")
SETTLE_S = 8.0
SLICE_S = 0.1


def session_figures(kind: str, seconds: float, folder: Path) -> dict[str, float]:
    """One session in this process: start of the dashboard in s, resident MB at the end, CPU in % of a core."""
    from neo.infra.config.loader import load
    from neo.system.dashboard import SessionDashboard
    from neo.system.on_threads import start_on_threads

    opened: list[float] = []
    open_it = SessionDashboard.open

    def timed(self: SessionDashboard, *arguments: Any) -> None:
        began = time.perf_counter()
        open_it(self, *arguments)
        opened.append(time.perf_counter() - began)

    SessionDashboard.open = timed  # type: ignore[method-assign, assignment]
    options = {
        "storage.path": str(folder / "neo.db"),
        "session.directory": str(folder / "sessions"),
        "session.duration_s": "0",
        "speed": "1",
        "dashboard.enabled": "false" if kind == "without" else "true",
        "dashboard.port": "0",
    }
    session = start_on_threads(load(REPO / "config/sim.toml", {}, options))
    stream = _watch(session.dashboard.url) if kind == "watched" else None
    try:
        _wait(session, SETTLE_S)
        cpu_s, began_s = time.process_time(), time.perf_counter()
        _wait(session, seconds)
        share = (time.process_time() - cpu_s) / (time.perf_counter() - began_s)
        return {"start_s": opened[0], "resident_mb": _resident_mb(), "cpu_percent": 100 * share}
    finally:
        if stream is not None:
            stream.kill()
            stream.wait()
        session.close()


def _wait(session: Any, seconds: float) -> None:
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        session.wait(SLICE_S)


def _watch(url: str | None) -> subprocess.Popen[bytes]:
    """A reader of the stream in another process, after what a page reads when it opens."""
    place = urlsplit(url or "")
    for path in ("/", "/api/overview", "/api/charts", "/api/orders", "/api/sessions"):
        connection = http.client.HTTPConnection(place.hostname or "", place.port)
        connection.request("GET", path)
        connection.getresponse().read()
        connection.close()
    code = f"import urllib.request as r\nfor line in r.urlopen({url!r} + 'api/stream'): pass"
    return subprocess.Popen((sys.executable, "-c", code), stderr=subprocess.DEVNULL)


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def measured(kind: str, seconds: float) -> dict[str, float]:
    """The figures of a session in a new process."""
    with tempfile.TemporaryDirectory(prefix="neo-dashboard-") as folder:
        command = (sys.executable, __file__, "--seconds", str(seconds), "--one", kind, "--folder", folder)
        out = subprocess.run(command, check=True, capture_output=True, text=True, cwd=REPO).stdout
    figures: dict[str, float] = json.loads(out)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--one", choices=KINDS)
    parser.add_argument("--folder", type=Path)
    chosen = parser.parse_args()
    if chosen.one:
        print(json.dumps(session_figures(chosen.one, chosen.seconds, chosen.folder)))
        return
    found = {kind: [measured(kind, chosen.seconds) for _ in range(chosen.rounds)] for kind in KINDS}
    medians = {
        kind: {key: statistics.median(one[key] for one in runs) for key in runs[0]} for kind, runs in found.items()
    }
    for kind, figures in medians.items():
        print(json.dumps({"dashboard": kind} | {key: round(value, 3) for key, value in figures.items()}))
    cost = {key: medians["watched"][key] - medians["without"][key] for key in ("resident_mb", "cpu_percent")}
    print(json.dumps({"cost of a watched dashboard": {key: round(value, 2) for key, value in cost.items()}}))


if __name__ == "__main__":
    main()
