"""neo replay of recorded minutes: how fast the whole engine of the drop buyer goes over them, and how many drops it finds.

    python benchmarks/replayed_drops.py FILE... [--from 2021-05-19] [--hours 24] [--mode 4] [--interval 0]

Prints one JSON line. `--interval`: seconds between two looks at every symbol, 0: as config/drop.toml has it.
Store and telemetry are on, guards and breakers as in config/drop.toml, limits that would end the session are out of the way.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from neo.domain.units import NS_PER_S
from neo.infra.config.loader import load
from neo.system.in_virtual_time import start_replay

CONFIG = Path(__file__).resolve().parent.parent / "config" / "drop.toml"
NO_END = {
    "exchange_risk.loss_streak_max": "1000",
    "exchange_risk.daily_loss_max_usdt": "100000",
    "exchange_risk.daily_trades_max": "10000",
    "exchange_risk.max_exchange_orders_per_minute": "1000",
    "exchange_risk.market_data_age_max_s": "600",
}


def measure(arguments: argparse.Namespace, directory: str) -> dict[str, object]:
    """One replay, by this process' CPU: other processes do not make it slower."""
    options = {
        **NO_END,
        "session.directory": directory,
        "session.duration_s": str(arguments.hours * 3_600),
        "drop.drop_trigger_mode": str(arguments.mode),
    }
    if arguments.interval:
        options |= {f"exchange.{tier}_interval_s": str(arguments.interval) for tier in ("hot", "warm", "cold")}
    loaded = load(CONFIG, {}, options)
    from_ns = int(datetime.fromisoformat(arguments.from_day).replace(tzinfo=UTC).timestamp()) * NS_PER_S
    began_s = time.process_time()
    session = start_replay(loaded, arguments.files, from_ns)
    read_s = time.process_time()
    try:
        while (ended := session.wait(1.0)) is None:
            pass
    finally:
        session.close()
    (desk,) = session.status().desks
    return {
        "symbols": desk.watched,
        "hours": arguments.hours,
        "mode": arguments.mode,
        "ended": ended.halt_reason,
        "cycles": sum(tier.cycles for tier in desk.tiers),
        "drops": desk.drops,
        "bought": desk.entries_filled,
        "read_cpu_s": round(read_s - began_s, 1),
        "replay_cpu_s": round(time.process_time() - read_s, 1),
        "rss_mb_max": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--from", dest="from_day", default="2021-05-19")
    parser.add_argument("--hours", type=int, default=24)
    parser.add_argument("--mode", type=int, default=4)
    parser.add_argument("--interval", type=int, default=0)
    with tempfile.TemporaryDirectory(prefix="neo-drops-") as directory:
        print(json.dumps(measure(parser.parse_args(), directory)))


if __name__ == "__main__":
    main()
