"""Which proposed quotes Risk lets pass: nothing that could break a limit or spend what is not there, whatever fills."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import attrs

from neo.domain.config.risk import RiskConfig
from neo.domain.market.instrument import Side
from neo.domain.messages.quoting import (
    AccountObserved,
    InventoryChanged,
    Quote,
    QuoteRefusal,
    QuoteRefused,
    QuotesApproved,
    QuotesProposed,
    WorkingOrder,
)
from neo.domain.messages.session import Phase
from neo.domain.money.reserve import offerable_xrp
from neo.domain.safety.exposure import with_quote, worst_case
from neo.domain.safety.risk_state import RiskState
from neo.domain.strategy.requote import RESTING_STATES
from neo.domain.units import NS_PER_S, ZERO, seconds_ns
from neo.quickly_built import quickly_built

#: An approval leaves this share of an exposure limit free: a limit is watched with working orders counted, and an ordinary
#: move of the price must not turn what was just approved into a halt.
HEADROOM = Decimal("0.01")


@quickly_built
@attrs.frozen
class _Funds:
    """What may still be spent on the quotes that are not decided yet."""

    base: Decimal
    quote: Decimal


def approve(
    state: RiskState, proposal: QuotesProposed, now_ns: int, risk: RiskConfig, fee_headroom_drops: int
) -> tuple[QuotesApproved, tuple[QuoteRefused, ...]]:
    """Every quote of the proposal, approved or refused with a reason, best levels first.

    Worst case for exposure: inventory, every working order, every approval on its way to the router, and every quote passed
    before it, because an old order and its replacement may both fill. `fee_headroom_drops` of XRP are never offered.
    """
    refusal = _general_refusal(state, proposal, now_ns, risk)
    if refusal is not None:
        refused = tuple(QuoteRefused(proposal.tick, quote, *refusal) for quote in proposal.quotes)
        return _approved(proposal, (), now_ns), refused
    passed, refusals = _judge(state, proposal, risk, fee_headroom_drops)
    return _approved(proposal, passed, now_ns), refusals


def _judge(
    state: RiskState, proposal: QuotesProposed, risk: RiskConfig, fee_headroom_drops: int
) -> tuple[tuple[Quote, ...], tuple[QuoteRefused, ...]]:
    inventory, account, mid = state.inventory, state.account, state.mid
    if inventory is None or account is None or mid is None:
        raise ValueError("only a proposal without a general refusal can be judged quote by quote")
    funds = _free_funds(inventory, account, state.working, proposal.quotes, fee_headroom_drops)
    for approval in state.on_the_way:
        for quote in approval.quotes:
            funds = _after(funds, quote)
    commitment = state.commitment
    passed, refused = [], []
    for quote in sorted(proposal.quotes, key=lambda quote: quote.level):
        with_this = with_quote(commitment, quote)
        # A base worth more than the mid at the price we would pay counts with that price.
        exposure = worst_case(inventory.base, inventory.quote, with_this, max(mid, quote.price))
        reason = _exposure_refusal(quote, exposure.base_value, exposure.quote_value, risk) or _funds_refusal(
            quote, funds
        )
        if reason is not None:
            refused.append(QuoteRefused(proposal.tick, quote, *reason))
            continue
        commitment = with_this
        funds = _after(funds, quote)
        passed.append(quote)
    return tuple(passed), tuple(refused)


def _general_refusal(
    state: RiskState, proposal: QuotesProposed, now_ns: int, risk: RiskConfig
) -> tuple[QuoteRefusal, str] | None:
    if state.phase is not Phase.TRADING:
        return QuoteRefusal.NOT_TRADING, f"the session is {state.phase.value}"
    if state.inventory is None or state.account is None or state.mid is None:
        return QuoteRefusal.NO_BOOKS, "balances, reserves or the market are not known yet"
    closed_s = Decimal(now_ns - state.market.ledger_closed_ns) / NS_PER_S if state.market else ZERO
    if closed_s > risk.ledger_age_max_s:
        return QuoteRefusal.STALE_MARKET_DATA, f"the ledger closed {closed_s:.1f} s ago (> {risk.ledger_age_max_s})"
    age_ns = now_ns - proposal.market_at_ns
    if age_ns > seconds_ns(risk.market_data_age_max_s):
        age_s = Decimal(age_ns) / NS_PER_S
        return QuoteRefusal.STALE_MARKET_DATA, f"market data is {age_s:.1f} s old (> {risk.market_data_age_max_s})"
    return None


def _exposure_refusal(
    quote: Quote, base_value: Decimal, quote_value: Decimal, risk: RiskConfig
) -> tuple[QuoteRefusal, str] | None:
    # A buy can only raise the base exposure and a sell only the quote exposure: the other side may always reduce.
    if quote.side is Side.BUY:
        limit = risk.max_xrp_exposure * (1 - HEADROOM)
        if base_value > limit:
            return QuoteRefusal.BASE_EXPOSURE, f"worst case {base_value:.2f} > {limit:.2f}"
        return None
    limit = risk.max_rlusd_exposure * (1 - HEADROOM)
    if quote_value > limit:
        return QuoteRefusal.QUOTE_EXPOSURE, f"worst case {quote_value:.2f} > {limit:.2f}"
    return None


def _free_funds(
    inventory: InventoryChanged,
    account: AccountObserved,
    working: Sequence[WorkingOrder],
    quotes: Sequence[Quote],
    fee_headroom_drops: int,
) -> _Funds:
    """Balances less reserve, head-room, and what other orders may spend.

    A resting order whose side and level is quoted again keeps nothing back: the replacement removes it in the same
    transaction, and until then it is what the quote pays with. The reserve is that of what will be owned then, whether
    the account was looked at with our offers on the book or without: the same quotes have the same funds.
    """
    places = [(quote.side, quote.level) for quote in quotes]
    others = [
        order for order in working if order.state not in RESTING_STATES or (order.side, order.level) not in places
    ]
    new_objects = len(quotes) + len(others) - account.open_offers
    base = offerable_xrp(inventory.base, account, new_objects, fee_headroom_drops)
    quote_free = inventory.quote
    for order in others:
        if order.side is Side.BUY:
            quote_free -= order.remaining * order.price
        else:
            base -= order.remaining
    return _Funds(max(base, ZERO), max(quote_free, ZERO))


def _funds_refusal(quote: Quote, funds: _Funds) -> tuple[QuoteRefusal, str] | None:
    needed, free = (
        (quote.quantity * quote.price, funds.quote) if quote.side is Side.BUY else (quote.quantity, funds.base)
    )
    if needed > free:
        return QuoteRefusal.INSUFFICIENT_FUNDS, f"needs {needed:.6f}, free {free:.6f}"
    return None


def _after(funds: _Funds, quote: Quote) -> _Funds:
    if quote.side is Side.BUY:
        return _Funds(funds.base, funds.quote - quote.quantity * quote.price)
    return _Funds(funds.base - quote.quantity, funds.quote)


def _approved(proposal: QuotesProposed, quotes: tuple[Quote, ...], now_ns: int) -> QuotesApproved:
    return QuotesApproved(proposal.tick, proposal.venue, proposal.symbol, quotes, proposal.proposed_at_ns, now_ns)
