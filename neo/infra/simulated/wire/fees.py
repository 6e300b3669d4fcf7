"""The answer of the `fee` method. Source: https://xrpl.org/docs/references/http-websocket-apis/public-api-methods/server-info-methods/fee."""

from __future__ import annotations

from typing import Any

from neo.infra.simulated.ledger import SimulatedLedger
from neo.infra.simulated.open_fees import REFERENCE_LEVEL


def fee_info(ledger: SimulatedLedger) -> dict[str, Any]:
    """Fees of the open ledger and how full it and the queue are."""
    fees, base = ledger.fees, ledger.state.rules.base_fee_drops
    return {
        "current_ledger_size": str(ledger.open_count),
        "current_queue_size": str(len(ledger.queue)),
        "drops": {
            "base_fee": str(base),
            "median_fee": str(fees.multiplier * base // REFERENCE_LEVEL),
            "minimum_fee": str(base),
            "open_ledger_fee": str(ledger.open_ledger_fee_drops),
        },
        "expected_ledger_size": str(fees.expected),
        "ledger_current_index": ledger.open_index,
        "levels": {
            "median_level": str(fees.multiplier),
            "minimum_level": str(REFERENCE_LEVEL),
            "open_ledger_level": str(fees.required_level(ledger.open_count)),
            "reference_level": str(REFERENCE_LEVEL),
        },
        "max_queue_size": str(ledger.queue.size_max),
    }
