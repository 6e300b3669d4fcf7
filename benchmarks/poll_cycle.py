"""How regularly every watched symbol is quoted: the exchange gateway against a sandbox exchange with bad latency.

    python benchmarks/poll_cycle.py [--minutes 30] [--watched 130] [--symbols 2500] [--interval 1.5]

The sandbox (MEXC's wire format) is a process of its own; requests take a lognormal time with median 180 ms and 99th
percentile 2 s, and 1 % of them fail. All watched symbols are asked for every interval on a fixed grid, as a poller
does: a cycle that is not done when the next should start costs that start and is an overrun. Ages of all quotes are looked
at every 100 ms. CPU and memory are those of this process, gateway and measurement together. Prints one JSON line.
"""

from __future__ import annotations

import argparse
import json
import queue
import re
import resource
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import attrs

from neo.domain.messages.exchange import FetchMarkets, MarketsFetched, QuotesFetched
from neo.domain.messages.exchange import FetchQuotes as Wanted
from neo.infra.ccxt.access import ExchangeAccess
from neo.infra.ccxt.gateway import ExchangeGateway
from neo.infra.ccxt.plan import AskingPlan

REPO = Path(__file__).resolve().parents[1]
START_S_MAX = 60.0
LOOK_S = 0.1


@attrs.define
class Figures:
    """Seconds; `ages` counts every quote at every look by its age in hundredths of a second."""

    starts_late: list[float] = attrs.field(factory=list)
    durations: list[float] = attrs.field(factory=list)
    ages: Counter[int] = attrs.field(factory=Counter)
    overruns: int = 0
    failed: int = 0


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 4) if ordered else 0.0


def age_s(ages: Counter[int], share: float) -> float:
    left = int(share * ages.total())
    for age, count in sorted(ages.items()):
        left -= count
        if left < 0:
            return (age + 1) / 100
    return 0.0


def sandbox(symbols: int) -> tuple[subprocess.Popen[str], str]:
    """A running sandbox exchange and where it is."""
    command = ("sandbox", "exchange", "--symbols", str(symbols), "--latency", "180:2000", "--errors", "0.01")
    process = subprocess.Popen(
        (sys.executable, "-m", "neo", *command), cwd=REPO, stdout=subprocess.PIPE, text=True, bufsize=1
    )
    assert process.stdout is not None
    for line in process.stdout:
        found = re.match(r"mexc: (http://\S+)", line)
        if found:
            return process, found.group(1)
    raise SystemExit("the sandbox exchange did not start")


def loaded(gateway: ExchangeGateway) -> tuple[str, ...]:
    """Symbols that the exchange lists; asked for until the errors of the sandbox let an answer through."""
    answers: queue.Queue[object] = queue.Queue()
    for _ in range(20):
        gateway.submit("benchmark", FetchMarkets(), answers.put)
        answer = answers.get(timeout=START_S_MAX)
        if isinstance(answer, MarketsFetched):
            return tuple(rule.symbol for rule in answer.rules)
    raise SystemExit(f"no markets: {answer}")


def poll(gateway: ExchangeGateway, symbols: tuple[str, ...], interval_s: float, until_s: float) -> Figures:
    """The grid of one poller, in real time."""
    figures, answers = Figures(), queue.Queue[object]()
    newest: dict[str, int] = {}
    due_s, look_s, started_s, waiting = time.monotonic(), time.monotonic() + 5, 0.0, False
    while time.monotonic() < until_s:
        now_s = time.monotonic()
        if now_s >= due_s:
            if waiting:
                figures.overruns += 1
            else:
                figures.starts_late.append(now_s - due_s)
                started_s, waiting = now_s, True
                gateway.submit("benchmark", Wanted(symbols), answers.put)
            due_s += interval_s
        if now_s >= look_s:
            now_ns = time.time_ns()
            figures.ages.update((now_ns - at_ns) // 10_000_000 for at_ns in newest.values())
            look_s += LOOK_S
        try:
            answer = answers.get(timeout=max(0.0, min(due_s, look_s) - time.monotonic()))
        except queue.Empty:
            continue
        waiting = False
        figures.durations.append(time.monotonic() - started_s)
        if isinstance(answer, QuotesFetched):
            newest.update((quote.symbol, quote.at_ns) for quote in answer.quotes)
        else:
            figures.failed += 1
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--watched", type=int, default=130)
    parser.add_argument("--symbols", type=int, default=2_500)
    parser.add_argument("--interval", type=float, default=1.5)
    options = parser.parse_args()
    process, url = sandbox(options.symbols)
    gateway = ExchangeGateway(ExchangeAccess(exchange="mexc", origin=url), AskingPlan(), now_ns=time.time_ns)
    gateway.start()
    try:
        symbols = loaded(gateway)[: options.watched]
        cpu_s, began_s = time.process_time(), time.monotonic()
        figures = poll(gateway, symbols, options.interval, began_s + options.minutes * 60)
        took_s, cpu_s = time.monotonic() - began_s, time.process_time() - cpu_s
    finally:
        gateway.stop()
        process.send_signal(signal.SIGINT)
        process.wait(START_S_MAX)
    cycles = len(figures.durations)
    report = {
        "watched": len(symbols),
        "listed": options.symbols,
        "minutes": options.minutes,
        "cycles": cycles,
        "overruns": figures.overruns,
        "success": round(1 - figures.failed / max(1, cycles), 5),
        "start_late_ms_max": round(1_000 * max(figures.starts_late), 1),
        "cycle_s": {name: percentile(figures.durations, share) for name, share in (("p50", 0.5), ("p99", 0.99))},
        "cycle_s_max": round(max(figures.durations), 3),
        "age_s": {name: age_s(figures.ages, share) for name, share in (("p50", 0.5), ("p99", 0.99))},
        "cpu_share": round(cpu_s / took_s, 4),
        "rss_mb_max": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
