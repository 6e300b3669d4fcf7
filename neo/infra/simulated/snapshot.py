"""A ledger as plain data and back: two ledgers with equal snapshots behave equally from there on."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import attrs

from neo.infra.simulated.amounts import Amount
from neo.infra.simulated.ledger import SimulatedLedger
from neo.infra.simulated.records import (
    AccountSettings,
    AmmEntry,
    AuctionSlot,
    ForeignOffer,
    Issue,
    IssuedAmount,
    LedgerRules,
    LineSettings,
    Offer,
    VoteSlot,
)
from neo.infra.simulated.state import LedgerState


def encode_ledger(ledger: SimulatedLedger) -> dict[str, Any]:
    """JSON-ready data of the last closed ledger; the open one and what waits for it are not part of it."""
    state = ledger.validated()
    expected, multiplier, recent = ledger.fees.memory()
    return {
        "index": ledger.index,
        "close_time_s": ledger.close_time_s,
        "fees": {"expected": expected, "multiplier": multiplier, "recent": list(recent)},
        "rules": attrs.asdict(state.rules),
        "issue": attrs.asdict(state.issue),
        "pool_account": state.pool_account,
        "drops": dict(sorted(state.drops.items())),
        "token": _texts(state.token),
        "token_limit": _texts(state.token_limit),
        "sequence": dict(sorted(state.sequence.items())),
        "owner_count": dict(sorted(state.owner_count.items())),
        "counters": dict(sorted(state.counters.items())),
        "settings": {account: attrs.asdict(each) for account, each in sorted(state.settings.items())},
        "lines": {account: attrs.asdict(each) for account, each in sorted(state.lines.items())},
        "tickets": sorted(state.tickets),
        "shares": _texts(state.shares),
        "amm": {account: _encode_pool(entry) for account, entry in state.amm.items()},
        "offers": [_encode_offer(state.offers[key]) for key in sorted(state.offers)],
        "foreign_offers": [_encode_foreign(state.foreign_offers[key]) for key in sorted(state.foreign_offers)],
    }


def decode_ledger(data: dict[str, Any]) -> SimulatedLedger:
    """KeyError or ValueError when `data` is not an encoded ledger."""
    state = LedgerState(
        LedgerRules(**data["rules"]),
        dict(data["drops"]),
        _decimals(data["token"]),
        _decimals(data["token_limit"]),
        dict(data["sequence"]),
        dict(data["owner_count"]),
        counters=dict(data["counters"]),
        settings={account: AccountSettings(**each) for account, each in data["settings"].items()},
        lines={account: LineSettings(**each) for account, each in data["lines"].items()},
        shares=_decimals(data["shares"]),
        amm={account: _decode_pool(fields) for account, fields in data["amm"].items()},
        issue=Issue(**data["issue"]),
        pool_account=data["pool_account"],
    )
    for owner, number in data["tickets"]:
        state.tickets[(owner, number)] = 1
        state.ticket_count[owner] = state.ticket_count.get(owner, 0) + 1
    for fields in data["offers"]:
        offer = _decode_offer(fields)
        state.put(state.offers, (offer.owner, offer.sequence), offer)
    for fields in data["foreign_offers"]:
        foreign = _decode_foreign(fields)
        state.foreign_offers[(foreign.owner, foreign.sequence)] = foreign
    ledger = SimulatedLedger(state, data["index"], data["close_time_s"])
    ledger.fees.recall(**data["fees"])
    return ledger


def _texts(table: dict[str, Decimal]) -> dict[str, str]:
    return {account: str(value) for account, value in sorted(table.items())}


def _decimals(texts: dict[str, str]) -> dict[str, Decimal]:
    return {account: Decimal(value) for account, value in texts.items()}


def _encode_pool(entry: AmmEntry) -> dict[str, Any]:
    slot = entry.slot
    return {
        **attrs.asdict(entry),
        "shares": str(entry.shares),
        "slot": None
        if slot is None
        else {**attrs.asdict(slot), "price": str(slot.price), "friends": list(slot.friends)},
        "votes": [attrs.asdict(each) for each in entry.votes],
    }


def _decode_pool(fields: dict[str, Any]) -> AmmEntry:
    slot = fields["slot"]
    return AmmEntry(
        fields["fee_hundred_thousandths"],
        Decimal(fields["shares"]),
        None
        if slot is None
        else AuctionSlot(**{**slot, "price": Decimal(slot["price"]), "friends": tuple(slot["friends"])}),
        tuple(VoteSlot(**each) for each in fields["votes"]),
    )


def _encode_offer(offer: Offer) -> dict[str, Any]:
    fields = attrs.asdict(offer)
    return {**fields, "pays": _encode_amount(offer.pays), "gets": _encode_amount(offer.gets)}


def _decode_offer(fields: dict[str, Any]) -> Offer:
    return Offer(**{**fields, "pays": _decode_amount(fields["pays"]), "gets": _decode_amount(fields["gets"])})


def _encode_foreign(offer: ForeignOffer) -> dict[str, Any]:
    fields = attrs.asdict(offer)
    return {**fields, "pays": {**fields["pays"], "value": str(offer.pays.value)}}


def _decode_foreign(fields: dict[str, Any]) -> ForeignOffer:
    pays = fields["pays"]
    return ForeignOffer(**{**fields, "pays": IssuedAmount(pays["currency"], pays["issuer"], Decimal(pays["value"]))})


def _encode_amount(amount: Amount) -> int | str:
    return amount if type(amount) is int else str(amount)


def _decode_amount(value: int | str) -> Amount:
    return value if isinstance(value, int) else Decimal(value)
