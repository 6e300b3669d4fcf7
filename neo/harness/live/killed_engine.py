"""A process that trades live until it kills itself at a given boundary: python -m neo.harness.live.killed_engine ORDER

ORDER is a JSON file, see EngineOrder. Ends by SIGKILL, as a power cut would end it: nothing is flushed and nobody is told.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import attrs

from neo.domain.config.choices import Mode
from neo.domain.ports import LEDGER_PORT
from neo.harness.live.kill_points import KillPoint, KillSwitch
from neo.harness.live.place import LivePlace, as_loaded, live_config
from neo.records import frozen
from neo.system.on_threads import start_on_threads
from neo.system.pace import Pace

SLICE_S = 0.5
#: Real seconds after which it gives up to be killed.
LIFE_S = 120.0


@frozen
class EngineOrder:
    """`began_ns` is on the machine's monotonic clock, which all of its processes share; then ledger time was `start_ns`.

    `point` empty: somebody else kills.
    """

    place: LivePlace
    speed: float
    start_ns: int
    began_ns: int
    point: str = ""
    nth: int = 1

    def written(self, path: Path) -> Path:
        path.write_text(json.dumps(attrs.asdict(self)), encoding="utf-8")
        return path


def read_order(path: Path) -> EngineOrder:
    """As `written` leaves it."""
    content = json.loads(path.read_text(encoding="utf-8"))
    place = content.pop("place")
    return EngineOrder(LivePlace(**{**place, "nodes": tuple(place["nodes"])}), **content)


def spawn(order: EngineOrder) -> subprocess.Popen[bytes]:
    """An engine in a process of its own. Whoever starts it waits for it."""
    path = order.written(Path(order.place.directory) / "order.json")
    return subprocess.Popen([sys.executable, "-m", "neo.harness.live.killed_engine", str(path)])


def main(order: EngineOrder) -> int:
    """1 when the session ended by itself, or nothing killed it in time."""
    now_ns = order.start_ns + int((time.monotonic_ns() - order.began_ns) * order.speed)
    session = start_on_threads(as_loaded(live_config(order.place, Mode.LIVE)), Pace(order.speed, now_ns))
    if order.point:
        switch = KillSwitch(KillPoint(order.point), order.nth, _die)
        ports = session.system.ports
        ports[LEDGER_PORT] = switch.before(ports[LEDGER_PORT])
        session.system.observe(switch.seen)
    until_s = time.monotonic() + LIFE_S
    while time.monotonic() < until_s and session.wait(SLICE_S) is None:
        pass
    session.close()
    return 1


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(read_order(Path(sys.argv[1]))))
