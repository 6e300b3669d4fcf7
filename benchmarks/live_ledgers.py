"""How many ledger closes a requote and a cancel take, over real sockets.

Repeat: .venv/bin/python benchmarks/live_ledgers.py [ROUNDS] [SPEED]

A live session trades on a sandbox ledger with two nodes: a ledger every 4 s of its time, SPEED times the clock (5). Every
tick replaces both quotes. Each round lets it quote for ten ledgers, halts it, waits until every cancel is verified, and
resumes. Prints JSON, in closes: requote is from the Strategy's proposal until both sides are validated, cancel from the
order to cancel everything until that is verified.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
from collections import Counter
from decimal import Decimal
from pathlib import Path

import attrs

from neo.actors import names
from neo.domain.config.choices import OnHalt
from neo.domain.config.configuration import Config
from neo.domain.messages.session import OperatorHalt, OperatorResume
from neo.harness.live.stopwatch import LedgerStopwatch
from neo.harness.live.world import LiveWorld, live_plan

LEDGERS_A_ROUND = 10


def restless(config: Config) -> Config:
    """Every tick wants other prices."""
    return attrs.evolve(
        config,
        strategy=attrs.evolve(config.strategy, requote_threshold_bps=Decimal(0)),
        session=attrs.evolve(config.session, on_halt=OnHalt.HOLD),
    )


def main(rounds: int, speed: float) -> None:
    watch = LedgerStopwatch()
    with (
        tempfile.TemporaryDirectory(prefix="neo-ledgers-") as place,
        LiveWorld(Path(place), live_plan(seed=1, speed=speed)) as world,
    ):
        world.configured = restless
        session = world.start()
        session.system.observe(watch.seen)
        for _ in range(rounds):
            world.until_trading()
            world.until_ledger(world.ledger_index + LEDGERS_A_ROUND)
            session.system.tell(names.SUPERVISOR, OperatorHalt("benchmark", "a round is over"))
            world.until(lambda: session.status().phase == "held")
            session.system.tell(names.SUPERVISOR, OperatorResume("benchmark"))
        world.stop()
    print(json.dumps({"rounds": rounds, "speed": speed, **figures("requote", watch.requotes), "lost": watch.lost}))
    print(json.dumps({"rounds": rounds, "speed": speed, **figures("cancel", watch.cancels)}))


def figures(what: str, closes: list[int]) -> dict[str, object]:
    return {
        "what": f"{what}, ledger closes",
        "samples": len(closes),
        "median": statistics.median(closes),
        "max": max(closes),
        "closes": dict(sorted(Counter(closes).items())),
    }


if __name__ == "__main__":
    arguments = sys.argv[1:]
    main(int(arguments[0]) if arguments else 10, float(arguments[1]) if len(arguments) > 1 else 5.0)
