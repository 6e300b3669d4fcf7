"""What the ledger remembers of an account, a trust line, an offer and the pool, beside plain balances.

Only what differs from the default is stored: an account that never set anything has no `AccountSettings`, a trust line
that nobody froze no `LineSettings`. Field names in the ledger's own format are in neo/infra/simulated/wire.
Source: rippled `ledger_entries.macro`, https://xrpl.org/docs/references/protocol/ledger-data/ledger-entry-types.
"""

from __future__ import annotations

from decimal import Decimal

from neo.infra.simulated.amounts import Amount
from neo.quickly_built import quickly_built
from neo.records import frozen

OfferKey = tuple[str, int]
BookEntry = tuple[int, int, OfferKey]
TicketKey = tuple[str, int]

#: TransferRate of a token without a transfer fee.
NO_TRANSFER_FEE = 1_000_000_000
#: Digits of a price when the issuer set no tick size.
NO_TICK_SIZE = 16


@frozen
class Issue:
    """The one token of a ledger: currency code as on the wire, and the account that issues it."""

    currency: str
    issuer: str


@frozen
class IssuedAmount:
    """An amount of a token that is not the ledger's own."""

    currency: str
    issuer: str
    value: Decimal


@frozen
class LedgerRules:
    """What validators agree on. Reserves and fee in drops; the open ledger takes `open_limit` transactions at base fee.

    `queue_size_min` transactions at least may wait for a later ledger (more when ledgers are large). Networks with an id
    above 1024 demand it in every transaction.
    """

    base_fee_drops: int = 10
    reserve_base_drops: int = 1_000_000
    reserve_increment_drops: int = 200_000
    open_limit: int = 1000
    queue_size_min: int = 2000
    network_id: int = 0


@frozen
class AccountSettings:
    """What an account has set about itself. `transfer_rate` is in 1/1,000,000,000 (1,002,000,000 is a fee of 0.2 %)."""

    flags: int = 0
    transfer_rate: int = 0
    tick_size: int = 0
    regular_key: str | None = None
    domain: str = ""
    email_hash: str = ""
    amm_id: str = ""


@frozen
class LineSettings:
    """Flags of a trust line, by side; the holder's balance and limit are kept apart.

    `issuer_reserved`: the line counts in the issuer's reserve, too, because the issuer froze it. `holder_released`: it no
    longer counts in the holder's, and is there only because of the issuer.
    """

    holder_no_ripple: bool = False
    issuer_no_ripple: bool = False
    holder_freeze: bool = False
    issuer_freeze: bool = False
    holder_deep_freeze: bool = False
    issuer_deep_freeze: bool = False
    issuer_authorised: bool = False
    quality_in: int = 0
    quality_out: int = 0
    issuer_reserved: bool = False
    holder_released: bool = False


@quickly_built
@frozen
class Offer:
    """A resting offer. The owner gives `gets` and wants `pays`; `quality` is pays/gets as placed and never changes."""

    owner: str
    sequence: int
    pays: Amount
    gets: Amount
    quality: int
    entry: int
    flags: int = 0
    expiration_s: int | None = None

    def with_amounts(self, pays: Amount, gets: Amount) -> Offer:
        return Offer(self.owner, self.sequence, pays, gets, self.quality, self.entry, self.flags, self.expiration_s)


@frozen
class ForeignOffer:
    """An offer of XRP for somebody else's token. It rests and nobody can meet it: no such token is ever held here."""

    owner: str
    sequence: int
    pays: IssuedAmount
    gets: int
    quality: int
    flags: int = 0
    expiration_s: int | None = None


@frozen
class VoteSlot:
    """One liquidity provider's vote for the trading fee; weight in 1/100,000 of the pool's shares."""

    account: str
    fee_hundred_thousandths: int
    weight: int


@frozen
class AuctionSlot:
    """Who trades with the pool at a tenth of the fee until `expiration_s` (ledger time), and what it paid in shares."""

    holder: str
    expiration_s: int
    price: Decimal = Decimal(0)
    friends: tuple[str, ...] = ()


@frozen
class AmmEntry:
    """The pool's terms. Its balances are those of its account; `shares` is the number of LP tokens that exist."""

    fee_hundred_thousandths: int
    shares: Decimal = Decimal(0)
    slot: AuctionSlot | None = None
    votes: tuple[VoteSlot, ...] = ()

    @property
    def discounted_fee_hundred_thousandths(self) -> int:
        return self.fee_hundred_thousandths // 10

    def fee_for(self, taker: str | None, now_s: int) -> int:
        """Trading fee in 1/100,000 that `taker` pays."""
        slot = self.slot
        if slot is None or taker is None or (taker != slot.holder and taker not in slot.friends):
            return self.fee_hundred_thousandths
        return self.discounted_fee_hundred_thousandths if now_s < slot.expiration_s else self.fee_hundred_thousandths
