"""Which proposed quotes Risk lets pass: nothing that could break a limit or spend what is not there, whatever fills."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from operator import attrgetter

from neo.domain.config.risk import RiskConfig
from neo.domain.market.instrument import BUY
from neo.domain.messages.quoting import (
    AccountObserved,
    InventoryChanged,
    Quote,
    QuoteRefusal,
    QuoteRefused,
    QuotesProposed,
    WorkingOrder,
)
from neo.domain.messages.session import Phase
from neo.domain.money.reserve import offerable_xrp
from neo.domain.safety.risk_state import RiskState
from neo.domain.strategy.requote import RESTING_STATES
from neo.domain.units import NS_PER_S, ONE, ZERO

#: An approval leaves this share of an exposure limit free: a limit is watched with working orders counted, and an ordinary
#: move of the price must not turn what was just approved into a halt.
HEADROOM = Decimal("0.01")
_USABLE = ONE - HEADROOM
_level = attrgetter("level")
#: By itself: from its class it takes six times as long (in Python 3.11).
_TRADING = Phase.TRADING


def judge(
    state: RiskState, proposal: QuotesProposed, now_ns: int, risk: RiskConfig, fee_headroom_drops: int
) -> tuple[tuple[Quote, ...], tuple[QuoteRefused, ...]]:
    """Every quote of the proposal, passed or refused with a reason, best levels first.

    Worst case for exposure: inventory, every working order, every approval on its way to the router, and every quote passed
    before it, because an old order and its replacement may both fill. `fee_headroom_drops` of XRP are never offered.
    """
    refusal = _general_refusal(state, proposal, now_ns, risk)
    if refusal is not None:
        refused = tuple(QuoteRefused(proposal.tick, quote, *refusal) for quote in proposal.quotes)
        return (), refused
    return _quote_by_quote(state, proposal, risk, fee_headroom_drops)


def _quote_by_quote(
    state: RiskState, proposal: QuotesProposed, risk: RiskConfig, fee_headroom_drops: int
) -> tuple[tuple[Quote, ...], tuple[QuoteRefused, ...]]:
    inventory, account, mid = state.inventory, state.account, state.mid
    if inventory is None or account is None or mid is None:
        raise ValueError("only a proposal without a general refusal can be judged quote by quote")
    base_free, quote_free = _free_funds(inventory, account, state.working, proposal.quotes, fee_headroom_drops)
    for approval in state.on_the_way:
        for quote in approval.quotes:
            if quote.side is BUY:
                quote_free -= quote.quantity * quote.price
            else:
                base_free -= quote.quantity
    base = inventory.base + state.commitment.base_bought
    received = inventory.quote + state.commitment.quote_received
    base_limit, quote_limit = risk.max_xrp_exposure * _USABLE, risk.max_rlusd_exposure * _USABLE
    passed, refused = [], []
    for quote in sorted(proposal.quotes, key=_level):
        value = quote.quantity * quote.price
        # A buy can only raise the base exposure and a sell only the quote exposure: the other side may always reduce.
        if quote.side is BUY:
            # A base worth more than the mid at the price we would pay counts with that price.
            exposure, limit = (base + quote.quantity) * (quote.price if quote.price > mid else mid), base_limit
            needed, free = value, quote_free
        else:
            exposure, limit = received + value, quote_limit
            needed, free = quote.quantity, base_free
        if exposure > limit:
            over = QuoteRefusal.BASE_EXPOSURE if quote.side is BUY else QuoteRefusal.QUOTE_EXPOSURE
            refused.append(QuoteRefused(proposal.tick, quote, over, f"worst case {exposure:.2f} > {limit:.2f}"))
        elif needed > free:
            detail = f"needs {needed:.6f}, free {free:.6f}"
            refused.append(QuoteRefused(proposal.tick, quote, QuoteRefusal.INSUFFICIENT_FUNDS, detail))
        else:
            passed.append(quote)
            if quote.side is BUY:
                base, quote_free = base + quote.quantity, quote_free - value
            else:
                received, base_free = received + value, base_free - quote.quantity
    return tuple(passed), tuple(refused)


def _general_refusal(
    state: RiskState, proposal: QuotesProposed, now_ns: int, risk: RiskConfig
) -> tuple[QuoteRefusal, str] | None:
    if state.phase is not _TRADING:
        return QuoteRefusal.NOT_TRADING, f"the session is {state.phase.value}"
    if state.inventory is None or state.account is None or state.mid is None:
        return QuoteRefusal.NO_BOOKS, "balances, reserves or the market are not known yet"
    closed_ns = now_ns - state.market.ledger_closed_ns if state.market else 0
    if closed_ns > risk.ledger_age_max_ns:
        closed_s = Decimal(closed_ns) / NS_PER_S
        return QuoteRefusal.STALE_MARKET_DATA, f"the ledger closed {closed_s:.1f} s ago (> {risk.ledger_age_max_s})"
    age_ns = now_ns - proposal.market_at_ns
    if age_ns > risk.market_data_age_max_ns:
        age_s = Decimal(age_ns) / NS_PER_S
        return QuoteRefusal.STALE_MARKET_DATA, f"market data is {age_s:.1f} s old (> {risk.market_data_age_max_s})"
    return None


def _free_funds(
    inventory: InventoryChanged,
    account: AccountObserved,
    working: Sequence[WorkingOrder],
    quotes: Sequence[Quote],
    fee_headroom_drops: int,
) -> tuple[Decimal, Decimal]:
    """Base and quote: balances less reserve, head-room, and what other orders may spend.

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
        if order.side is BUY:
            quote_free -= order.remaining * order.price
        else:
            base -= order.remaining
    return base if base > ZERO else ZERO, quote_free if quote_free > ZERO else ZERO
