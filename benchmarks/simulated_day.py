"""Cost of a simulated day: the full engine, ticks and ledgers every 4 s, store and telemetry on, no faults. Prints JSON.

Run: python benchmarks/simulated_day.py [hours] [seed]

`wall_s` and `cpu_s` are what `neo simulate --seeds 0 --hours 24 --faults none` takes inside of its process, with every
check of the invariants; start-up of Python is not in them. A second process on the same core adds up to a half.
"""

from __future__ import annotations

import json
import platform
import resource
import sys
import time
from decimal import Decimal

from neo.harness.campaign import run_seed
from neo.harness.plans import NO_FAULTS


def main() -> None:
    hours = Decimal(sys.argv[1]) if len(sys.argv) > 1 else Decimal(24)
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    began_s, began_cpu_s = time.perf_counter(), time.process_time()
    report = run_seed(seed, hours, NO_FAULTS)
    wall_s, cpu_s = time.perf_counter() - began_s, time.process_time() - began_cpu_s
    print(
        json.dumps(
            {
                "hours": float(hours),
                "seed": seed,
                "wall_s": round(wall_s, 2),
                "cpu_s": round(cpu_s, 2),
                "cpu_s_per_day": round(cpu_s / float(hours) * 24, 2),
                "messages": report.messages,
                "cpu_us_per_message": round(cpu_s / report.messages * 1e6, 1),
                "orders": report.orders,
                "fills": report.fills,
                "rss_max_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
                "broken": [str(broken) for broken in report.broken],
                "python": platform.python_version(),
            },
            indent=2,
        )
    )


if __name__ == "__main__":
    main()
