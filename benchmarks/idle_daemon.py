"""What a daemon costs that watches 130 symbols and has nothing to buy: CPU and memory, on the clock and over simulated hours.

    python benchmarks/idle_daemon.py [--minutes 10] [--hours 72] [--watched 130] [--websocket]

The first part is a live session at a sandbox exchange in another process (2,500 markets, median latency 180 ms, no falls),
tiers at their usual intervals; its first half minute is left out. The second is the same engine in virtual time on the
embedded exchange without falls, its memory looked at after every simulated hour: the exchange and the lines that the test
sink keeps are in it. 0 leaves a part out. Prints one JSON line for each part.
"""

from __future__ import annotations

import argparse
import gc
import json
import resource
import signal
import tempfile
import time
from decimal import Decimal
from pathlib import Path

import attrs
from poll_cycle import SETTLE_S, STOP_S_MAX, configuration, sandbox, wait

from neo.domain.config.configuration import Config
from neo.harness import World
from neo.harness.configuration import drop_config
from neo.harness.live.place import as_loaded
from neo.infra.sandbox.exchange.dialects import dialect_of
from neo.infra.sandbox.exchange.plan import DialectName
from neo.infra.simulated_exchange.listing import seeded_markets
from neo.system.on_threads import start_on_threads

SYMBOLS = 2_500
HOUR_S = 3_600


def resident_mb() -> float:
    """Of this process, now."""
    line = next(each for each in Path("/proc/self/status").read_text().splitlines() if each.startswith("VmRSS:"))
    return round(int(line.split()[1]) / 1024, 1)


def on_the_clock(options: argparse.Namespace) -> dict[str, object]:
    """A live session; CPU and memory are those of its process, client and threads included."""
    process, url = sandbox(SYMBOLS, 0.0)
    try:
        with tempfile.TemporaryDirectory() as directory:
            return idle(quiet(configuration(directory, url, options), options), options.minutes)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(STOP_S_MAX)


def idle(config: Config, minutes: float) -> dict[str, object]:
    session = start_on_threads(as_loaded(config))
    try:
        wait(session, SETTLE_S, None)
        began_mb, cpu_s, began_s = resident_mb(), time.process_time(), time.monotonic()
        wait(session, minutes * 60, None)
        took_s = time.monotonic() - began_s
        return {
            "minutes": round(took_s / 60, 1),
            "watched": len(config.exchange.watchlist),
            "websocket": config.exchange.websocket,
            "cpu_share": round((time.process_time() - cpu_s) / took_s, 4),
            "rss_mb": {"begin": began_mb, "end": resident_mb()},
        }
    finally:
        session.close()


def quiet(config: Config, options: argparse.Namespace) -> Config:
    """Usual intervals; nothing is bought whatever falls."""
    usual = drop_config().exchange
    exchange = attrs.evolve(
        config.exchange,
        hot_interval_s=usual.hot_interval_s,
        warm_interval_s=usual.warm_interval_s,
        cold_interval_s=usual.cold_interval_s,
        websocket=options.websocket,
    )
    return attrs.evolve(config, exchange=exchange, drop=attrs.evolve(config.drop, global_trading=False))


def simulated(options: argparse.Namespace) -> dict[str, object]:
    markets = seeded_markets(options.watched, 0, 0, dialect_of(DialectName.MEXC).terms)
    watchlist = tuple(f"{each.rules.base}/{each.rules.quote}" for each in markets)
    config = quiet(drop_config(), options)
    config = attrs.evolve(
        config,
        exchange=attrs.evolve(config.exchange, watchlist=watchlist),
        sim=attrs.evolve(config.sim, exchange_drops_per_day=Decimal(0)),
    )
    sizes: list[float] = []
    cpu_s = time.process_time()
    with World(0, config) as world:
        world.boot().until_trading()
        for _ in range(options.hours):
            world.run_for(HOUR_S)
            gc.collect()
            sizes.append(resident_mb())
        world.finish()
    third = max(1, len(sizes) // 3)
    return {
        "hours": len(sizes),
        "watched": options.watched,
        "cpu_s_per_hour": round((time.process_time() - cpu_s) / len(sizes), 1),
        "rss_mb": {"after_a_third": sizes[third - 1], "end": sizes[-1], "by_hour": sizes[:: max(1, len(sizes) // 12)]},
        "rss_mb_max": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--hours", type=int, default=72)
    parser.add_argument("--watched", type=int, default=130)
    parser.add_argument("--websocket", action="store_true")
    parser.set_defaults(interval=1.5)
    options = parser.parse_args()
    if options.minutes:
        print(json.dumps(on_the_clock(options)), flush=True)
    if options.hours:
        print(json.dumps(simulated(options)), flush=True)


if __name__ == "__main__":
    main()
