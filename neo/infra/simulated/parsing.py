"""Between the ledger's terms (drops, pays, gets) and the engine's (base, quote, side), for one account."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from neo.domain.market.instrument import BUY, SELL
from neo.domain.messages.venue import (
    AccountState,
    BookObserved,
    Level,
    OfferChange,
    OpenOffer,
    PoolView,
    SignedTransaction,
    TransactionKind,
    ValidatedTransaction,
)
from neo.domain.units import DROPS_PER_XRP, NS_PER_S, RIPPLE_EPOCH_S, ZERO, drops_to_xrp, xrp_to_drops
from neo.infra.simulated.amounts import EXACT, NEAREST, Amount
from neo.infra.simulated.ledger import ClosedLedger, SimulatedLedger
from neo.infra.simulated.metadata import OfferEffect, TransactionOutcome
from neo.infra.simulated.quality import limit_out, rate_of
from neo.infra.simulated.state import LedgerState, Offer
from neo.infra.simulated.transactions import (
    PASSIVE,
    AmmCreate,
    AmmDeposit,
    AmmWithdraw,
    Clawback,
    OfferCancel,
    OfferCreate,
    Payment,
    TicketCreate,
    Transaction,
)

_KINDS = {
    OfferCreate: TransactionKind.OFFER_CREATE,
    OfferCancel: TransactionKind.OFFER_CANCEL,
    Payment: TransactionKind.PAYMENT,
    TicketCreate: TransactionKind.TICKET_CREATE,
    Clawback: TransactionKind.CLAWBACK,
    AmmCreate: TransactionKind.AMM_CREATE,
    AmmDeposit: TransactionKind.AMM_DEPOSIT,
    AmmWithdraw: TransactionKind.AMM_WITHDRAW,
}
#: Of a book whose offers come and go, levels of so many are kept; then those that are there are worked out again.
_LEVELS_KEPT_MAX = 200


def unix_ns(ledger_time_s: int) -> int:
    """Nanoseconds since the Unix epoch of a ledger time."""
    return (ledger_time_s + RIPPLE_EPOCH_S) * NS_PER_S


def to_ledger_transaction(signed: SignedTransaction) -> Transaction:
    """ValueError when the transaction is of a kind that the engine never sends, or incomplete."""
    asked = signed.transaction
    common: dict[str, Any] = {
        "last_ledger_sequence": asked.last_ledger_sequence,
        "hash": signed.hash,
        "ticket_sequence": asked.ticket_sequence,
    }
    account, sequence, fee = asked.account, asked.sequence, asked.fee_drops
    if asked.kind is TransactionKind.OFFER_CANCEL:
        return OfferCancel(account, sequence, fee, asked.offer_sequence or 0, **common)
    if asked.kind is TransactionKind.TICKET_CREATE:
        return TicketCreate(account, sequence, fee, asked.ticket_count or 0, **common)
    if asked.kind is not TransactionKind.OFFER_CREATE:
        raise ValueError(f"the simulated node takes offers, cancels and tickets, not {asked.kind.value}")
    if asked.base_quantity is None or asked.quote_quantity is None or asked.side is None:
        raise ValueError(f"transaction {signed.hash} has no side or no quantities")
    base, quote = xrp_to_drops(asked.base_quantity), asked.quote_quantity
    pays, gets = (base, quote) if asked.side is BUY else (quote, base)
    flags = PASSIVE if asked.passive else 0
    return OfferCreate(account, sequence, fee, pays, gets, flags, asked.offer_sequence, asked.expiration_s, **common)


def own_transactions(closed: ClosedLedger, account: str) -> tuple[ValidatedTransaction, ...]:
    """What of a closed ledger concerns `account`, in ledger order."""
    if not closed.outcomes:
        return ()
    return tuple([_validated(closed, outcome, account) for outcome in closed.outcomes if outcome.touches(account)])


def _validated(closed: ClosedLedger, outcome: TransactionOutcome, account: str) -> ValidatedTransaction:
    sent = outcome.transaction
    fee_drops = sent.fee_drops if sent.account == account else 0
    base_delta = quote_delta = ZERO
    for effect in outcome.balances:
        if effect.account == account:
            base_delta = drops_to_xrp(effect.drops_after - effect.drops_before + fee_drops)
            quote_delta = EXACT.subtract(effect.token_after, effect.token_before)
    return ValidatedTransaction(
        hash=sent.hash or f"{sent.account}:{sent.sequence}:{closed.index}",
        ledger_index=closed.index,
        position=outcome.index,
        close_time_ns=unix_ns(closed.close_time_s),
        kind=_KINDS.get(type(sent), TransactionKind.OTHER),
        account=sent.account,
        sequence=sent.sequence,
        result=outcome.result,
        fee_drops=fee_drops,
        base_delta=base_delta,
        quote_delta=quote_delta,
        offers=tuple(_change(effect, sent) for effect in outcome.offers if effect.owner == account),
        ticket_sequence=sent.ticket_sequence,
        tickets_created=outcome.tickets if sent.account == account else (),
    )


def _change(effect: OfferEffect, sent: Transaction) -> OfferChange:
    before, after = effect.before, effect.after
    if before is None:
        # Only its own OfferCreate can have made it; what was asked for is the amount before anything filled.
        before = (sent.taker_pays, sent.taker_gets) if isinstance(sent, OfferCreate) else after
    base_after, quote_after = _base_and_quote(after[0], after[1])
    if before[0] is after[0] and before[1] is after[1]:
        # Nothing was filled: it was put there, or taken away, as it is.
        base_before, quote_before = base_after, quote_after
    else:
        base_before, quote_before = _base_and_quote(before[0], before[1])
    side = SELL if type(after[1]) is int else BUY
    return OfferChange(effect.sequence, side, effect.fate, base_before, base_after, quote_before, quote_after)


def _base_and_quote(pays: Amount, gets: Amount) -> tuple[Decimal, Decimal]:
    """One of the two is drops, the other one tokens."""
    if type(gets) is int:
        return drops_to_xrp(gets), pays  # type: ignore[return-value]
    return drops_to_xrp(pays), gets  # type: ignore[arg-type, return-value]


def open_offers(state: LedgerState, account: str) -> tuple[OpenOffer, ...]:
    return tuple(_open_offer(offer) for offer in state.offers_of(account))


def _open_offer(offer: Offer) -> OpenOffer:
    base, quote = _base_and_quote(offer.pays, offer.gets)
    side = SELL if type(offer.gets) is int else BUY
    return OpenOffer(offer.sequence, side, base, quote, offer.expiration_s)


def account_state(state: LedgerState, ledger: SimulatedLedger, account: str) -> AccountState | None:
    """None when the ledger has no such account."""
    if account not in state.sequence:
        return None
    rules = state.rules
    return AccountState(
        account=account,
        ledger_index=ledger.index,
        close_time_ns=unix_ns(ledger.close_time_s),
        sequence=state.sequence[account],
        base=drops_to_xrp(state.drops[account]),
        quote=state.token.get(account, ZERO),
        owner_count=state.owner_count[account],
        has_trust_line=account in state.token,
        reserve_base_drops=rules.reserve_base_drops,
        reserve_increment_drops=rules.reserve_increment_drops,
        base_fee_drops=rules.base_fee_drops,
        open_ledger_fee_drops=ledger.open_ledger_fee_drops,
        tickets=state.tickets_of(account),
    )


def book_observed(
    state: LedgerState, ledger: SimulatedLedger, venue: str, symbol: str, without: str, depth: int
) -> BookObserved:
    """The validated book without the offers of `without`, `depth` offers on each side, funded amounts only."""
    bids = _levels(state, without, depth, gives_xrp=False)
    asks = _levels(state, without, depth, gives_xrp=True)
    return BookObserved(venue, symbol, unix_ns(ledger.close_time_s), ledger.index, bids, asks, _pool_view(state))


def _levels(state: LedgerState, without: str, depth: int, *, gives_xrp: bool) -> tuple[Level, ...]:
    levels: list[Level] = []
    given: dict[str, Amount] = {}
    offers, kept = state.offers, state.levels_seen[gives_xrp]
    if len(kept) > _LEVELS_KEPT_MAX:
        kept.clear()
    # What `spendable` says is written down here for XRP and for tokens that nobody can freeze: each ledger asks for all.
    drops, owned, token, spendable = state.drops, state.owner_count, state.token, state.spendable
    base_drops, step_drops = state.rules.reserve_base_drops, state.rules.reserve_increment_drops
    issuer = state.issue.issuer
    free_tokens = not state.settings and not state.lines
    left: Amount
    for _, entry, key in state.books[gives_xrp]:
        owner = key[0]
        if owner == without:
            continue
        offer = offers[key]
        gets = offer.gets
        if gives_xrp:
            left = drops[owner] - base_drops - owned[owner] * step_drops
        elif free_tokens and owner != issuer:
            left = token.get(owner, ZERO)
        else:
            left = spendable(owner, xrp=False)
        if owner in given:
            left = max(left - given[owner], ZERO)
            given[owner] = given[owner] + gets
        else:
            given[owner] = gets
        if left < gets:
            level = _rest_of(offer, left)
        else:
            before = kept.get(entry)
            if before is None or before[0] is not offer:
                before = kept[entry] = (offer, _level(offer.pays, gets))
            level = before[1]
        if level is not None:
            levels.append(level)
            if len(levels) >= depth:
                break
    return tuple(levels)


def _rest_of(offer: Offer, left: Amount) -> Level | None:
    """The level of an offer whose owner has only `left` to give."""
    return _level(*limit_out(offer.pays, offer.gets, left, rate_of(offer.quality), up=False)) if left > 0 else None


def _level(pays: Amount, gets: Amount) -> Level | None:
    """An offer as one level of a book, None when nothing is left of it."""
    if not gets:
        return None
    base, quote = _base_and_quote(pays, gets)
    return Level(NEAREST.divide(quote, base), base) if base > 0 and quote > 0 else None


def _pool_view(state: LedgerState) -> PoolView | None:
    pool = state.pool_account
    entry = state.amm.get(pool)
    if entry is None:
        return None
    drops, token, seen = state.drops[pool], state.token[pool], state.pool_seen
    if seen is None or seen[0] is not entry or seen[1] != drops or seen[2] is not token:
        view = PoolView(Decimal(drops) / DROPS_PER_XRP, token, entry.fee_hundred_thousandths)
        seen = state.pool_seen = (entry, drops, token, view)
    return seen[3]
