"""One version of the simulated ledger, read in wire form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from neo.infra.sandbox.xrpl.chain import keylets
from neo.infra.sandbox.xrpl.chain.book_changes import number_text
from neo.infra.sandbox.xrpl.chain.entries import XRP, Names, account_root, offer_entry, trust_line
from neo.infra.sandbox.xrpl.methods.quality_text import quality_text
from neo.infra.simulated.amounts import ZERO
from neo.infra.simulated.quality import limit_out, rate_of
from neo.infra.simulated.state import LedgerState

_TOTAL_DROPS = 100_000_000_000 * 1_000_000
Threads = Mapping[str, tuple[str, int]]


class SimulatedView:
    """Reads `state`; `threads` says which transaction changed an entry last."""

    def __init__(self, state: LedgerState, names: Names, threads: Threads) -> None:
        self.state = state
        self._names = names
        self._threads = threads

    @property
    def total_drops(self) -> int:
        return _TOTAL_DROPS - self.state.counters["burned_drops"]

    def account_root(self, account: str) -> dict[str, Any] | None:
        if account not in self.state.sequence:
            return None
        return self._threaded(account_root(self.state, account))

    def entries_of(self, account: str) -> Sequence[dict[str, Any]]:
        state, names = self.state, self._names
        entries = [offer_entry(names, offer) for offer in state.offers_of(account)]
        if account == names.issuer:
            entries += [self._line(holder) for holder in state.token]
        elif account in state.token:
            entries.append(self._line(account))
        return sorted((self._threaded(entry) for entry in entries), key=lambda entry: str(entry["index"]))

    def _line(self, holder: str) -> dict[str, Any]:
        limit = self.state.token_limit.get(holder, ZERO)
        return trust_line(self._names, holder, self.state.token[holder], limit)

    def entry(self, index: str) -> dict[str, Any] | None:
        for name in self.state.sequence:
            address = name
            if keylets.account(address) == index:
                return self.account_root(address)
            for entry in self.entries_of(address):
                if entry["index"] == index:
                    return entry
        return None

    def book(self, gives_xrp: bool) -> Sequence[dict[str, Any]]:
        left: dict[str, Any] = {}
        return [self._book_entry(offer, left, gives_xrp) for offer in self.state.book(gives_xrp=gives_xrp)]

    def _book_entry(self, offer: Any, left: dict[str, Any], gives_xrp: bool) -> dict[str, Any]:
        entry = self._threaded(offer_entry(self._names, offer))
        entry["quality"] = quality_text(entry["BookDirectory"])
        if offer.owner not in left:
            left[offer.owner] = self.state.spendable(offer.owner, xrp=gives_xrp)
            entry["owner_funds"] = _plain(left[offer.owner])
        funds = left[offer.owner]
        if funds < offer.gets:
            pays, gets = (limit_out(offer.pays, offer.gets, funds, rate_of(offer.quality), up=False)
                          if funds > 0 else (type(offer.pays)(0), type(offer.gets)(0)))  # fmt: skip
            entry["taker_gets_funded"] = self._names.amount(gets)
            entry["taker_pays_funded"] = self._names.amount(pays)
        left[offer.owner] = max(funds - offer.gets, type(funds)(0))
        return entry

    def amm(self) -> dict[str, Any] | None:
        pool = self.state.pool(gives_xrp=True)
        if pool is None:
            return None
        names = self._names
        lp_token = {"currency": "03" + "0" * 38, "issuer": names.pool, "value": "1000000"}
        return {
            "account": names.pool,
            "amount": str(self.state.drops[names.pool]),
            "amount2": names.amount(self.state.token[names.pool]),
            "asset2_frozen": False,
            "lp_token": lp_token,
            "trading_fee": pool.fee_hundred_thousandths,
        }

    def is_pool(self, account: str) -> bool:
        return account == self._names.pool

    def owner_funds(self, account: str, asset: tuple[str, str]) -> str:
        if account not in self.state.sequence or asset not in (XRP, self._names.token):
            return "0"
        return _plain(self.state.spendable(account, xrp=asset == XRP))

    def _threaded(self, entry: dict[str, Any]) -> dict[str, Any]:
        tx_hash, ledger = self._threads.get(entry["index"], ("0" * 64, 0))
        return {**entry, "PreviousTxnID": tx_hash, "PreviousTxnLgrSeq": ledger}


def _plain(amount: int | Decimal) -> str:
    return str(amount) if type(amount) is int else number_text(Decimal(amount))
