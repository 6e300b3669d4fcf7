"""Drops bought over real sockets through ccxt while the engine's process is killed again and again: are the books the exchange's?

Repeat: .venv/bin/python benchmarks/exchange_campaign.py [KILLS] [SEED] [mexc|binance]

A sandbox exchange whose markets fall once a minute, with latency, failing requests, lost answers and orders that are shown
late, serves engines in processes of their own. Each is ended by kill -9: at a boundary on the way of an order (before and
after it is durable, sent, answered, booked), when the exchange has taken an order and its answer is under way, or at any
time. The next engine goes on with the same books. At the end the books are held against the exchange's own record of orders,
trades, fees and balances, to the last digit. Prints JSON; exit code 1 when anything is broken.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

from neo.harness.live.exchange_campaign import ExchangeCampaign, run_exchange_campaign
from neo.infra.sandbox.exchange.plan import DialectName


def main(kills: int, seed: int, dialect: DialectName) -> int:
    began_s = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="neo-kills-") as place:
        campaign = ExchangeCampaign(seed=seed, kills=kills, dialect=dialect)
        report = run_exchange_campaign(campaign, Path(place), lambda line: print(line, file=sys.stderr, flush=True))
    print(
        json.dumps(
            {
                "what": f"drop buyer live over ccxt on a sandbox of {report.dialect}, engine killed {kills} times",
                "seed": seed,
                "minutes": round((time.monotonic() - began_s) / 60, 1),
                "broken": [str(each) for each in report.broken],
                "lives": report.lives,
                "ended": report.ended.halt_reason,
                "orders": report.orders,
                "orders_at_exchange": report.orders_at_exchange,
                "trades_at_exchange": report.trades_at_exchange,
                "intents": report.intents,
                "under_way_when_killed": report.in_doubt_at_restart,
            },
            indent=2,
        )
    )
    return 1 if report.broken else 0


if __name__ == "__main__":
    arguments = sys.argv[1:]
    raise SystemExit(
        main(
            int(arguments[0]) if arguments else 100,
            int(arguments[1]) if len(arguments) > 1 else 1,
            DialectName(arguments[2]) if len(arguments) > 2 else DialectName.MEXC,
        )
    )
