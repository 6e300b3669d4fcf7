"""Cost of one simulated ledger: other traders, our two replaced quotes, the close. Prints JSON.

Run: python benchmarks/ledger_close.py [ledgers]
"""

from __future__ import annotations

import json
import random
import sys
import time
from decimal import Decimal

from neo.infra.simulated.genesis import Genesis, create_ledger
from neo.infra.simulated.ledger import SimulatedLedger
from neo.infra.simulated.market import Market, MarketPlan
from neo.infra.simulated.prices import WanderingPrice
from neo.infra.simulated.transactions import PASSIVE, OfferCreate

START = Decimal("0.52")
CLOSE_NS = 4_000_000_000
LEDGERS_A_DAY = 21_600


def measure(ledgers: int, requote_every: int | None) -> dict[str, float]:
    """Mean CPU time in microseconds with both our quotes replaced every `requote_every` ledgers (None: never)."""
    ledger = create_ledger(Genesis("us", START), close_time_s=1_000)
    ledger.watched = "us"
    path = WanderingPrice(random.Random(1), START, Decimal(400), 0)
    market = Market(ledger, path, random.Random(2), MarketPlan())
    sequences: dict[bool, int] = {}
    transactions = 0
    began = time.process_time()
    for number in range(ledgers):
        fair = market.trade(number * CLOSE_NS)
        if requote_every is not None and number % requote_every == 0:
            _requote(ledger, fair, sequences)
        transactions += ledger.close(ledger.close_time_s + 4).transaction_count
    elapsed_s = time.process_time() - began
    return {
        "us_per_ledger": round(elapsed_s / ledgers * 1e6, 1),
        "transactions_per_ledger": round(transactions / ledgers, 2),
        "s_per_day": round(elapsed_s / ledgers * LEDGERS_A_DAY, 2),
    }


# Fourteen bps: like the engine's quotes, outside what the pool (fee 6 bps, mostly within 6 bps of fair) would take.
def _requote(ledger: SimulatedLedger, fair: Decimal, sequences: dict[bool, int]) -> None:
    for sells in (True, False):
        sequence = ledger.state.sequence["us"]
        tokens = (fair * (Decimal("1.0014") if sells else Decimal("0.9986")) * 29).quantize(Decimal("0.000001"))
        pays, gets = (tokens, 29_000_000) if sells else (29_000_000, tokens)
        ledger.submit(OfferCreate("us", sequence, 10, pays, gets, PASSIVE, sequences.get(sells)))
        sequences[sells] = sequence


def main() -> None:
    ledgers = int(sys.argv[1]) if len(sys.argv) > 1 else LEDGERS_A_DAY
    report = {
        "ledgers": ledgers,
        "others_only": measure(ledgers, None),
        "we_requote_every_third": measure(ledgers, 3),
        "we_requote_every_ledger": measure(ledgers, 1),
    }
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
