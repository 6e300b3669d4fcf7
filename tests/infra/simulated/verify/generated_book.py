"""Random books made by the model itself, written down in the form of a recording: they test the verifier, not the model."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import attrs

from neo.infra.simulated import flags
from neo.infra.simulated import transactions as tx
from neo.infra.simulated.changes import Threads
from neo.infra.simulated.identity import address_of
from neo.infra.simulated.ledger import SimulatedLedger
from neo.infra.simulated.openings import open_account, open_pool
from neo.infra.simulated.records import AccountSettings, AuctionSlot, Issue
from neo.infra.simulated.state import RLUSD, LedgerState
from neo.infra.simulated.wire import views
from neo.infra.simulated.wire.metadata import render_metadata
from neo.infra.simulated.wire.rendering import render_transaction

XRP = 1_000_000
_TRIMMED = {
    "LedgerIndex", "PreviousTxnID", "PreviousTxnLgrSeq", "BookDirectory", "BookNode", "OwnerNode", "HighNode", "LowNode",
}  # fmt: skip
_FLAGS = (0, 0, 0, tx.PASSIVE, tx.IMMEDIATE_OR_CANCEL, tx.FILL_OR_KILL, tx.SELL, tx.SELL | tx.IMMEDIATE_OR_CANCEL)


@attrs.frozen
class BookPlan:
    """What the book is like. Lifetimes are of offers, in seconds; a transfer fee in the ledger's own units."""

    seed: int = 1
    traders: int = 3
    ledgers: int = 60
    for_each_ledger: int = 1
    pool_fee: int | None = None
    transfer_rate: int = 0
    tick_size: int = 0
    lifetime_s: int = 0
    resting_at_start: int = 0
    tells_ledgers: bool = True
    start_s: int = 848_000_000


def generate(plan: BookPlan) -> dict[str, Any]:
    """The recording as decoded JSON."""
    rng = random.Random(plan.seed)
    names = [address_of(f"trader {number} of {plan.seed}") for number in range(plan.traders)]
    ledger = _ledger(plan, names)
    for _ in range(plan.resting_at_start):
        ledger.submit(_offer(rng, plan, ledger, rng.choice(names), flags_of=(0,)))
        ledger.close(ledger.close_time_s + 1)
    ledger.threads = Threads()
    entries = _views(ledger, names, "initial")
    for number in range(plan.ledgers):
        entries += _one_ledger(rng, plan, ledger, names, f"tx.{number}")
        if number % 20 == 19:
            entries += _views(ledger, names, f"views.after_{number}")
    return {"scenario": "generated", "accounts": {}, "entries": entries}


def _ledger(plan: BookPlan, names: list[str]) -> SimulatedLedger:
    issuer = address_of(f"issuer of {plan.seed}")
    state = LedgerState(issue=Issue(RLUSD, issuer), pool_account=address_of(f"pool of {plan.seed}"))
    open_account(state, issuer, 1_000 * XRP, None, sequence=5)
    rate, tick = plan.transfer_rate, plan.tick_size
    state.settings[issuer] = AccountSettings(flags=flags.DEFAULT_RIPPLE, transfer_rate=rate, tick_size=tick)
    for name in names:
        open_account(state, name, 5_000 * XRP, Decimal(5_000), sequence=9)
    if plan.pool_fee is not None:
        slot = AuctionSlot(names[0], plan.start_s + 80_000)
        open_pool(state, 1_000 * XRP, Decimal(2_500), plan.pool_fee, slot)
        state.settings[state.pool_account] = AccountSettings(flags=flags.POOL_ACCOUNT_FLAGS)
        state.sequence[state.pool_account] = 7
        pool = state.amm[state.pool_account]
        state.amm[state.pool_account] = attrs.evolve(pool, shares=Decimal(1_000_000))
        state.shares[names[0]] = Decimal(1_000_000)
        state.owner_count[names[0]] += 1
    return SimulatedLedger(state, index=100, close_time_s=plan.start_s)


def _offer(
    rng: random.Random, plan: BookPlan, ledger: SimulatedLedger, who: str, flags_of: tuple[int, ...] = _FLAGS
) -> tx.OfferCreate:
    drops = rng.randrange(1, 60) * 333_333
    token = (Decimal(drops) * rng.randrange(2_300, 2_700) / 1_000_000_000).quantize(Decimal("0.000001"))
    pays, gets = (token, drops) if rng.random() < 0.5 else (drops, token)
    expires = None
    if plan.lifetime_s and rng.random() < 0.6:
        expires = ledger.close_time_s + rng.randrange(-1, plan.lifetime_s)
    sequence = ledger.state.sequence[who]
    replaced = sequence - rng.randrange(1, 4) if rng.random() < 0.2 else None
    return tx.OfferCreate(who, sequence, 10, pays, gets, rng.choice(flags_of), replaced, expires)


def _one_ledger(
    rng: random.Random, plan: BookPlan, ledger: SimulatedLedger, names: list[str], step: str
) -> list[dict[str, Any]]:
    sent: list[tuple[tx.Transaction, dict[str, Any]]] = []
    for number in range(plan.for_each_ledger):
        who = rng.choice(names)
        transaction: tx.Transaction = _offer(rng, plan, ledger, who)
        if rng.random() < 0.15:
            sequence = ledger.state.sequence[who]
            transaction = tx.OfferCancel(who, sequence, 10, sequence - rng.randrange(1, 5))
        transaction = attrs.evolve(transaction, hash=f"{rng.getrandbits(256):064X}")
        fields = render_transaction(ledger.state, transaction)
        entry: dict[str, Any] = {
            "step": f"{step}.{number}",
            "trimmed_tx": fields,
            "preliminary": ledger.submit(transaction),
        }
        if plan.tells_ledgers:
            entry["ledger_index"] = ledger.open_index
        sent.append((transaction, entry))
    closed = ledger.close(ledger.close_time_s + 1)
    for transaction, entry in sent:
        outcome = next((each for each in closed.outcomes if each.transaction is transaction), None)
        entry["trimmed_meta"] = None if outcome is None else trimmed(render_metadata(ledger.state, outcome))
    return [entry for _, entry in sent]


def trimmed(value: Any) -> Any:
    """Metadata without indexes, threads and pages."""
    if isinstance(value, dict):
        return {name: trimmed(each) for name, each in value.items() if name not in _TRIMMED}
    return [trimmed(each) for each in value] if isinstance(value, list) else value


def _views(ledger: SimulatedLedger, names: list[str], step: str) -> list[dict[str, Any]]:
    state = ledger.validated()
    entries = []

    def tell(method: str, params: dict[str, Any], result: dict[str, Any]) -> None:
        request = {"method": method, "params": [{**params, "ledger_index": "validated"}]}
        result = {**result, "ledger_index": ledger.index}
        entries.append({"step": step, "request": request, "response": {"result": result}})

    for account in (state.issue.issuer, *names):
        tell("account_info", {"account": account}, views.account_info(state, account) or {})
    for account in names:
        lines, offers = views.account_lines(state, account), views.account_offers(state, account)
        tell("account_lines", {"account": account}, {"account": account, "lines": lines})
        tell("account_offers", {"account": account}, {"account": account, "offers": offers})
    token = {"currency": state.issue.currency, "issuer": state.issue.issuer}
    for gives_xrp in (True, False):
        gets, pays = ({"currency": "XRP"}, token) if gives_xrp else (token, {"currency": "XRP"})
        offers = views.book_entries(state, gives_xrp=gives_xrp)
        tell("book_offers", {"taker_gets": gets, "taker_pays": pays}, {"offers": offers})
    amm = views.amm_info(state, ledger.close_time_s)
    if amm is not None:
        tell("amm_info", {}, {"amm": amm})
    return entries
