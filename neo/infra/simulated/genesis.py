"""The first ledger of a simulation: issuer, pool, other traders and our wallet."""

from __future__ import annotations

from decimal import Decimal

import attrs

from neo.domain.units import xrp_to_drops
from neo.infra.simulated.amounts import ZERO
from neo.infra.simulated.ledger import SimulatedLedger
from neo.infra.simulated.openings import open_account, open_pool
from neo.infra.simulated.state import ISSUER_ACCOUNT, LedgerRules, LedgerState
from neo.records import frozen

ARBITRAGEUR = "arbitrageur"
TAKERS = ("taker-1", "taker-2")
MAKERS = ("maker-1", "maker-2", "maker-3")
#: Another venue in disguise: it swaps inventory with traders that run out, and pays deposits.
VAULT = "vault"
_TRADER_XRP = Decimal(2_000_000)
_VAULT_XRP = Decimal(1_000_000_000)
_TOKEN_PLACES = Decimal("0.000001")


@frozen
class Genesis:
    """Amounts of the first ledger; amounts of XRP and RLUSD in whole units, price in RLUSD per XRP."""

    account: str
    start_price: Decimal
    wallet_xrp: Decimal = Decimal(1000)
    wallet_rlusd: Decimal = Decimal(1000)
    pool_xrp: Decimal = Decimal(2_000_000)
    pool_fee_hundred_thousandths: int = 60
    rules: LedgerRules = attrs.field(factory=LedgerRules)


def create_ledger(genesis: Genesis, close_time_s: int, index: int = 1_000) -> SimulatedLedger:
    """The ledger that everything starts from, closed at `close_time_s` (ledger time)."""
    price = genesis.start_price
    state = LedgerState(genesis.rules)
    open_account(state, ISSUER_ACCOUNT, xrp_to_drops(Decimal(1_000)), None)
    if genesis.pool_xrp > 0:
        tokens = _tokens(genesis.pool_xrp * price)
        open_pool(state, xrp_to_drops(genesis.pool_xrp), tokens, genesis.pool_fee_hundred_thousandths)
    for trader in (ARBITRAGEUR, *TAKERS, *MAKERS):
        open_account(state, trader, xrp_to_drops(_TRADER_XRP), _tokens(_TRADER_XRP * price))
    open_account(state, VAULT, xrp_to_drops(_VAULT_XRP), _tokens(_VAULT_XRP * price))
    open_account(state, genesis.account, xrp_to_drops(genesis.wallet_xrp), genesis.wallet_rlusd or ZERO)
    return SimulatedLedger(state, index, close_time_s)


def _tokens(value: Decimal) -> Decimal:
    return value.quantize(_TOKEN_PLACES)
