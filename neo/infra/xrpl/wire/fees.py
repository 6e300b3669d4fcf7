"""What a transaction costs and what an account has to keep, in drops."""

from __future__ import annotations

import attrs


@attrs.frozen
class LedgerFees:
    """Base fee and reserves of a validated ledger. https://xrpl.org/docs/concepts/accounts/reserves"""

    base_fee_drops: int
    reserve_base_drops: int
    reserve_increment_drops: int


@attrs.frozen
class OpenLedgerFee:
    """`fee`: what it costs now to get into the open ledger instead of the queue."""

    base_fee_drops: int
    open_ledger_fee_drops: int
    minimum_fee_drops: int
    ledger_current_index: int
    queue_size: int
    queue_size_max: int | None


def parse_fee(result: object) -> OpenLedgerFee:
    """The answer to `fee`. https://xrpl.org/docs/references/http-websocket-apis/public-api-methods/server-info-methods/fee"""
    raise NotImplementedError
