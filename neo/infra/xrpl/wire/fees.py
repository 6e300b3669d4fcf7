"""What a transaction costs and what an account has to keep, in drops."""

from __future__ import annotations

from neo.infra.xrpl.wire.amounts import drops
from neo.infra.xrpl.wire.errors import WireError
from neo.infra.xrpl.wire.fields import Fields
from neo.records import frozen

#: A fee or reserve beyond is no fee: 1000 XRP.
PLAUSIBLE_DROPS_MAX = 10**9


@frozen
class LedgerFees:
    """Base fee and reserves of a validated ledger. https://xrpl.org/docs/concepts/accounts/reserves"""

    base_fee_drops: int
    reserve_base_drops: int
    reserve_increment_drops: int


@frozen
class OpenLedgerFee:
    """`fee`: what it costs now to get into the open ledger instead of the queue."""

    base_fee_drops: int
    open_ledger_fee_drops: int
    minimum_fee_drops: int
    ledger_current_index: int
    queue_size: int
    queue_size_max: int | None


def read_ledger_fees(fields: Fields, base_fee: str, reserve_base: str, reserve_increment: str) -> LedgerFees:
    """Three members of `fields` that are whole drops."""
    return LedgerFees(
        fields.whole(base_fee, 0, PLAUSIBLE_DROPS_MAX),
        fields.whole(reserve_base, 0, PLAUSIBLE_DROPS_MAX),
        fields.whole(reserve_increment, 0, PLAUSIBLE_DROPS_MAX),
    )


def parse_fee(result: object) -> OpenLedgerFee:
    """The answer to `fee`. https://xrpl.org/docs/references/http-websocket-apis/public-api-methods/server-info-methods/fee

    What the server asks for is given as it is: the highest fee to pay is the engine's decision (`fee_drops_max`).
    """
    fields = Fields(result, "fee")
    if "error" in fields:
        raise fields.wrong("error", "an answer without an error")
    costs = fields.child("drops")
    base, open_ledger = drops(costs, "base_fee"), drops(costs, "open_ledger_fee")
    if base > PLAUSIBLE_DROPS_MAX or open_ledger < base:
        raise WireError(costs.path, "an open ledger fee that is not below a plausible base fee", open_ledger)
    return OpenLedgerFee(
        base,
        open_ledger,
        drops(costs, "minimum_fee"),
        fields.whole("ledger_current_index", least=1),
        fields.digits("current_queue_size"),
        fields.digits("max_queue_size") if "max_queue_size" in fields else None,
    )
