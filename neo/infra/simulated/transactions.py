"""Transactions that the simulated ledger understands, and the flags of offers.

Names and values are the server's: https://xrpl.org/docs/references/protocol/transactions/types. Times are ledger times
in seconds. Amounts of XRP are drops (int), of the ledger's token Decimal, of any other token `IssuedAmount`.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import attrs

from neo.infra.simulated.amounts import Amount
from neo.infra.simulated.records import IssuedAmount
from neo.quickly_built import quickly_built
from neo.records import frozen


class OfferFlag(enum.IntFlag):
    PASSIVE = 0x0001_0000
    IMMEDIATE_OR_CANCEL = 0x0002_0000
    FILL_OR_KILL = 0x0004_0000
    SELL = 0x0008_0000


PASSIVE = int(OfferFlag.PASSIVE)
IMMEDIATE_OR_CANCEL = int(OfferFlag.IMMEDIATE_OR_CANCEL)
FILL_OR_KILL = int(OfferFlag.FILL_OR_KILL)
SELL = int(OfferFlag.SELL)
FULLY_CANONICAL_SIGNATURE = 0x8000_0000
KNOWN_OFFER_FLAGS = PASSIVE | IMMEDIATE_OR_CANCEL | FILL_OR_KILL | SELL | FULLY_CANONICAL_SIGNATURE


@frozen
class Envelope:
    """What every transaction carries. `sequence` is 0 when `ticket_sequence` is used instead.

    `signer` is the address of the key that signed it, None when nobody looked. `wire` is the transaction as it came, with
    fields that change nothing here (memos, tags); without it the wire form is made from the fields.
    """

    last_ledger_sequence: int | None = attrs.field(default=None, kw_only=True)
    hash: str = attrs.field(default="", kw_only=True)
    ticket_sequence: int | None = attrs.field(default=None, kw_only=True)
    network_id: int | None = attrs.field(default=None, kw_only=True)
    signer: str | None = attrs.field(default=None, kw_only=True)
    wire: Mapping[str, Any] | None = attrs.field(default=None, kw_only=True, eq=False, repr=False)


@quickly_built
@frozen
class OfferCreate(Envelope):
    """The sender gives up to `taker_gets` for `taker_pays`: its own view is sell `taker_gets`, buy `taker_pays`."""

    account: str
    sequence: int
    fee_drops: int
    taker_pays: Amount
    taker_gets: Amount
    flags: int = 0
    offer_sequence: int | None = None
    expiration_s: int | None = None


@frozen
class ForeignOfferCreate(Envelope):
    """An OfferCreate in which one side is a token that is not the ledger's own."""

    account: str
    sequence: int
    fee_drops: int
    taker_pays: Amount | IssuedAmount
    taker_gets: Amount | IssuedAmount
    flags: int = 0
    offer_sequence: int | None = None
    expiration_s: int | None = None


@frozen
class OfferCancel(Envelope):
    account: str
    sequence: int
    fee_drops: int
    offer_sequence: int
    flags: int = 0


@frozen
class Payment(Envelope):
    """`amount` to `destination`, paid with up to `send_max` (None: the same asset, fee of the token included).

    With PARTIAL_PAYMENT less may arrive, but not less than `deliver_min`.
    """

    account: str
    sequence: int
    fee_drops: int
    destination: str
    amount: Amount
    flags: int = 0
    send_max: Amount | None = None
    deliver_min: Amount | None = None


@frozen
class AccountSet(Envelope):
    """`set_flag` and `clear_flag` are asf numbers; None leaves a field as it is, 0 or an empty text clears it."""

    account: str
    sequence: int
    fee_drops: int
    flags: int = 0
    set_flag: int | None = None
    clear_flag: int | None = None
    transfer_rate: int | None = None
    tick_size: int | None = None
    domain: str | None = None
    email_hash: str | None = None


@frozen
class SetRegularKey(Envelope):
    """`regular_key` is the address of the key; None removes it."""

    account: str
    sequence: int
    fee_drops: int
    regular_key: str | None = None
    flags: int = 0


@frozen
class TrustSet(Envelope):
    """`counterparty` is the issuer for a holder, a holder for the issuer; `limit` is what the sender would hold."""

    account: str
    sequence: int
    fee_drops: int
    counterparty: str
    limit: Decimal
    flags: int = 0
    quality_in: int | None = None
    quality_out: int | None = None


@frozen
class Clawback(Envelope):
    """The issuer takes up to `amount` back from `holder`."""

    account: str
    sequence: int
    fee_drops: int
    holder: str
    amount: Decimal
    flags: int = 0


@frozen
class TicketCreate(Envelope):
    account: str
    sequence: int
    fee_drops: int
    ticket_count: int
    flags: int = 0


@frozen
class AmmCreate(Envelope):
    """A pool of `drops` and `token`, with a trading fee in 1/100,000."""

    account: str
    sequence: int
    fee_drops: int
    drops: int
    token: Decimal
    trading_fee: int
    flags: int = 0


@frozen
class AmmDeposit(Envelope):
    """What is given depends on the mode that `flags` name; `amount2` is the asset that `amount` is not."""

    account: str
    sequence: int
    fee_drops: int
    flags: int
    amount: Amount | None = None
    amount2: Amount | None = None
    effective_price: Amount | None = None
    shares_out: Decimal | None = None
    trading_fee: int | None = None


@frozen
class AmmWithdraw(Envelope):
    account: str
    sequence: int
    fee_drops: int
    flags: int
    amount: Amount | None = None
    amount2: Amount | None = None
    effective_price: Decimal | None = None
    shares_in: Decimal | None = None


@frozen
class AmmVote(Envelope):
    account: str
    sequence: int
    fee_drops: int
    trading_fee: int
    flags: int = 0


@frozen
class AmmBid(Envelope):
    """A bid of shares for the auction slot; both bounds None is the least that wins."""

    account: str
    sequence: int
    fee_drops: int
    bid_min: Decimal | None = None
    bid_max: Decimal | None = None
    friends: tuple[str, ...] = ()
    flags: int = 0


Transaction = (
    OfferCreate
    | ForeignOfferCreate
    | OfferCancel
    | Payment
    | AccountSet
    | SetRegularKey
    | TrustSet
    | Clawback
    | TicketCreate
    | AmmCreate
    | AmmDeposit
    | AmmWithdraw
    | AmmVote
    | AmmBid
)
