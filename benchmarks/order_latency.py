"""From a decision to a durable intent at the venue's door: the whole engine on threads at the real clock.

Repeat: .venv/bin/python benchmarks/order_latency.py [SECONDS]

Ticks and ledgers come four times a second instead of every four seconds, so that there are samples; each is one requote.
Measured from the Strategy's proposal to the moment at which the transaction reaches the venue port; in between lie Risk,
OrderRouter, the commit with synchronous=FULL on a real file, and the way back. Prints JSON, milliseconds.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from neo.actors.runtime import Envelope
from neo.domain.messages.quoting import QuotesProposed
from neo.domain.messages.session import StopSignal
from neo.domain.messages.venue import SubmitTransaction
from neo.domain.ports import LEDGER_PORT
from neo.infra.config.loader import load
from neo.system.on_threads import start_on_threads

ROOT = Path(__file__).resolve().parent.parent


class Stopwatch:
    """Port in front of the real one: notes when a transaction arrives."""

    def __init__(self, port: object) -> None:
        self.port = port
        self.proposed_ns = 0
        self.samples_ns: list[int] = []

    def seen(self, envelope: Envelope) -> None:
        if isinstance(envelope.message, QuotesProposed):
            self.proposed_ns = time.monotonic_ns()

    def submit(self, caller: str, request: object, done: object) -> None:
        if isinstance(request, SubmitTransaction) and self.proposed_ns:
            self.samples_ns.append(time.monotonic_ns() - self.proposed_ns)
            self.proposed_ns = 0
        self.port.submit(caller, request, done)  # type: ignore[attr-defined]


def main(seconds: float) -> None:
    with tempfile.TemporaryDirectory(prefix="neo-latency-") as place:
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("NEO_")},
            "NEO_SPEED": "1",
            "NEO_ENGINE__TICK_INTERVAL_SECONDS": "0.25",
            "NEO_STRATEGY__REQUOTE_INTERVAL_SECONDS": "0.25",
            "NEO_STRATEGY__REQUOTE_THRESHOLD_BPS": "0",
            "NEO_SIM__LEDGER_CLOSE_S": "0.25",
            "NEO_SIM__LATENCY_MS": "10",
            "NEO_SIM__VOLATILITY_PER_DAY_BPS": "4000",
            "NEO_RISK__MAX_ORDERS_PER_MINUTE": "10000",
            "NEO_STORAGE__PATH": f"{place}/neo.db",
            "NEO_SESSION__DIRECTORY": f"{place}/sessions",
        }
        session = start_on_threads(load(ROOT / "config" / "sim.toml", environment))
        watch = Stopwatch(session.system.ports[LEDGER_PORT])
        session.system.ports[LEDGER_PORT] = watch
        session.system.observe(watch.seen)
        until = time.monotonic() + seconds
        while time.monotonic() < until and session.wait(0.2) is None:
            pass
        session.stop(StopSignal.SIGTERM)
        while (ended := session.wait(0.2)) is None:
            pass
        session.close()
    milliseconds = sorted(sample / 1e6 for sample in watch.samples_ns)
    print(
        json.dumps(
            {
                "what": "decision to durable intent at the port, ms",
                "samples": len(milliseconds),
                "p50": round(statistics.median(milliseconds), 3),
                "p99": round(milliseconds[int(len(milliseconds) * 0.99)], 3),
                "max": round(milliseconds[-1], 3),
                "ended": ended.halt_reason,
            }
        )
    )


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 30.0)
