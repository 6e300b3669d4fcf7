"""A process that buys drops live until it is killed: python -m neo.harness.live.killed_drop_buyer ORDER

ORDER is a JSON file, see DropBuyerOrder. The keys are in the environment. Ends by SIGKILL, as a power cut would end it:
nothing is flushed and nobody is told.
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
from neo.domain.ports import EXCHANGE_PORT
from neo.harness.live.exchange_kill_points import ExchangeKillPoint, ExchangeKillSwitch
from neo.harness.live.exchange_place import ExchangePlace, exchange_config
from neo.harness.live.place import as_loaded
from neo.records import frozen
from neo.system.on_threads import start_on_threads

SLICE_S = 0.5
#: Real seconds after which it gives up to be killed.
LIFE_S = 120.0
_LOG = "engine.log"


@frozen
class DropBuyerOrder:
    """`point` empty: somebody else kills."""

    place: ExchangePlace
    point: str = ""
    nth: int = 1


def read_order(path: Path) -> DropBuyerOrder:
    """As `spawn` leaves it."""
    content = json.loads(path.read_text(encoding="utf-8"))
    place = content.pop("place")
    return DropBuyerOrder(ExchangePlace(**{**place, "watchlist": tuple(place["watchlist"])}), **content)


def spawn(order: DropBuyerOrder) -> subprocess.Popen[bytes]:
    """An engine in a process of its own. Whoever starts it waits for it."""
    directory = Path(order.place.directory)
    path = directory / "order.json"
    path.write_text(json.dumps(attrs.asdict(order)), encoding="utf-8")
    with (directory / _LOG).open("ab") as said:
        return subprocess.Popen(
            [sys.executable, "-m", "neo.harness.live.killed_drop_buyer", str(path)],
            env={**os.environ, **order.place.environment},
            stdout=said,
            stderr=said,
        )


def last_words(directory: Path) -> str:
    """What the engines there said last."""
    lines = (directory / _LOG).read_text(encoding="utf-8").splitlines()
    return lines[-1] if lines else "nothing was said"


def main(order: DropBuyerOrder) -> int:
    """1 when the session ended by itself, or nothing killed it in time."""
    session = start_on_threads(as_loaded(exchange_config(order.place, Mode.LIVE)))
    if order.point:
        switch = ExchangeKillSwitch(ExchangeKillPoint(order.point), order.nth, _die)
        ports = session.system.ports
        ports[EXCHANGE_PORT] = switch.before(ports[EXCHANGE_PORT])
        session.system.observe(switch.seen)
    until_s = time.monotonic() + LIFE_S
    ended = None
    while time.monotonic() < until_s and ended is None:
        ended = session.wait(SLICE_S)
    sys.stderr.write(f"not killed: {ended}\n")
    session.close()
    return 1


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(read_order(Path(sys.argv[1]))))
