"""Half an hour of live trading over real sockets while nodes fail: are the books the ledger's, to the drop?

Repeat: .venv/bin/python benchmarks/live_campaign.py [SEED] [LEDGER_SECONDS] [SPEED] [KILLS]

A sandbox ledger with three nodes runs at SPEED times the clock (10); nodes die, lag, are slow, answer 503, close with 1008,
lose replies to transactions that they took, fall silent with open sockets, reorder, repeat and omit messages, by a schedule
drawn from SEED. The first KILLS (0) engines are ended by kill -9 in the middle of it. At the end books and ledger are
audited. Prints JSON; exit code 1 when anything is broken.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections import Counter
from pathlib import Path

from neo.harness.live.campaign import LiveCampaign, run_live


def main(seed: int, length_s: int, speed: float, kills: int) -> int:
    with tempfile.TemporaryDirectory(prefix="neo-live-") as place:
        campaign = LiveCampaign(seed=seed, length_s=length_s, speed=speed, kills=kills)
        report = run_live(campaign, Path(place), lambda line: print(line, file=sys.stderr))
    print(
        json.dumps(
            {
                "what": f"live session, {length_s} s of ledger time at {speed:g} x over sockets, three failing nodes",
                "seed": seed,
                "kills": kills,
                "broken": [str(each) for each in report.broken],
                "ended": dict(Counter(each.halt_reason for each in report.ended)),
                "refused_starts": len(report.refused),
                "ledgers": report.ledgers,
                "orders": report.orders,
                "fills": report.fills,
                "transactions": report.transactions,
                **report.told,
            },
            indent=2,
        )
    )
    return 1 if report.broken else 0


if __name__ == "__main__":
    arguments = sys.argv[1:]
    raise SystemExit(
        main(
            int(arguments[0]) if arguments else 1,
            int(arguments[1]) if len(arguments) > 1 else 1_800,
            float(arguments[2]) if len(arguments) > 2 else 10.0,
            int(arguments[3]) if len(arguments) > 3 else 0,
        )
    )
