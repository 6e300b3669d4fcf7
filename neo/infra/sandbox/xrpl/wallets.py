"""Accounts of the sandbox with known seeds: never use them on a network where they are worth anything."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256

from xrpl.constants import CryptoAlgorithm
from xrpl.core import addresscodec
from xrpl.wallet import Wallet

from neo.infra.simulated.market import Cast
from neo.records import frozen

TOKEN_CURRENCY = "524C555344000000000000000000000000000000"
_MAKERS, _TAKERS = 3, 2


@frozen
class TradingWallet:
    """An account that is ready to trade: funds, a trust line, and a regular key beside the master key."""

    account: str
    seed: str
    regular_account: str
    regular_seed: str


@lru_cache(maxsize=256)
def seed_of(plan_seed: int, role: str) -> str:
    """The Ed25519 seed of a role, from the plan's seed."""
    entropy = sha256(f"neo-sandbox/{plan_seed}/{role}".encode()).digest()[:16]
    return str(addresscodec.encode_seed(entropy, CryptoAlgorithm.ED25519))


@lru_cache(maxsize=256)
def address_of(plan_seed: int, role: str) -> str:
    return str(Wallet.from_seed(seed_of(plan_seed, role)).address)


def trading_wallet(plan_seed: int) -> TradingWallet:
    return TradingWallet(
        account=address_of(plan_seed, "trader"),
        seed=seed_of(plan_seed, "trader"),
        regular_account=address_of(plan_seed, "trader-regular-key"),
        regular_seed=seed_of(plan_seed, "trader-regular-key"),
    )


def cast_of(plan_seed: int) -> Cast:
    """Addresses of the traders that the server plays itself."""
    return Cast(
        makers=tuple(address_of(plan_seed, f"maker-{number}") for number in range(1, _MAKERS + 1)),
        takers=tuple(address_of(plan_seed, f"taker-{number}") for number in range(1, _TAKERS + 1)),
        arbitrageur=address_of(plan_seed, "arbitrageur"),
        vault=address_of(plan_seed, "vault"),
    )


def issuer_of(plan_seed: int) -> str:
    return address_of(plan_seed, "issuer")


def pool_account_of(plan_seed: int) -> str:
    return address_of(plan_seed, "pool")
