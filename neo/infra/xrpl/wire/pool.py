"""The AMM pool beside the book."""

from __future__ import annotations

from neo.domain.messages.venue import PoolView
from neo.infra.xrpl.wire.amounts import base_and_quote
from neo.infra.xrpl.wire.errors import WireError
from neo.infra.xrpl.wire.fields import Fields
from neo.infra.xrpl.wire.pair import WirePair
from neo.infra.xrpl.wire.validated_view import open_view
from neo.records import frozen

#: 1 %: the most that the ledger allows.
TRADING_FEE_MAX = 1000


@frozen
class PoolRead:
    """`amm_info`: the pool's own account (whose balances are the pool), amounts and fee; `frozen`: the token cannot leave it.

    The auction slot's discounted fee is its holder's alone, so it is not part of the price that others see.
    """

    ledger_index: int
    ledger_hash: str
    account: str
    view: PoolView
    frozen: bool


def parse_amm(pair: WirePair, result: object) -> PoolRead | None:
    """From `amm_info` of a validated ledger; None when there is no pool: the answer is `actNotFound`, or nothing is in it."""
    outer = Fields(result, "amm_info")
    if outer.raw("error") == "actNotFound":
        return None
    fields, ledger = open_view(result, "amm_info")
    amm = fields.child("amm")
    amounts = base_and_quote(pair, amm, "amount", "amount2")
    if amounts is None:
        raise WireError(amm.path, f"a pool of XRP and {pair.currency} of {pair.issuer}")
    base, quote, is_first_quote = amounts
    fee = amm.whole("trading_fee", 0, TRADING_FEE_MAX)
    if not base or not quote:
        return None
    frozen = amm.optional_flag("asset_frozen" if is_first_quote else "asset2_frozen") or False
    return PoolRead(ledger.index, ledger.hash, amm.account("account"), PoolView(base, quote, fee), frozen)
