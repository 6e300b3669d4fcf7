"""Transactions from their wire form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from neo.infra.simulated import transactions as tx
from neo.infra.simulated.records import IssuedAmount
from neo.infra.simulated.state import LedgerState
from neo.infra.simulated.transactions import Transaction
from neo.infra.simulated.wire.fields import Fields
from neo.infra.simulated.wire.keylets import XRP_CODE
from neo.infra.simulated.wire.refusal import WireRefusal
from neo.infra.simulated.wire.values import account_in, long_code, value_in

_Head = tuple[str, int, int]
#: SetFlag numbers whose effect this model does not keep.
_UNKNOWN_ACCOUNT_FLAGS = (5, 10)
_REFUSED_FIELDS = ("Paths", "CredentialIDs", "DomainID", "Signers", "Delegate", "AccountTxnID")


def parse_transaction(
    state: LedgerState, tx_json: Mapping[str, Any], *, tx_hash: str = "", signer: str | None = None
) -> Transaction:
    """The transaction; `signer` is the address of the key that signed it (None: not checked).

    WireRefusal, which is a ValueError, when it cannot be read or is of a kind that this ledger does not know; its
    `engine_result` is the code that a server would give, temDISABLED for what only this model lacks.
    """
    kind = tx_json.get("TransactionType")
    reader = _READERS.get(kind) if isinstance(kind, str) else None
    if reader is None:
        known = isinstance(kind, str) and kind in _NOT_MODELLED
        raise WireRefusal("temDISABLED" if known else "temUNKNOWN", f"no transaction type {kind!r} here")
    for name in _REFUSED_FIELDS:
        if name in tx_json:
            raise WireRefusal("temDISABLED", f"{name} is not modelled")
    fields = Fields(state, tx_json)
    head = (fields.account("Account"), fields.optional_number("Sequence") or 0, fields.fee())
    envelope = {
        "last_ledger_sequence": fields.optional_number("LastLedgerSequence"),
        "ticket_sequence": fields.optional_number("TicketSequence"),
        "network_id": fields.optional_number("NetworkID"),
        "hash": tx_hash,
        "signer": signer,
        "wire": dict(tx_json),
    }
    return reader(fields, head, fields.optional_number("Flags") or 0, envelope)


_NOT_MODELLED = frozenset(
    {
        "AccountDelete", "AMMClawback", "AMMDelete", "CheckCancel", "CheckCash", "CheckCreate", "DepositPreauth",
        "EscrowCancel", "EscrowCreate", "EscrowFinish", "NFTokenAcceptOffer", "NFTokenBurn", "NFTokenCancelOffer",
        "NFTokenCreateOffer", "NFTokenMint", "OracleSet", "OracleDelete", "PaymentChannelClaim",
        "PaymentChannelCreate", "PaymentChannelFund", "SignerListSet", "MPTokenAuthorize", "MPTokenIssuanceCreate",
        "MPTokenIssuanceDestroy", "MPTokenIssuanceSet", "CredentialCreate", "CredentialAccept", "CredentialDelete",
        "DIDSet", "DIDDelete", "PermissionedDomainSet", "PermissionedDomainDelete", "Batch", "DelegateSet",
    }
)  # fmt: skip


def _offer_create(fields: Fields, head: _Head, flags: int, envelope: dict[str, Any]) -> Transaction:
    pays, gets = fields.any_amount("TakerPays"), fields.any_amount("TakerGets")
    more = (flags, fields.optional_number("OfferSequence"), fields.optional_number("Expiration"))
    if isinstance(pays, IssuedAmount) or isinstance(gets, IssuedAmount):
        return tx.ForeignOfferCreate(*head, pays, gets, *more, **envelope)
    return tx.OfferCreate(*head, pays, gets, *more, **envelope)


def _offer_cancel(fields: Fields, head: _Head, flags: int, envelope: dict[str, Any]) -> Transaction:
    return tx.OfferCancel(*head, fields.number("OfferSequence"), flags, **envelope)


def _payment(fields: Fields, head: _Head, flags: int, envelope: dict[str, Any]) -> Transaction:
    receiver = fields.account("Destination")
    amount = fields.amount("DeliverMax", alias="Amount")
    send_max, least = fields.optional_amount("SendMax"), fields.optional_amount("DeliverMin")
    return tx.Payment(*head, receiver, amount, flags, send_max, least, **envelope)


def _account_set(fields: Fields, head: _Head, flags: int, envelope: dict[str, Any]) -> Transaction:
    set_flag, clear_flag = fields.optional_number("SetFlag"), fields.optional_number("ClearFlag")
    if {set_flag, clear_flag} & set(_UNKNOWN_ACCOUNT_FLAGS):
        raise WireRefusal("temDISABLED", "this account flag is not modelled")
    rate, tick = fields.optional_number("TransferRate"), fields.optional_number("TickSize")
    texts = (fields.text("Domain"), fields.text("EmailHash"))
    return tx.AccountSet(*head, flags, set_flag, clear_flag, rate, tick, *texts, **envelope)


def _regular_key(fields: Fields, head: _Head, flags: int, envelope: dict[str, Any]) -> Transaction:
    key = account_in(fields.state, fields.raw["RegularKey"]) if "RegularKey" in fields.raw else None
    return tx.SetRegularKey(*head, key, flags, **envelope)


def _trust_set(fields: Fields, head: _Head, flags: int, envelope: dict[str, Any]) -> Transaction:
    limit = fields.raw.get("LimitAmount")
    if not isinstance(limit, Mapping):
        raise WireRefusal("temBAD_LIMIT", "the limit is in XRP or missing")
    issue, code = fields.state.issue, long_code(limit.get("currency"))
    if code == XRP_CODE:
        raise WireRefusal("temBAD_CURRENCY", "no trust line for XRP")
    peer = account_in(fields.state, limit.get("issuer"))
    if code != issue.currency or issue.issuer not in (head[0], peer):
        raise WireRefusal("temDISABLED", "this ledger has one token only")
    qualities = (fields.optional_number("QualityIn"), fields.optional_number("QualityOut"))
    return tx.TrustSet(*head, peer, value_in(limit.get("value")), flags, *qualities, **envelope)


def _clawback(fields: Fields, head: _Head, flags: int, envelope: dict[str, Any]) -> Transaction:
    wire = fields.raw.get("Amount")
    if not isinstance(wire, Mapping):
        raise WireRefusal("temBAD_AMOUNT", "XRP cannot be clawed back")
    if long_code(wire.get("currency")) != fields.state.issue.currency or head[0] != fields.state.issue.issuer:
        raise WireRefusal("temDISABLED", "this ledger has one token only")
    holder = account_in(fields.state, wire.get("issuer"))
    return tx.Clawback(*head, holder, value_in(wire.get("value")), flags, **envelope)


def _ticket_create(fields: Fields, head: _Head, flags: int, envelope: dict[str, Any]) -> Transaction:
    return tx.TicketCreate(*head, fields.number("TicketCount"), flags, **envelope)


def _amm_create(fields: Fields, head: _Head, flags: int, envelope: dict[str, Any]) -> Transaction:
    one, other = fields.amount("Amount"), fields.amount("Amount2")
    if type(one) is type(other):
        raise WireRefusal("temBAD_AMM_TOKENS", "both assets are the same")
    drops, token = (one, other) if type(one) is int else (other, one)
    return tx.AmmCreate(*head, int(drops), +token, fields.number("TradingFee"), flags, **envelope)  # type: ignore[arg-type]


def _amm_deposit(fields: Fields, head: _Head, flags: int, envelope: dict[str, Any]) -> Transaction:
    fields.check_pool()
    amounts = (fields.optional_amount("Amount"), fields.optional_amount("Amount2"), fields.optional_amount("EPrice"))
    shares = fields.optional_shares("LPTokenOut")
    return tx.AmmDeposit(*head, flags, *amounts, shares, fields.optional_number("TradingFee"), **envelope)


def _amm_withdraw(fields: Fields, head: _Head, flags: int, envelope: dict[str, Any]) -> Transaction:
    fields.check_pool()
    amounts = (fields.optional_amount("Amount"), fields.optional_amount("Amount2"))
    price, shares = fields.optional_shares("EPrice"), fields.optional_shares("LPTokenIn")
    return tx.AmmWithdraw(*head, flags, *amounts, price, shares, **envelope)


def _amm_vote(fields: Fields, head: _Head, flags: int, envelope: dict[str, Any]) -> Transaction:
    fields.check_pool()
    return tx.AmmVote(*head, fields.number("TradingFee"), flags, **envelope)


def _amm_bid(fields: Fields, head: _Head, flags: int, envelope: dict[str, Any]) -> Transaction:
    fields.check_pool()
    bounds = (fields.optional_shares("BidMin"), fields.optional_shares("BidMax"))
    return tx.AmmBid(*head, *bounds, _friends(fields), flags, **envelope)


def _friends(fields: Fields) -> tuple[str, ...]:
    listed = fields.raw.get("AuthAccounts", [])
    if not isinstance(listed, list):
        raise WireRefusal("temMALFORMED", "AuthAccounts is no list")
    found = []
    for each in listed:
        inner = each.get("AuthAccount") if isinstance(each, Mapping) else None
        if not isinstance(inner, Mapping):
            raise WireRefusal("temMALFORMED", "AuthAccounts holds something else")
        found.append(account_in(fields.state, inner.get("Account")))
    return tuple(found)


_READERS: dict[str, Callable[[Fields, _Head, int, dict[str, Any]], Transaction]] = {
    "OfferCreate": _offer_create,
    "OfferCancel": _offer_cancel,
    "Payment": _payment,
    "AccountSet": _account_set,
    "SetRegularKey": _regular_key,
    "TrustSet": _trust_set,
    "Clawback": _clawback,
    "TicketCreate": _ticket_create,
    "AMMCreate": _amm_create,
    "AMMDeposit": _amm_deposit,
    "AMMWithdraw": _amm_withdraw,
    "AMMVote": _amm_vote,
    "AMMBid": _amm_bid,
}
