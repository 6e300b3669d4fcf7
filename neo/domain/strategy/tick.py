"""One look of the market maker at its market: anchor, quotes, distance to the touch, in one decision."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from neo.domain.config.order_size import OrderSizeConfig
from neo.domain.config.strategy import StrategyConfig
from neo.domain.market.anchor import Anchor, choose_anchor
from neo.domain.market.instrument import BUY
from neo.domain.market.suspension import Suspension
from neo.domain.messages.quoting import MarketUpdated, QuotesProposed, WorkingOrder
from neo.domain.messages.storage import MarketSnapshot
from neo.domain.messages.venue import BookObserved, PoolView
from neo.domain.orders.lifecycle import OrderState
from neo.domain.session.distance import NO_DISTANCE, TouchDistance, touch_distance
from neo.domain.strategy.quoting import DroppedQuote, Holdings, QuoteDecision, propose_quotes
from neo.quickly_built import building, quickly_built
from neo.records import frozen

_NO_ANCHOR = Anchor(None, None, None, None, None, Suspension.NO_MARKET_DATA)
#: An order that is being cancelled still rests until the ledger says otherwise.
_ON_THE_BOOK = (OrderState.OPEN, OrderState.PARTIALLY_FILLED, OrderState.CANCELING)


@quickly_built
@frozen
class Outlook:
    """What follows from the touch of the book, the pool and our holdings, and from nothing else that moves."""

    best_bid: Decimal | None
    best_ask: Decimal | None
    pool: PoolView | None
    holdings: Holdings | None
    anchor: Anchor
    decision: QuoteDecision


@quickly_built
@frozen
class TickDecision:
    """What one tick saw and decided. `our_bid`/`our_ask`: the best of our orders that are proved to rest, before this tick."""

    proposal: QuotesProposed
    anchor: Anchor
    suspension: Suspension | None
    suspension_detail: str
    dropped: tuple[DroppedQuote, ...]
    our_bid: Decimal | None
    our_ask: Decimal | None
    best_bid: Decimal | None
    best_ask: Decimal | None
    distance: TouchDistance
    holdings: Holdings | None
    ledger_index: int
    #: None without a market.
    outlook: Outlook | None = None


_outlook, _decided, _row = building(Outlook), building(TickDecision), building(MarketSnapshot)


def decide_tick(
    tick: int,
    now_ns: int,
    venue: str,
    symbol: str,
    market: MarketUpdated | None,
    holdings: Holdings | None,
    working: Sequence[WorkingOrder],
    strategy: StrategyConfig,
    order_size: OrderSizeConfig,
    fee_drops: int,
    earlier: Outlook | None = None,
) -> TickDecision:
    """The tick's proposal. Without a usable market it is empty, which asks for our orders to be withdrawn.

    `fee_drops` is the most that one transaction may cost (`xrpl.fee_drops_max`). `earlier` is an outlook that was worked out
    with the same configuration: in a quarter of the ticks what it follows from has not moved, and it holds.
    """
    if market is None:
        return _without_market(QuotesProposed(tick, venue, symbol, None, (), now_ns, 0), holdings)
    book = market.book
    best_bid = book.bids[0].price if book.bids else None
    best_ask = book.asks[0].price if book.asks else None
    if (
        earlier is not None
        and earlier.best_bid == best_bid
        and earlier.best_ask == best_ask
        and earlier.pool == book.pool
        and earlier.holdings == holdings
    ):
        outlook = earlier
    else:
        outlook = _look(book, best_bid, best_ask, holdings, strategy, order_size, fee_drops)
    anchor, decision = outlook.anchor, outlook.decision
    our_bid, our_ask = _best_resting(working)
    return _decided(
        QuotesProposed(tick, venue, symbol, anchor.price, decision.quotes, now_ns, market.received_at_ns),
        anchor,
        decision.suspension,
        decision.detail,
        decision.dropped,
        our_bid,
        our_ask,
        best_bid,
        best_ask,
        touch_distance(our_bid, our_ask, best_bid, best_ask),
        holdings,
        book.ledger_index,
        outlook,
    )


def _without_market(proposal: QuotesProposed, holdings: Holdings | None) -> TickDecision:
    detail = "no book was received yet"
    nothing = (None, None, None, None)
    return TickDecision(proposal, _NO_ANCHOR, Suspension.NO_MARKET_DATA, detail, (), *nothing, NO_DISTANCE, holdings, 0)


def _look(
    book: BookObserved,
    best_bid: Decimal | None,
    best_ask: Decimal | None,
    holdings: Holdings | None,
    strategy: StrategyConfig,
    order_size: OrderSizeConfig,
    fee_drops: int,
) -> Outlook:
    anchor = choose_anchor(book, strategy)
    if anchor.suspension is not None or anchor.price is None:
        decision = QuoteDecision((), (), anchor.suspension, _describe(anchor, strategy))
    elif holdings is None:
        decision = QuoteDecision((), (), Suspension.NO_BALANCES, "balances are not known yet")
    else:
        decision = propose_quotes(anchor.price, book, holdings, strategy, order_size, fee_drops, anchor.pool_mid)
    return _outlook(best_bid, best_ask, book.pool, holdings, anchor, decision)


def snapshot(decision: TickDecision, session_id: str) -> MarketSnapshot:
    """The row of market_snapshots for a decision."""
    proposal, anchor, holdings = decision.proposal, decision.anchor, decision.holdings
    return _row(
        session_id,
        proposal.proposed_at_ns,
        proposal.venue,
        proposal.symbol,
        decision.ledger_index,
        decision.best_bid,
        decision.best_ask,
        anchor.pool_mid,
        anchor.price,
        anchor.source._value_ if anchor.source is not None else None,
        anchor.divergence_bps,
        decision.our_bid,
        decision.our_ask,
        decision.distance.distance_to_clob_bid_bps,
        decision.distance.distance_to_clob_ask_bps,
        decision.suspension._value_ if decision.suspension is not None else None,
        holdings.base if holdings is not None else None,
        holdings.quote if holdings is not None else None,
    )


def _best_resting(working: Sequence[WorkingOrder]) -> tuple[Decimal | None, Decimal | None]:
    bid: Decimal | None = None
    ask: Decimal | None = None
    for order in working:
        if order.state not in _ON_THE_BOOK:
            continue
        if order.side is BUY:
            bid = order.price if bid is None or order.price > bid else bid
        else:
            ask = order.price if ask is None or order.price < ask else ask
    return bid, ask


def _describe(anchor: Anchor, strategy: StrategyConfig) -> str:
    if anchor.suspension is Suspension.DIVERGENCE and anchor.divergence_bps is not None:
        return f"pool and book differ by {anchor.divergence_bps:.2f} bps > {strategy.anchor_max_divergence_bps}"
    return "" if anchor.suspension is None else anchor.suspension.value.replace("_", " ")
