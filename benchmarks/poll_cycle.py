"""How regularly every watched symbol is quoted while drops are traded: a whole engine against an exchange with bad latency.

    python benchmarks/poll_cycle.py [--minutes 30] [--watched 130] [--symbols 2500] [--interval 1.5] [--dips-per-day 24]

The sandbox exchange (MEXC's wire format) is a process of its own; requests take a lognormal time with median 180 ms and
99th percentile 2 s, and 1 % of them fail. The engine is that of `neo run`, live, with the drop buyer: pollers, exchange data,
drop buyer, risk, router, store and telemetry on threads, the ccxt client on its own; every tier asks each interval. Markets
fall `--dips-per-day` times, so that orders flow. A bare timer in a third process tells how late this machine is anyway. Ages
of all quotes are looked at four times a second. The first half minute is left out: markets load then. CPU and memory are
those of the engine's process, measurement included. Prints one JSON line.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import attrs

from neo.__main__ import COLLECT_EVERY
from neo.domain.config.choices import Mode
from neo.domain.config.configuration import Config
from neo.domain.market.desk_rules import desk_rules
from neo.harness.live.exchange_place import ExchangePlace, exchange_config
from neo.harness.live.place import as_loaded
from neo.harness.live.polling_watch import PollingWatch, told_events
from neo.infra.sandbox.exchange.dialects import dialect_of
from neo.infra.sandbox.exchange.plan import AccountPlan, DialectName
from neo.infra.simulated_exchange.listing import seeded_markets
from neo.system.on_threads import ThreadedSession, start_on_threads

REPO = Path(__file__).resolve().parents[1]
STOP_S_MAX = 60.0
SETTLE_S = 30.0
LOOK_S = 0.25
#: What must not happen: an actor that died of an exception, a message that nobody took, a line that was lost.
EXCEPTIONS = ("ACTOR_DOWN", "DEAD_LETTER", "TELEMETRY_PROBLEM")
#: A timer that does nothing else, in a process of its own: how late it is at least on this machine.
BARE_TIMER = """
import sys, time
late, due = [], time.monotonic()
until = due + float(sys.argv[1])
while due < until:
    due += 0.1
    time.sleep(max(0.0, due - time.monotonic()))
    late.append(time.monotonic() - due)
late.sort()
print(round(1000 * late[int(0.99 * len(late))], 1), round(1000 * late[-1], 1))
"""


def sandbox(symbols: int, dips_per_day: float) -> tuple[subprocess.Popen[str], str]:
    """A running sandbox exchange and where it is."""
    command = ("sandbox", "exchange", "--symbols", str(symbols), "--latency", "180:2000", "--errors", "0.01")
    falls = ("--dips-per-day", str(dips_per_day))
    process = subprocess.Popen(
        (sys.executable, "-m", "neo", *command, *falls), cwd=REPO, stdout=subprocess.PIPE, text=True, bufsize=1
    )
    assert process.stdout is not None
    for line in process.stdout:
        found = re.match(r"mexc: (http://\S+)", line)
        if found:
            return process, found.group(1)
    raise SystemExit("the sandbox exchange did not start")


def configuration(directory: str, url: str, options: argparse.Namespace) -> Config:
    """The first symbols of the sandbox's list, every tier at the same interval, and limits that let trades happen."""
    markets = seeded_markets(options.watched + 1, 0, 0, dialect_of(DialectName.MEXC).terms)
    watched = tuple(f"{each.rules.base}/{each.rules.quote}" for each in markets)[1:]
    account = AccountPlan()
    place = ExchangePlace(directory, "mexc", url, watched, account.api_key, account.secret)
    os.environ.update(place.environment)
    config = exchange_config(place, Mode.LIVE)
    every_s = Decimal(str(options.interval))
    exchange = attrs.evolve(
        config.exchange,
        hot_interval_s=every_s,
        warm_interval_s=every_s,
        cold_interval_s=every_s,
        warm_up_minutes=60,
    )
    drop = attrs.evolve(config.drop, drop_trigger_value=Decimal("0.985"), debounce_s=30, cooldown_s=60)
    reconcile = attrs.evolve(config.reconcile, reconcile_interval_s=Decimal(60))
    return attrs.evolve(config, exchange=exchange, drop=drop, reconcile=reconcile)


@attrs.frozen
class Measured:
    """`told` counts telemetry events of the time that was measured."""

    watch: PollingWatch
    told: Counter[str]
    failures: Counter[str]
    cpu_share: float
    minutes: float
    machine: dict[str, float]


def watched(session: ThreadedSession, options: argparse.Namespace) -> Measured:
    """The session goes on meanwhile."""
    system = session.system
    intervals_ns = dict(desk_rules(session.config.exchange).intervals_ns)
    watch = PollingWatch(intervals_ns, lambda: system.now_ns() - system.mono_ns())
    wait(session, SETTLE_S, None)
    stop = system.observe(watch.seen)
    timer = subprocess.Popen(
        (sys.executable, "-c", BARE_TIMER, str(options.minutes * 60)), stdout=subprocess.PIPE, text=True
    )
    began_ns, cpu_s, began_s = session.system.now_ns(), time.process_time(), time.monotonic()
    wait(session, options.minutes * 60, watch)
    took_s = time.monotonic() - began_s
    stop()
    p99, worst = timer.communicate(timeout=STOP_S_MAX)[0].split()
    told = told_events(session.directory, began_ns, session.system.now_ns())
    return Measured(
        watch,
        told,
        failures(session.directory),
        (time.process_time() - cpu_s) / took_s,
        took_s / 60,
        {"p99": float(p99), "max": float(worst)},
    )


def failures(session: Path) -> Counter[str]:
    """Why orders never rested, with how many: each reason without its numbers and names."""
    why: Counter[str] = Counter()
    with (session / "logs" / "events.jsonl").open(encoding="utf-8") as lines:
        for event in map(json.loads, lines):
            if event["event"] == "ORDER_FAILED":
                why[re.sub(r"[\w/.-]*\d[\w/.-]*", "N", event["fields"]["reason"])] += 1
    return why


def wait(session: ThreadedSession, for_s: float, watch: PollingWatch | None) -> None:
    """SystemExit when the session ends by itself."""
    until_s = time.monotonic() + for_s
    while time.monotonic() < until_s:
        ended = session.wait(LOOK_S)
        if ended is not None:
            raise SystemExit(f"the session ended: {ended}")
        if watch is not None:
            watch.look(session.system.now_ns())


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 3) if ordered else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--watched", type=int, default=130)
    parser.add_argument("--symbols", type=int, default=2_500)
    parser.add_argument("--interval", type=float, default=1.5)
    parser.add_argument("--dips-per-day", type=float, default=24.0)
    options = parser.parse_args()
    gc.set_threshold(COLLECT_EVERY)  # as the command `neo` does
    process, url = sandbox(options.symbols, options.dips_per_day)
    try:
        with tempfile.TemporaryDirectory() as directory:
            print(json.dumps(measured(directory, url, options)))
    finally:
        process.terminate()
        process.wait(STOP_S_MAX)


def measured(directory: str, url: str, options: argparse.Namespace) -> dict[str, object]:
    session = start_on_threads(as_loaded(configuration(directory, url, options)))
    try:
        found = watched(session, options)
    finally:
        session.close()
    watch, told = found.watch, found.told
    durations, late, requests = watch.durations_s(), watch.late_ms(), watch.request_late_ms()
    return {
        "watched": watch.symbols,
        "listed": options.symbols,
        "minutes": round(found.minutes, 1),
        "cycles": watch.cycles,
        "overruns": told["MD_POLL_OVERRUN"],
        "success": round(1 - watch.failed / max(1, watch.cycles), 5),
        "start_late_ms": {"p99": percentile(late, 0.99), "max": round(max(late, default=0.0), 1)},
        "request_late_ms": {"p99": percentile(requests, 0.99), "max": round(max(requests, default=0.0), 1)},
        "requests": len(requests),
        "cycle_s": {
            "p50": percentile(durations, 0.5),
            "p99": percentile(durations, 0.99),
            "max": round(max(durations), 3),
        },
        "age_s": {"p50": watch.age_s(Decimal("0.5")), "p99": watch.age_s(Decimal("0.99"))},
        "drops": told["DROP_TRIGGERED"],
        "orders": told["ORDER_SUBMITTED"],
        "trades_ended": told["TRADE_ENDED"],
        "orders_failed": told["ORDER_FAILED"],
        "failed_because": dict(found.failures.most_common(5)),
        "exceptions": {name: told[name] for name in EXCEPTIONS},
        "bare_timer_late_ms": found.machine,
        "cpu_share": round(found.cpu_share, 4),
        "rss_mb_max": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


if __name__ == "__main__":
    main()
