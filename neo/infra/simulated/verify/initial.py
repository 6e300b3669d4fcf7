"""The ledger before the first transaction of a recording, put together from its first views.

What no view shows (an issuer, a pool's account) is taken from the first metadata that mentions it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from neo.domain.units import RIPPLE_EPOCH_S
from neo.infra.simulated import flags
from neo.infra.simulated.amounts import Amount
from neo.infra.simulated.ledger import SimulatedLedger
from neo.infra.simulated.quality import quality_of
from neo.infra.simulated.records import (
    AccountSettings,
    AmmEntry,
    AuctionSlot,
    Issue,
    LineSettings,
    Offer,
    VoteSlot,
)
from neo.infra.simulated.state import LedgerState
from neo.infra.simulated.verify.recording import GAP_MAX, Course, NotARecording, RecordedLedger, View
from neo.infra.simulated.wire.values import drops_in, long_code, value_in

_UNKNOWN_DROPS = 10**15
_SELL_ENTRY, _SELL_TRANSACTION, _PASSIVE = 0x0002_0000, 0x0008_0000, 0x0001_0000


def initial_ledger(course: Course, close_time_s: int) -> SimulatedLedger:
    """The ledger that the first views show, closed at `close_time_s`.

    NotARecording when the views do not show every account that sends, or more than one token trades.
    """
    currency, issuer = _token(course)
    state = LedgerState(issue=Issue(currency, issuer))
    pool = first_view(course, "amm_info", "amm")
    try:
        if pool is not None:
            state.pool_account = str(pool["account"])
        for view in course.initial:
            take_view(state, view)
        if pool is not None:
            _open_pool(state, course, pool)
        _open_unseen(state, course)
        _place_offers(state, course)
    except (KeyError, TypeError, ValueError, ArithmeticError, AttributeError) as error:
        raise NotARecording(
            f"{course.name}: the initial views cannot be understood ({type(error).__name__}: {error})",
            "they must be answers of account_info, account_lines, account_offers, book_offers and amm_info",
        ) from error
    return SimulatedLedger(state, first_index(course), close_time_s)


def _token(course: Course) -> tuple[str, str]:
    found: dict[tuple[str, str], None] = {}
    for sent in course.sent:
        for name in ("TakerPays", "TakerGets", "Amount", "SendMax", "DeliverMax"):
            value = sent.fields.get(name)
            if isinstance(value, Mapping) and "issuer" in value:
                found[(long_code(value.get("currency")), str(value["issuer"]))] = None
    if course.token is not None and (long_code(course.token[0]), course.token[1]) in found:
        return long_code(course.token[0]), course.token[1]
    if len(found) != 1:
        raise NotARecording(
            f"{course.name}: {len(found)} tokens are traded", "the simulated ledger knows one token beside XRP"
        )
    return next(iter(found))


def first_view(course: Course, method: str, key: str) -> Mapping[str, Any] | None:
    for view in course.initial:
        if view.method == method and isinstance(view.result.get(key), Mapping):
            found: Mapping[str, Any] = view.result[key]
            return found
    return None


def first_index(course: Course) -> int:
    """The ledger that the initial views show."""
    shown = [view.result["ledger_index"] for view in course.initial if type(view.result.get("ledger_index")) is int]
    sent_in = [event.index for event in course.events if isinstance(event, RecordedLedger) and event.index is not None]
    if not sent_in:
        return int(max(shown, default=1))
    latest = int(max(shown, default=sent_in[0] - 1))
    return latest if sent_in[0] - GAP_MAX <= latest < sent_in[0] else sent_in[0] - 1


# ------------------------------------------------------------------------------------------------ accounts and lines


def take_view(state: LedgerState, view: View) -> None:
    """Put into `state` what account_info or account_lines shows."""
    result = view.result
    if view.method == "account_info" and "account_data" in result:
        _open_account(state, result["account_data"])
    elif view.method == "account_lines" and "lines" in result:
        for line in result["lines"]:
            _open_line(state, str(result.get("account", view.params.get("account"))), line)


def _open_account(state: LedgerState, data: Mapping[str, Any]) -> None:
    account = str(data["Account"])
    state.drops[account] = drops_in(data["Balance"])
    state.sequence[account] = int(data["Sequence"])
    state.owner_count[account] = int(data.get("OwnerCount", 0))
    settings = AccountSettings(
        flags=int(data.get("Flags", 0)),
        transfer_rate=int(data.get("TransferRate", 0)),
        tick_size=int(data.get("TickSize", 0)),
        regular_key=data.get("RegularKey"),
        domain=str(data.get("Domain", "")),
        email_hash=str(data.get("EmailHash", "")),
    )
    if settings != AccountSettings():
        state.settings[account] = settings


def _open_line(state: LedgerState, account: str, line: Mapping[str, Any]) -> None:
    peer, currency = str(line["account"]), long_code(line["currency"])
    if currency != state.issue.currency or state.issue.issuer not in (account, peer):
        if peer == state.pool_account and account != peer:
            state.shares[account] = value_in(line["balance"])
        return
    from_issuer = account == state.issue.issuer
    holder = peer if from_issuer else account
    if holder in state.token:
        return
    balance = value_in(line["balance"])
    state.token[holder] = -balance if from_issuer else balance
    limit = value_in(line["limit_peer" if from_issuer else "limit"])
    if limit:
        state.token_limit[holder] = limit
    settings = _line_settings(line, mine="issuer" if from_issuer else "holder")
    if settings != LineSettings():
        state.lines[holder] = settings


def _line_settings(line: Mapping[str, Any], mine: str) -> LineSettings:
    theirs = "holder" if mine == "issuer" else "issuer"
    names = {}
    for name, ours in (("no_ripple", "no_ripple"), ("freeze", "freeze"), ("deep_freeze", "deep_freeze")):
        names[f"{mine}_{ours}"] = bool(line.get(name))
        names[f"{theirs}_{ours}"] = bool(line.get(f"{name}_peer"))
    authorised = line.get("authorized" if mine == "issuer" else "peer_authorized")
    return LineSettings(
        **names,
        issuer_authorised=bool(authorised),
        quality_in=int(line.get("quality_in", 0)) if mine == "holder" else 0,
        quality_out=int(line.get("quality_out", 0)) if mine == "holder" else 0,
        issuer_reserved=names["issuer_freeze"],
    )


# -------------------------------------------------------------------------------------------------------------- pool


def _open_pool(state: LedgerState, course: Course, pool: Mapping[str, Any]) -> None:
    account = state.pool_account
    sides = (pool["amount"], pool["amount2"])
    drops, token = sides if isinstance(sides[0], str) else sides[::-1]
    state.drops[account], state.token[account] = drops_in(drops), value_in(token["value"])
    state.owner_count[account] = 1
    state.settings[account] = AccountSettings(flags=flags.POOL_ACCOUNT_FLAGS)
    state.sequence[account] = int((_mentioned(course, account) or {}).get("Sequence", 0))
    slot = pool.get("auction_slot")
    state.amm[account] = AmmEntry(
        int(pool["trading_fee"]),
        value_in(pool["lp_token"]["value"]),
        None if slot is None else slot_of(slot),
        tuple(
            VoteSlot(str(vote["account"]), int(vote["trading_fee"]), int(vote["vote_weight"]))
            for vote in pool.get("vote_slots", [])
        ),
    )


def slot_of(slot: Mapping[str, Any]) -> AuctionSlot:
    friends = tuple(str(each["account"]) for each in slot.get("auth_accounts", []))
    price = value_in(slot["price"]["value"])
    return AuctionSlot(str(slot["account"]), ledger_time_s(slot["expiration"]), price, friends)


def ledger_time_s(iso: str) -> int:
    """Ledger seconds of a time as amm_info spells it, with nine digits of fractions."""
    return int(datetime.strptime(iso[:19] + "+0000", "%Y-%m-%dT%H:%M:%S%z").timestamp()) - RIPPLE_EPOCH_S


# ---------------------------------------------------------------------------------------- what no view has shown


def _nodes(course: Course) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for sent in course.sent:
        for node in (sent.meta or {}).get("AffectedNodes", []):
            ((kind, body),) = node.items()
            yield kind, body


def _mentioned(course: Course, account: str) -> dict[str, Any] | None:
    """An account root's fields before the first transaction that changed it; None when none did."""
    for kind, body in _nodes(course):
        fields = body.get("FinalFields", {})
        if body["LedgerEntryType"] == "AccountRoot" and fields.get("Account") == account and kind != "CreatedNode":
            return {**fields, **body.get("PreviousFields", {})}
    return None


def _open_unseen(state: LedgerState, course: Course) -> None:
    for sent in course.sent:
        for account in (sent.fields.get("Account"), sent.fields.get("Destination")):
            if isinstance(account, str) and account not in state.sequence and _mentioned(course, account):
                _open_account(state, _mentioned(course, account) or {})
        if sent.fields.get("Account") not in state.sequence and sent.preliminary != "terNO_ACCOUNT":
            raise NotARecording(
                f"{course.name}: nothing shows {sent.fields.get('Account')!r}, which sends {sent.step}",
                "record account_info, account_lines and account_offers of every account before the first transaction",
            )
    issuer = state.issue.issuer
    if issuer not in state.sequence:
        seen = _mentioned(course, issuer)
        if seen is not None:
            _open_account(state, seen)
        else:
            state.drops[issuer], state.sequence[issuer], state.owner_count[issuer] = _UNKNOWN_DROPS, 1, 0
            state.settings[issuer] = AccountSettings(flags=flags.DEFAULT_RIPPLE)


# ------------------------------------------------------------------------------------------------------------ offers


def _place_offers(state: LedgerState, course: Course) -> None:
    """Offers that rest already, in the order of the book where it shows one."""
    places = _places_in_books(course)
    rows = []
    for view in course.initial:
        if view.method == "account_offers":
            owner = str(view.result.get("account", view.params.get("account")))
            rows += [(owner, row) for row in view.result.get("offers", [])]
    far = len(places)
    rows.sort(key=lambda each: (places.get((each[0], each[1]["seq"]), far), each[1]["seq"], each[0]))
    for owner, row in rows:
        _place(state, owner, row)
    state.commit()


def _places_in_books(course: Course) -> dict[tuple[str, int], int]:
    found: dict[tuple[str, int], int] = {}
    for view in course.initial:
        if view.method == "book_offers":
            for offer in view.result.get("offers", []):
                found.setdefault((str(offer["Account"]), int(offer["Sequence"])), len(found))
    return found


def _place(state: LedgerState, owner: str, row: Mapping[str, Any]) -> None:
    pays, gets = _amount(row["taker_pays"]), _amount(row["taker_gets"])
    entry_flags = int(row.get("flags", 0))
    offer = Offer(
        owner,
        int(row["seq"]),
        pays,
        gets,
        _quality(row, pays, gets),
        state.counters["next_entry"],
        (entry_flags & _PASSIVE) | (_SELL_TRANSACTION if entry_flags & _SELL_ENTRY else 0),
        row.get("expiration"),
    )
    state.put(state.counters, "next_entry", offer.entry + 1)
    state.put(state.offers, (owner, offer.sequence), offer)


def _quality(row: Mapping[str, Any], pays: Amount, gets: Amount) -> int:
    """The level that the offer stands on, which is not that of its amounts once it is partly filled."""
    shown = row.get("quality")
    return quality_of(value_in(shown), Decimal(1)) if shown else quality_of(pays, gets)


def _amount(value: Any) -> Amount:
    return drops_in(value) if isinstance(value, str) else value_in(value["value"])
