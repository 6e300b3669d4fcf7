"""The ledger that a plan begins with: issuer, pool, the traders that are played, and a wallet that is ready to trade."""

from __future__ import annotations

import random
from decimal import Decimal

import attrs

from neo.domain.units import ripple_time_s, xrp_to_drops
from neo.infra.sandbox.xrpl.chain.simulated import PlayedLedger, SimulatedModel
from neo.infra.sandbox.xrpl.plan import SandboxPlan
from neo.infra.sandbox.xrpl.wallets import TOKEN_CURRENCY, cast_of, issuer_of, pool_account_of, trading_wallet
from neo.infra.simulated.flags import DEFAULT_RIPPLE
from neo.infra.simulated.market import Market
from neo.infra.simulated.openings import open_account, open_pool
from neo.infra.simulated.prices import WanderingPrice
from neo.infra.simulated.records import AccountSettings, Issue
from neo.infra.simulated.state import LedgerState

_TRADER_XRP = Decimal(2_000_000)
_VAULT_XRP = Decimal(1_000_000_000)
_ISSUER_XRP = Decimal(1_000)


def served_model(plan: SandboxPlan, now_ns: int) -> SimulatedModel:
    """The first ledger, closed at `now_ns`, with the market that goes on from there."""
    ledger = PlayedLedger(_first_state(plan), plan.first_ledger, ripple_time_s(now_ns))
    return SimulatedModel(ledger, _market(plan, ledger, now_ns))


def _first_state(plan: SandboxPlan) -> LedgerState:
    cast, wallet, issuer = cast_of(plan.seed), trading_wallet(plan.seed), issuer_of(plan.seed)
    state = LedgerState(
        attrs.evolve(plan.rules, network_id=plan.network_id),
        issue=Issue(TOKEN_CURRENCY, issuer),
        pool_account=pool_account_of(plan.seed),
    )
    open_account(state, issuer, xrp_to_drops(_ISSUER_XRP), None)
    state.settings[issuer] = AccountSettings(flags=DEFAULT_RIPPLE)
    price = plan.first_price
    if plan.pool_xrp > 0:
        open_pool(state, xrp_to_drops(plan.pool_xrp), plan.pool_xrp * price, plan.pool_fee_hundred_thousandths)
    for trader in cast.traders:
        open_account(state, trader, xrp_to_drops(_TRADER_XRP), _TRADER_XRP * price)
    open_account(state, cast.vault, xrp_to_drops(_VAULT_XRP), _VAULT_XRP * price)
    open_account(state, wallet.account, xrp_to_drops(plan.wallet_xrp), plan.wallet_token)
    state.settings[wallet.account] = AccountSettings(regular_key=wallet.regular_account)
    return state


def _market(plan: SandboxPlan, ledger: PlayedLedger, now_ns: int) -> Market | None:
    if plan.market is None:
        return None
    path = WanderingPrice(random.Random(f"price-{plan.seed}"), plan.first_price, plan.daily_move_bps, now_ns)
    return Market(ledger, path, random.Random(f"market-{plan.seed}"), plan.market, cast_of(plan.seed))
