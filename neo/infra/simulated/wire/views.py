"""What account_info, account_lines, account_offers, book_offers and amm_info tell of one ledger, without the envelope.

Source: https://xrpl.org/docs/references/http-websocket-apis/public-api-methods, checked against recordings.
`threads` (optional) gives PreviousTxnID and PreviousTxnLgrSeq of each entry.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from neo.domain.units import RIPPLE_EPOCH_S
from neo.infra.simulated import flags
from neo.infra.simulated.amounts import NEAREST, ZERO, Amount, as_number, divide, is_xrp, like, subtract
from neo.infra.simulated.changes import (
    AccountRecord,
    EntryKey,
    LineRecord,
    PoolRecord,
    Record,
    SharesRecord,
    Threads,
    TicketRecord,
)
from neo.infra.simulated.effects.pool_creation import AUCTION_INTERVALS, AUCTION_SLOT_S
from neo.infra.simulated.fees import PARITY
from neo.infra.simulated.identity import address_of
from neo.infra.simulated.quality import rate_of
from neo.infra.simulated.records import ForeignOffer, Offer
from neo.infra.simulated.state import LedgerState
from neo.infra.simulated.wire.entries import Entry, render
from neo.infra.simulated.wire.values import amount_out, issued, number_text, shares_asset, token_asset

_ACCOUNT_FLAG_NAMES = {
    "allowTrustLineClawback": flags.ALLOW_CLAWBACK,
    "allowTrustLineLocking": flags.ALLOW_LINE_LOCKING,
    "defaultRipple": flags.DEFAULT_RIPPLE,
    "depositAuth": flags.DEPOSIT_AUTHORISATION,
    "disableMasterKey": flags.DISABLE_MASTER,
    "disallowIncomingCheck": flags.DISALLOW_INCOMING_CHECK,
    "disallowIncomingNFTokenOffer": flags.DISALLOW_INCOMING_NFT_OFFER,
    "disallowIncomingPayChan": flags.DISALLOW_INCOMING_CHANNEL,
    "disallowIncomingTrustline": flags.DISALLOW_INCOMING_LINE,
    "disallowIncomingXRP": flags.DISALLOW_XRP,
    "globalFreeze": flags.GLOBAL_FREEZE,
    "noFreeze": flags.NO_FREEZE,
    "passwordSpent": flags.PASSWORD_SPENT,
    "requireAuthorization": flags.REQUIRE_AUTHORISATION,
    "requireDestinationTag": flags.REQUIRE_DESTINATION_TAG,
}


def render_entry(state: LedgerState, key: EntryKey, threads: Threads | None = None) -> Entry | None:
    """The entry behind ("account", name), ("line", holder), ("shares", holder), ("offer", (owner, sequence)),

    ("foreign_offer", ...), ("ticket", (owner, number)) or ("amm", pool account); None when it is not there.
    """
    record = _record(state, *key)
    if record is None:
        return None
    entry = render(state, key[0], record)
    thread = None if threads is None else threads.of(key)
    return entry if thread is None else {**entry, "PreviousTxnID": thread[0], "PreviousTxnLgrSeq": thread[1]}


def _record(state: LedgerState, kind: str, key: Any) -> Record | None:
    if kind == "offer":
        return state.offers.get(key)
    if kind == "foreign_offer":
        return state.foreign_offers.get(key)
    if kind == "ticket":
        return TicketRecord(*key) if key in state.tickets else None
    if kind == "line":
        return LineRecord(key, state.token[key], state.token_limit.get(key, ZERO), state.line_of(key)) if (
            key in state.token) else None  # fmt: skip
    if kind == "shares":
        return SharesRecord(key, state.shares[key]) if key in state.shares else None
    if kind == "amm":
        return PoolRecord(key, state.amm[key]) if key in state.amm else None
    return account_record(state, key)


def account_record(state: LedgerState, account: str) -> AccountRecord | None:
    """None when there is no such account."""
    if account not in state.sequence:
        return None
    return AccountRecord(
        account,
        state.drops[account],
        state.sequence[account],
        state.owner_count.get(account, 0),
        state.ticket_count.get(account, 0),
        state.settings_of(account),
    )


def entries_of_account(state: LedgerState, account: str, threads: Threads | None = None) -> list[Entry]:
    """What the account's owner directory lists, by index: offers, lines, tickets, shares, for a pool its own entry."""
    keys: list[EntryKey] = [("offer", (account, sequence)) for sequence in state.owned.get(account, ())]
    keys += [("foreign_offer", key) for key in state.foreign_offers if key[0] == account]
    keys += [("ticket", (account, number)) for number in state.tickets_of(account)]
    keys += [("line", account), ("shares", account), ("amm", account)]
    if account == state.issue.issuer:
        keys += [("line", holder) for holder in state.token]
    if account in state.amm:
        keys += [("shares", holder) for holder in state.shares]
    found = (render_entry(state, key, threads) for key in dict.fromkeys(keys))
    return sorted((entry for entry in found if entry is not None), key=lambda entry: str(entry["index"]))


def account_info(state: LedgerState, account: str, threads: Threads | None = None) -> Entry | None:
    """account_data and account_flags; None when there is no such account."""
    data = render_entry(state, ("account", account), threads)
    if data is None:
        return None
    return {
        "account_data": data,
        "account_flags": {name: bool(data["Flags"] & flag) for name, flag in _ACCOUNT_FLAG_NAMES.items()},
    }


def account_lines(state: LedgerState, account: str) -> list[Entry]:
    """Trust lines from the account's side, in the order of its directory."""
    lines = (entry for entry in entries_of_account(state, account) if entry["LedgerEntryType"] == "RippleState")
    return [_line_view(entry, address_of(account)) for entry in lines]


def _line_view(entry: Entry, mine: str) -> Entry:
    low = entry["LowLimit"]["issuer"] == mine
    own, peer = ("Low", "High") if low else ("High", "Low")
    balance = Decimal(entry["Balance"]["value"])
    set_flags, side = entry["Flags"], 0 if low else 1
    view: Entry = {
        "account": entry[f"{peer}Limit"]["issuer"],
        "balance": number_text(balance if low else -balance),
        "currency": entry["Balance"]["currency"],
        "limit": entry[f"{own}Limit"]["value"],
        "limit_peer": entry[f"{peer}Limit"]["value"],
        "quality_in": entry.get(f"{own}QualityIn", 0),
        "quality_out": entry.get(f"{own}QualityOut", 0),
    }
    for name, pair in _LINE_FLAG_NAMES.items():
        if set_flags & pair[side]:
            view[name] = True
        if set_flags & pair[1 - side]:
            view[f"{name}_peer" if name != "authorized" else "peer_authorized"] = True
    return view


_LINE_FLAG_NAMES = {
    "authorized": (0x0004_0000, 0x0008_0000),
    "no_ripple": (0x0010_0000, 0x0020_0000),
    "freeze": (0x0040_0000, 0x0080_0000),
    "deep_freeze": (0x0200_0000, 0x0400_0000),
}


def account_offers(state: LedgerState, account: str) -> list[Entry]:
    """Resting offers in the order of the account's directory."""
    rows = []
    offers: list[Offer | ForeignOffer] = list(state.offers_of(account))
    offers += [offer for key, offer in state.foreign_offers.items() if key[0] == account]
    for offer in offers:
        entry = render(state, "offer", offer)
        row = {
            "flags": entry["Flags"],
            "quality": number_text(rate_of(offer.quality)),
            "seq": offer.sequence,
            "taker_gets": entry["TakerGets"],
            "taker_pays": entry["TakerPays"],
        }
        if offer.expiration_s is not None:
            row["expiration"] = offer.expiration_s
        rows.append((entry["index"], row))
    return [row for _, row in sorted(rows, key=lambda each: str(each[0]))]


def book_entries(state: LedgerState, *, gives_xrp: bool, threads: Threads | None = None) -> list[Entry]:
    """One book best first, as book_offers gives it: with owner_funds, quality and the part that is funded."""
    left: dict[str, Amount] = {}
    rate = PARITY if gives_xrp else state.transfer_rate
    entries = []
    for offer in state.book(gives_xrp=gives_xrp):
        entry = render_entry(state, ("offer", (offer.owner, offer.sequence)), threads)
        assert entry is not None
        entry["quality"] = number_text(rate_of(offer.quality))
        funds = left.get(offer.owner)
        if funds is None:
            funds = _book_funds(state, offer)
            entry["owner_funds"] = str(funds) if is_xrp(funds) else number_text(Decimal(funds))
        left[offer.owner] = _fund(state, entry, offer, funds, PARITY if offer.owner == state.issue.issuer else rate)
        entries.append(entry)
    return entries


def _book_funds(state: LedgerState, offer: Offer) -> Amount:
    if not is_xrp(offer.gets) and offer.owner == state.issue.issuer:
        return offer.gets
    if state.is_globally_frozen():
        return 0 if is_xrp(offer.gets) else ZERO
    return state.spendable(offer.owner, xrp=is_xrp(offer.gets))


def _fund(state: LedgerState, entry: Entry, offer: Offer, funds: Amount, rate: int) -> Amount:
    """Say what of the offer is funded if that is less than all of it; what is left for the owner's next offers.

    These are the server's plain roundings to the nearest (`NetworkOPs.cpp`), unlike those of a crossing.
    """
    ratio = Decimal(rate).scaleb(-9)
    gets = funds if rate == PARITY else divide(NEAREST, as_number(funds), ratio)
    if gets < offer.gets:
        value = NEAREST.multiply(as_number(gets), rate_of(offer.quality))
        entry["taker_gets_funded"] = amount_out(state, gets)
        entry["taker_pays_funded"] = amount_out(state, min(offer.pays, like(offer.pays, value, ROUND_HALF_EVEN)))
    else:
        gets = offer.gets
    given = gets if rate == PARITY else min(funds, NEAREST.multiply(as_number(gets), ratio))
    return subtract(funds, given)


def amm_info(state: LedgerState, now_s: int, holder: str | None = None) -> Entry | None:
    """The pool as amm_info tells it at `now_s` (ledger time), with the shares of `holder` if one is named, else all.

    None when there is no pool.
    """
    pool = state.pool_account
    entry = state.amm.get(pool)
    if entry is None:
        return None
    shares = shares_asset(state)
    info: Entry = {
        "account": address_of(pool),
        "amount": str(state.drops[pool]),
        "amount2": issued(token_asset(state), state.token[pool]),
        "asset2_frozen": state.is_frozen(pool),
        "lp_token": issued(shares, entry.shares if holder is None else state.shares.get(holder, ZERO)),
        "trading_fee": entry.fee_hundred_thousandths,
    }
    if entry.slot is not None:
        info["auction_slot"] = {
            "account": address_of(entry.slot.holder),
            "discounted_fee": entry.discounted_fee_hundred_thousandths,
            "expiration": _iso(entry.slot.expiration_s),
            "price": issued(shares, entry.slot.price),
            "time_interval": _interval(entry.slot.expiration_s, now_s),
        }
        if entry.slot.friends:
            info["auction_slot"]["auth_accounts"] = [{"account": address_of(each)} for each in entry.slot.friends]
    if entry.votes:
        info["vote_slots"] = [
            {
                "account": address_of(vote.account),
                "trading_fee": vote.fee_hundred_thousandths,
                "vote_weight": vote.weight,
            }
            for vote in entry.votes
        ]
    return info


def _interval(expiration_s: int, now_s: int) -> int:
    """Which twentieth of the slot's day it is; 20 when the day is over."""
    used_s = AUCTION_SLOT_S - (expiration_s - now_s)
    return min(AUCTION_INTERVALS, max(0, used_s * AUCTION_INTERVALS // AUCTION_SLOT_S))


def _iso(ledger_time_s: int) -> str:
    return datetime.fromtimestamp(ledger_time_s + RIPPLE_EPOCH_S, UTC).strftime("%Y-%m-%dT%H:%M:%S.000000000+0000")
