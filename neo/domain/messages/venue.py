"""What a ledger venue says, and what it is asked.

Venue-neutral where it can be (`BookObserved` serves several venues and many symbols); the transaction messages describe
an XRP Ledger as far as neo needs it, already parsed: https://xrpl.org/docs/references/protocol/transactions/metadata.
Amounts are Decimals in whole units (XRP, RLUSD), prices are quote per base, times are ns since the epoch.
"""

from __future__ import annotations

import enum
from decimal import Decimal

import attrs

from neo.domain.market.instrument import Side
from neo.quickly_built import quickly_built
from neo.records import frozen


@quickly_built
@frozen
class Level:
    """Funded quantity of base resting at one price."""

    price: Decimal
    quantity: Decimal


@quickly_built
@frozen
class PoolView:
    """An AMM pool's amounts and its trading fee in units of 1/100,000 (amm_info: `trading_fee`, at most 1000)."""

    base: Decimal
    quote: Decimal
    fee_hundred_thousandths: int

    @property
    def mid(self) -> Decimal:
        return self.quote / self.base


@frozen
class MarketTrade:
    """What somebody else took from the book or the pool in one ledger: `taker_side` BUY bought base from the asks."""

    price: Decimal
    quantity: Decimal
    taker_side: Side
    from_pool: bool = False


@quickly_built
@frozen
class BookObserved:
    """A book without our own offers, best first on each side, and the AMM pool beside it when there is one.

    `trades` happened in this ledger, in ledger order, ours left out; a venue that cannot tell sends none.
    """

    venue: str
    symbol: str
    at_ns: int
    ledger_index: int
    bids: tuple[Level, ...]
    asks: tuple[Level, ...]
    pool: PoolView | None
    trades: tuple[MarketTrade, ...] = ()


class TransactionKind(enum.Enum):
    OFFER_CREATE = "OfferCreate"
    OFFER_CANCEL = "OfferCancel"
    PAYMENT = "Payment"
    TICKET_CREATE = "TicketCreate"
    CLAWBACK = "Clawback"
    AMM_CLAWBACK = "AMMClawback"
    AMM_CREATE = "AMMCreate"
    AMM_DEPOSIT = "AMMDeposit"
    AMM_WITHDRAW = "AMMWithdraw"
    OTHER = "Other"


class OfferChangeKind(enum.Enum):
    CREATED = "created"
    MODIFIED = "modified"
    DELETED = "deleted"


@quickly_built
@frozen
class OfferChange:
    """What one validated transaction did to one offer of our account.

    `base_*` and `quote_*` are the offer's remaining amounts: of the base and quote asset whatever the side. For CREATED the
    before values are those the transaction asked for (so before - after = filled at once when it crossed).
    """

    sequence: int
    side: Side
    kind: OfferChangeKind
    base_before: Decimal
    base_after: Decimal
    quote_before: Decimal
    quote_after: Decimal


@quickly_built
@frozen
class ValidatedTransaction:
    """One transaction of a validated ledger that affected our account.

    `base_delta`/`quote_delta` are the changes of our balances *without* the fee; `fee_drops` is 0 unless we sent it.
    `position` is the index inside the ledger: (ledger_index, position) orders all facts of a venue. `sequence` is 0 when a
    ticket was spent instead, `ticket_sequence` then says which; `tickets_created` are those that it made for our account.
    """

    hash: str
    ledger_index: int
    position: int
    close_time_ns: int
    kind: TransactionKind
    account: str
    sequence: int
    result: str
    fee_drops: int
    base_delta: Decimal
    quote_delta: Decimal
    offers: tuple[OfferChange, ...] = ()
    ticket_sequence: int | None = None
    tickets_created: tuple[int, ...] = ()


@quickly_built
@frozen
class LedgerClosed:
    """A validated ledger and everything in it that concerns our account, in ledger order."""

    venue: str
    ledger_index: int
    close_time_ns: int
    base_fee_drops: int
    open_ledger_fee_drops: int
    reserve_base_drops: int
    reserve_increment_drops: int
    own_transactions: tuple[ValidatedTransaction, ...]


# ------------------------------------------------------------------------------------------------- transactions to send


@quickly_built
@frozen
class UnsignedTransaction:
    """An OfferCreate, OfferCancel or TicketCreate, ready for signing.

    For OFFER_CREATE: `base_quantity` XRP at `quote_quantity` RLUSD in all (buy: TakerPays base / TakerGets quote, seen from
    the ledger's taker). `offer_sequence` names the offer that is replaced or cancelled. `expiration_s` is ledger time. With
    `ticket_sequence` the transaction spends that ticket and `sequence` is 0; an offer made so is known by its ticket.
    `ticket_count` belongs to TICKET_CREATE. https://xrpl.org/docs/concepts/accounts/tickets
    """

    kind: TransactionKind
    account: str
    sequence: int
    fee_drops: int
    last_ledger_sequence: int
    side: Side | None = None
    base_quantity: Decimal | None = None
    quote_quantity: Decimal | None = None
    offer_sequence: int | None = None
    expiration_s: int | None = None
    passive: bool = False
    ticket_sequence: int | None = None
    ticket_count: int | None = None


@quickly_built
@frozen
class SignedTransaction:
    """`hash` identifies the transaction on the ledger; `blob` is the signed wire form (empty on simulated venues)."""

    hash: str
    transaction: UnsignedTransaction
    blob: str = attrs.field(default="", repr=False)


# ----------------------------------------------------------------------------------------------- requests to the port


@frozen
class SubmitTransaction:
    signed: SignedTransaction


@frozen
class FetchAccount:
    account: str


@frozen
class FetchOffers:
    account: str


@frozen
class FetchTransactions:
    """Our transactions in validated ledgers `from_ledger`..`to_ledger`, both included; to_ledger 0 = latest validated."""

    account: str
    from_ledger: int
    to_ledger: int


# -------------------------------------------------------------------------------------------------------------- replies


@quickly_built
@frozen
class SubmissionAnswered:
    """The server's preliminary word (tesSUCCESS, terQUEUED, tefPAST_SEQ, ...). Never proof of anything final."""

    hash: str
    result: str
    ledger_index: int


@quickly_built
@frozen
class AccountState:
    """Balances in a validated ledger. `quote` is 0 and `has_trust_line` False when there is no trust line."""

    account: str
    ledger_index: int
    close_time_ns: int
    sequence: int
    base: Decimal
    quote: Decimal
    owner_count: int
    has_trust_line: bool
    reserve_base_drops: int
    reserve_increment_drops: int
    base_fee_drops: int
    open_ledger_fee_drops: int
    tickets: tuple[int, ...] = ()


@frozen
class OpenOffer:
    sequence: int
    side: Side
    base_quantity: Decimal
    quote_quantity: Decimal
    expiration_s: int | None


@frozen
class OpenOffers:
    account: str
    ledger_index: int
    offers: tuple[OpenOffer, ...]


@frozen
class AccountTransactions:
    """Answer to FetchTransactions; `complete` only when the server has every ledger of the range."""

    account: str
    from_ledger: int
    to_ledger: int
    complete: bool
    transactions: tuple[ValidatedTransaction, ...]


class PortError(enum.Enum):
    """The three ways a venue can fail us."""

    UNAVAILABLE = "unavailable"  # nothing happened: try again later
    REJECTED = "rejected"  # final: it will never happen
    OUTCOME_UNKNOWN = "outcome_unknown"  # never resend: find out


@frozen
class PortFailed:
    port: str
    error: PortError
    detail: str
