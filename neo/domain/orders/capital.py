"""Money that came or went without a trade: what kind of capital event it is, and in whose words."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from neo.domain.messages.journal import CapitalKind
from neo.domain.messages.venue import TransactionKind, ValidatedTransaction
from neo.domain.units import ZERO

_KIND = TransactionKind
#: What a person calls a transaction that moved our money.
_WORDS: Mapping[TransactionKind, str] = MappingProxyType(
    {
        _KIND.PAYMENT: "payment",
        _KIND.CLAWBACK: "clawback by the issuer, in",
        _KIND.AMM_CLAWBACK: "clawback from the pool by the issuer, in",
        _KIND.AMM_CREATE: "pool made by hand, in",
        _KIND.AMM_DEPOSIT: "deposit into the pool by hand, in",
        _KIND.AMM_WITHDRAW: "withdrawal from the pool by hand, in",
    }
)
_CLAWBACKS = frozenset({_KIND.CLAWBACK, _KIND.AMM_CLAWBACK})
_POOL = frozenset({_KIND.AMM_CREATE, _KIND.AMM_DEPOSIT, _KIND.AMM_WITHDRAW, _KIND.AMM_CLAWBACK})


def capital_kind(transaction: ValidatedTransaction, amount: Decimal) -> CapitalKind:
    """Clawed back by the issuer; moved between wallet and pool by hand; else paid in or out."""
    if transaction.kind in _CLAWBACKS and amount < ZERO:
        return CapitalKind.CLAWBACK
    if transaction.kind in _POOL:
        return CapitalKind.POOL
    return CapitalKind.DEPOSIT if amount > ZERO else CapitalKind.WITHDRAWAL


def capital_note(transaction: ValidatedTransaction, account: str) -> str:
    """For the history: what moved it, and who."""
    what = _WORDS.get(transaction.kind, f"{transaction.kind.value} transaction")
    who = "sent by our account from elsewhere" if transaction.account == account else f"sent by {transaction.account}"
    return f"{what} {transaction.hash}, {who}"
