"""A ledger as plain data and back: two ledgers with equal snapshots behave equally from there on."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import attrs

from neo.infra.simulated.amounts import Amount
from neo.infra.simulated.ledger import SimulatedLedger
from neo.infra.simulated.state import LedgerRules, LedgerState, Offer


def encode_ledger(ledger: SimulatedLedger) -> dict[str, Any]:
    """JSON-ready data of the last closed ledger; the open ledger is not part of it."""
    state = ledger.validated()
    return {
        "index": ledger.index,
        "close_time_s": ledger.close_time_s,
        "rules": attrs.asdict(state.rules),
        "drops": dict(sorted(state.drops.items())),
        "token": {account: str(balance) for account, balance in sorted(state.token.items())},
        "token_limit": {account: str(limit) for account, limit in sorted(state.token_limit.items())},
        "sequence": dict(sorted(state.sequence.items())),
        "owner_count": dict(sorted(state.owner_count.items())),
        "counters": dict(sorted(state.counters.items())),
        "offers": [_encode_offer(state.offers[key]) for key in sorted(state.offers)],
    }


def decode_ledger(data: dict[str, Any]) -> SimulatedLedger:
    """KeyError or ValueError when `data` is not an encoded ledger."""
    state = LedgerState(
        LedgerRules(**data["rules"]),
        dict(data["drops"]),
        {account: Decimal(balance) for account, balance in data["token"].items()},
        {account: Decimal(limit) for account, limit in data["token_limit"].items()},
        dict(data["sequence"]),
        dict(data["owner_count"]),
        counters=dict(data["counters"]),
    )
    for fields in data["offers"]:
        offer = _decode_offer(fields)
        state.put(state.offers, (offer.owner, offer.sequence), offer)
    return SimulatedLedger(state, data["index"], data["close_time_s"])


def _encode_offer(offer: Offer) -> dict[str, Any]:
    fields = attrs.asdict(offer)
    return {**fields, "pays": _encode_amount(offer.pays), "gets": _encode_amount(offer.gets)}


def _decode_offer(fields: dict[str, Any]) -> Offer:
    return Offer(**{**fields, "pays": _decode_amount(fields["pays"]), "gets": _decode_amount(fields["gets"])})


def _encode_amount(amount: Amount) -> int | str:
    return amount if type(amount) is int else str(amount)


def _decode_amount(value: int | str) -> Amount:
    return value if isinstance(value, int) else Decimal(value)
