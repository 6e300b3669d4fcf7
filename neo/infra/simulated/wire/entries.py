"""Ledger entries in wire form: every field, with LedgerEntryType and index, without the thread to older transactions.

Source: https://xrpl.org/docs/references/protocol/ledger-data/ledger-entry-types, checked against recorded metadata.
Directories have one page here; a server opens another one after 32 entries.
"""

from __future__ import annotations

from typing import Any

from neo.infra.simulated.changes import (
    AccountRecord,
    DirectoryRecord,
    LineRecord,
    PoolRecord,
    Record,
    SharesRecord,
    TicketRecord,
)
from neo.infra.simulated.identity import account_id, address_of
from neo.infra.simulated.records import ForeignOffer, LineSettings, Offer
from neo.infra.simulated.state import LedgerState
from neo.infra.simulated.wire import keylets
from neo.infra.simulated.wire.keylets import XRP, Asset
from neo.infra.simulated.wire.values import NOBODY, amount_out, asset_out, issued, shares_asset, token_asset

Entry = dict[str, Any]

# Flags of a trust line: (low side, high side).
_RESERVE = (0x0001_0000, 0x0002_0000)
_AUTHORISED = (0x0004_0000, 0x0008_0000)
_NO_RIPPLE = (0x0010_0000, 0x0020_0000)
_FREEZE = (0x0040_0000, 0x0080_0000)
_DEEP_FREEZE = (0x0200_0000, 0x0400_0000)
_POOL_LINE = 0x0100_0000
_FIRST_PAGE = "0"


def render(state: LedgerState, kind: str, record: Record, *, gone: bool = False) -> Entry:
    """One entry; `gone` is how a trust line looks when it goes, no longer counted in anybody's reserve."""
    if isinstance(record, AccountRecord):
        return _account(state, record)
    if isinstance(record, LineRecord):
        return _line(state, record, gone=gone)
    if isinstance(record, SharesRecord):
        return _shares(state, record, gone=gone)
    if isinstance(record, Offer):
        return _offer(state, record)
    if isinstance(record, ForeignOffer):
        return _foreign_offer(state, record)
    if isinstance(record, TicketRecord):
        return _ticket(record)
    if isinstance(record, PoolRecord):
        return _pool(state, record)
    return _directory(state, kind, record)


def _account(state: LedgerState, record: AccountRecord) -> Entry:
    settings = record.settings
    entry: Entry = {
        "LedgerEntryType": "AccountRoot",
        "Account": address_of(record.account),
        "Balance": str(record.drops),
        "Flags": settings.flags,
        "OwnerCount": record.owner_count,
        "Sequence": record.sequence,
        "index": keylets.account_index(record.account),
    }
    if record.account == state.pool_account:
        entry["AMMID"] = keylets.amm_index(XRP, token_asset(state))
    optional = {
        "TicketCount": record.ticket_count,
        "RegularKey": settings.regular_key,
        "TransferRate": settings.transfer_rate,
        "TickSize": settings.tick_size,
        "Domain": settings.domain,
        "EmailHash": settings.email_hash,
    }
    return entry | {name: value for name, value in optional.items() if value}


def _line(state: LedgerState, record: LineRecord, *, gone: bool) -> Entry:
    asset = token_asset(state)
    settings, holder = record.settings, record.holder
    side, other = _sides(holder, asset[1])
    flags = 0 if gone or settings.holder_released else _RESERVE[side]
    for at, pair, is_set in (
        (other, _RESERVE, settings.issuer_reserved),
        (other, _AUTHORISED, settings.issuer_authorised),
        (side, _NO_RIPPLE, settings.holder_no_ripple),
        (other, _NO_RIPPLE, settings.issuer_no_ripple),
        (side, _FREEZE, settings.holder_freeze),
        (other, _FREEZE, settings.issuer_freeze),
        (side, _DEEP_FREEZE, settings.holder_deep_freeze),
        (other, _DEEP_FREEZE, settings.issuer_deep_freeze),
    ):
        flags |= pair[at] if is_set else 0
    if holder == state.pool_account:
        flags |= _POOL_LINE
    entry = _ripple_state(asset, holder, record, flags)
    return entry | _qualities(settings, side)


def _qualities(settings: LineSettings, side: int) -> Entry:
    name = ("Low", "High")[side]
    found = {f"{name}QualityIn": settings.quality_in, f"{name}QualityOut": settings.quality_out}
    return {field: value for field, value in found.items() if value}


def _shares(state: LedgerState, record: SharesRecord, *, gone: bool) -> Entry:
    asset = shares_asset(state)
    side, _ = _sides(record.holder, asset[1])
    flags = 0 if gone else _RESERVE[side]
    if not state.ripples_by_default(record.holder):
        flags |= _NO_RIPPLE[side]
    return _ripple_state(asset, record.holder, record, flags)


def _sides(holder: str, issuer: str) -> tuple[int, int]:
    """(side of the holder, side of the issuer): 0 is low, 1 is high."""
    return (0, 1) if account_id(holder) < account_id(issuer) else (1, 0)


def _ripple_state(asset: Asset, holder: str, record: LineRecord | SharesRecord, flags: int) -> Entry:
    side, _ = _sides(holder, asset[1])
    limit = record.limit if isinstance(record, LineRecord) else record.balance * 0
    mine, theirs = issued((asset[0], holder), limit), issued(asset, limit * 0)
    low, high = (mine, theirs) if side == 0 else (theirs, mine)
    balance = record.balance if side == 0 else -record.balance
    return {
        "LedgerEntryType": "RippleState",
        "Balance": {**issued((asset[0], holder), balance), "issuer": NOBODY},
        "Flags": flags,
        "HighLimit": high,
        "HighNode": _FIRST_PAGE,
        "LowLimit": low,
        "LowNode": _FIRST_PAGE,
        "index": keylets.line_index(holder, asset[1], asset[0]),
    }


def book_assets(state: LedgerState, *, gives_xrp: bool) -> tuple[Asset, Asset]:
    """(pays, gets) of one of the two books."""
    token = token_asset(state)
    return (token, XRP) if gives_xrp else (XRP, token)


def _offer(state: LedgerState, offer: Offer) -> Entry:
    pays, gets = book_assets(state, gives_xrp=type(offer.gets) is int)
    level = keylets.book_level(pays, gets, offer.quality)
    return _resting(state, offer, level)


def _foreign_offer(state: LedgerState, offer: ForeignOffer) -> Entry:
    pays = (offer.pays.currency, offer.pays.issuer)
    return _resting(state, offer, keylets.book_level(pays, XRP, offer.quality))


def _resting(state: LedgerState, offer: Offer | ForeignOffer, level: str) -> Entry:
    entry: Entry = {
        "LedgerEntryType": "Offer",
        "Account": address_of(offer.owner),
        "BookDirectory": level,
        "BookNode": _FIRST_PAGE,
        "Flags": _offer_flags(offer.flags),
        "OwnerNode": _FIRST_PAGE,
        "Sequence": offer.sequence,
        "TakerGets": amount_out(state, offer.gets),
        "TakerPays": amount_out(state, offer.pays),
        "index": keylets.offer_index(offer.owner, offer.sequence),
    }
    if offer.expiration_s is not None:
        entry["Expiration"] = offer.expiration_s
    return entry


def _offer_flags(flags: int) -> int:
    """Passive is the same bit in the entry, sell is another one."""
    return (flags & 0x0001_0000) | (0x0002_0000 if flags & 0x0008_0000 else 0)


def _ticket(record: TicketRecord) -> Entry:
    return {
        "LedgerEntryType": "Ticket",
        "Account": address_of(record.owner),
        "Flags": 0,
        "OwnerNode": _FIRST_PAGE,
        "TicketSequence": record.number,
        "index": keylets.ticket_index(record.owner, record.number),
    }


def _pool(state: LedgerState, record: PoolRecord) -> Entry:
    entry, shares = record.entry, shares_asset(state)
    rendered: Entry = {
        "LedgerEntryType": "AMM",
        "Account": address_of(record.account),
        "Asset": asset_out(XRP),
        "Asset2": asset_out(token_asset(state)),
        "Flags": 0,
        "LPTokenBalance": issued(shares, entry.shares),
        "OwnerNode": _FIRST_PAGE,
        "VoteSlots": [
            {"VoteEntry": {"Account": address_of(vote.account), "TradingFee": vote.fee_hundred_thousandths,
                           "VoteWeight": vote.weight}}
            for vote in entry.votes
        ],
        "index": keylets.amm_index(XRP, token_asset(state)),
    }  # fmt: skip
    if entry.fee_hundred_thousandths:
        rendered["TradingFee"] = entry.fee_hundred_thousandths
    if entry.slot is not None:
        slot: Entry = {
            "Account": address_of(entry.slot.holder),
            "Expiration": entry.slot.expiration_s,
            "Price": issued(shares, entry.slot.price),
        }
        if entry.discounted_fee_hundred_thousandths:
            slot["DiscountedFee"] = entry.discounted_fee_hundred_thousandths
        if entry.slot.friends:
            slot["AuthAccounts"] = [{"AuthAccount": {"Account": address_of(each)}} for each in entry.slot.friends]
        rendered["AuctionSlot"] = slot
    return rendered


def _directory(state: LedgerState, kind: str, record: DirectoryRecord) -> Entry:
    if kind == "owners":
        index = keylets.owner_directory_index(record.key)
        return {
            "LedgerEntryType": "DirectoryNode",
            "Flags": 0,
            "Owner": address_of(record.key),
            "RootIndex": index,
            "index": index,
        }
    if kind == "book":
        gives_xrp, quality = record.key
        return level_entry(*book_assets(state, gives_xrp=gives_xrp), quality)
    currency, issuer, quality = record.key
    return level_entry((currency, issuer), XRP, quality)


def level_entry(pays: Asset, gets: Asset, quality: int) -> Entry:
    """The directory of one level of a book."""
    index = keylets.book_level(pays, gets, quality)
    return {
        "LedgerEntryType": "DirectoryNode",
        "ExchangeRate": f"{quality:016x}",
        "Flags": 0,
        "RootIndex": index,
        "TakerGetsCurrency": gets[0],
        "TakerGetsIssuer": _issuer_digits(gets),
        "TakerPaysCurrency": pays[0],
        "TakerPaysIssuer": _issuer_digits(pays),
        "index": index,
    }


def _issuer_digits(asset: Asset) -> str:
    return account_id(asset[1]).hex().upper() if asset[1] else "0" * 40
