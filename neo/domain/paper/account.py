"""The imagined account of a paper session."""

from __future__ import annotations

from decimal import Decimal

from neo.domain.messages.venue import AccountState, LedgerClosed
from neo.domain.paper.offer import PaperOffer
from neo.domain.units import drops_to_xrp
from neo.records import frozen

#: The trust line for the quote asset is one owned object.
TRUST_LINES = 1


@frozen
class AccountOpening:
    """What the account begins with, in whole units. `sequence` is its next one; no earlier session may have used it."""

    account: str
    base: Decimal
    quote: Decimal
    sequence: int = 1


@frozen
class PaperAccount:
    """Balances, offers and tickets as of the last ledger that was closed for it."""

    account: str
    base: Decimal
    quote: Decimal
    sequence: int
    offers: tuple[PaperOffer, ...] = ()
    tickets: tuple[int, ...] = ()

    @property
    def owner_count(self) -> int:
        return TRUST_LINES + len(self.offers) + len(self.tickets)

    def offer(self, sequence: int | None) -> PaperOffer | None:
        """The offer of this name, if it rests."""
        return next((offer for offer in self.offers if offer.sequence == sequence), None)

    def offerable_base(self, ledger: LedgerClosed, new_objects: int = 0) -> Decimal:
        """XRP above the reserve; negative when the account is below it."""
        owned = self.owner_count + new_objects
        return self.base - drops_to_xrp(ledger.reserve_base_drops + owned * ledger.reserve_increment_drops)

    def state_in(self, ledger: LedgerClosed) -> AccountState:
        """As the venue reports it."""
        return AccountState(
            account=self.account,
            ledger_index=ledger.ledger_index,
            close_time_ns=ledger.close_time_ns,
            sequence=self.sequence,
            base=self.base,
            quote=self.quote,
            owner_count=self.owner_count,
            has_trust_line=True,
            reserve_base_drops=ledger.reserve_base_drops,
            reserve_increment_drops=ledger.reserve_increment_drops,
            base_fee_drops=ledger.base_fee_drops,
            open_ledger_fee_drops=ledger.open_ledger_fee_drops,
            tickets=self.tickets,
        )


def opened(opening: AccountOpening) -> PaperAccount:
    """The account before its first ledger."""
    return PaperAccount(opening.account, opening.base, opening.quote, opening.sequence)
