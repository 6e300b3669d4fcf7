"""What one validated transaction means for our money: fills, fees and capital, each exactly once.

A maker's fill is read from the change of its offer, a taker's from the change of our balances. The parts always add up to
the balance change that the ledger itself reports: a difference in the last digit (the ledger rounds an offer and a trust
line apart, https://xrpl.org/docs/references/protocol/data-types/currency-formats) goes to the last fill; a difference that
is more than rounding is the issuer's transfer fee where our offer paid out its token, and else money that did not come from
trading: a capital event.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import attrs

from neo.domain.market.instrument import Side
from neo.domain.messages.journal import CapitalRecorded, FeeCharged, FillRecorded
from neo.domain.messages.venue import OfferChange, OfferChangeKind, ValidatedTransaction
from neo.domain.orders.capital import capital_kind, capital_note
from neo.domain.orders.order import Order
from neo.domain.units import ZERO, drops_to_xrp
from neo.quickly_built import quickly_built
from neo.records import frozen

#: A residual up to this share of the amount that moved is rounding. The ledger keeps 16 digits; three are left for sums.
ROUNDING_SHARE = Decimal("1e-12")


@frozen
class Place:
    """Names that facts carry: venue, symbol and its two assets, and the session that records them."""

    venue: str
    symbol: str
    base: str
    quote: str
    session_id: str


@frozen
class Trade:
    """A fill before it has its place among the ledger's facts."""

    order: Order
    base: Decimal
    quote: Decimal
    is_maker: bool


@quickly_built
@frozen
class MoneyMoved:
    """Everything that one transaction did to our balances; `unknown_offers` changed but belong to no order of ours."""

    fills: tuple[FillRecorded, ...]
    fees: tuple[FeeCharged, ...]
    capital: tuple[CapitalRecorded, ...]
    unknown_offers: tuple[OfferChange, ...]


def read_money(
    transaction: ValidatedTransaction,
    place: Place,
    account: str,
    own_order: Order | None,
    order_by_sequence: Callable[[int], Order | None],
) -> MoneyMoved:
    """Fills, fees and capital of `transaction`; `own_order` is the order that it places, when we sent it."""
    trades, unknown = _maker_trades(transaction, own_order, order_by_sequence)
    base_left = transaction.base_delta - sum((_signed_base(t) for t in trades), ZERO)
    quote_left = transaction.quote_delta - sum((_signed_quote(t) for t in trades), ZERO)
    if own_order is not None and _paid_for(own_order.side, base_left, quote_left):
        trades.append(Trade(own_order, abs(base_left), abs(quote_left), is_maker=False))
        base_left = quote_left = ZERO
    trades, base_left, quote_left = _settle_rounding(trades, base_left, quote_left)
    fees: list[FeeCharged] = []
    if transaction.account == account and transaction.fee_drops:
        fees.append(FeeCharged(transaction.hash, place.venue, place.base, drops_to_xrp(transaction.fee_drops)))
    if transaction.account != account and _is_transfer_fee(trades, base_left, quote_left):
        fees.append(FeeCharged(f"{transaction.hash}:transfer", place.venue, place.quote, -quote_left))
        quote_left = ZERO
    capital = tuple(
        _capital(transaction, place, account, asset, amount)
        for asset, amount in ((place.base, base_left), (place.quote, quote_left))
        if amount
    )
    fills = tuple(_fill(transaction, place, trade) for trade in trades)
    return MoneyMoved(fills, tuple(fees), capital, unknown)


def _maker_trades(
    transaction: ValidatedTransaction, own_order: Order | None, order_by_sequence: Callable[[int], Order | None]
) -> tuple[list[Trade], tuple[OfferChange, ...]]:
    trades: list[Trade] = []
    unknown: list[OfferChange] = []
    for change in transaction.offers:
        if own_order is not None and change.sequence == own_order.offer_sequence:
            continue  # our own new offer: what it took is in the balance change
        order = order_by_sequence(change.sequence)
        if order is None:
            unknown.append(change)
        elif change.kind is not OfferChangeKind.CREATED:
            base = change.base_before - change.base_after
            quote = change.quote_before - change.quote_after
            if base > ZERO and quote > ZERO:
                trades.append(Trade(order, base, quote, is_maker=True))
    return trades, tuple(unknown)


def _paid_for(side: Side, base: Decimal, quote: Decimal) -> bool:
    """One asset came and the other went, the way round that an order of `side` trades them."""
    return (base > ZERO > quote) if side is Side.BUY else (quote > ZERO > base)


def _signed_base(trade: Trade) -> Decimal:
    return trade.base if trade.order.side is Side.BUY else -trade.base


def _signed_quote(trade: Trade) -> Decimal:
    return -trade.quote if trade.order.side is Side.BUY else trade.quote


def _settle_rounding(
    trades: list[Trade], base_left: Decimal, quote_left: Decimal
) -> tuple[list[Trade], Decimal, Decimal]:
    """Give a residual that is only rounding to the last trade."""
    if not trades or not (base_left or quote_left):
        return trades, base_left, quote_left
    last = trades[-1]
    bought = last.order.side is Side.BUY
    if base_left and _is_rounding(base_left, last.base, Decimal("0.000001")):
        last = attrs.evolve(last, base=last.base + (base_left if bought else -base_left))
        base_left = ZERO
    if quote_left and _is_rounding(quote_left, last.quote, Decimal("1e-9")):
        last = attrs.evolve(last, quote=last.quote + (-quote_left if bought else quote_left))
        quote_left = ZERO
    return [*trades[:-1], last], base_left, quote_left


def _is_rounding(left: Decimal, traded: Decimal, step: Decimal) -> bool:
    """`step` is what a venue's smallest unit can add; what would swallow the trade itself is no rounding of it."""
    return abs(left) <= traded * ROUNDING_SHARE + step and abs(left) < traded


def _is_transfer_fee(trades: list[Trade], base_left: Decimal, quote_left: Decimal) -> bool:
    """Whether what is missing is the issuer's fee on the token that our bids paid out: at most as much again.

    Whoever owns the consumed offer pays it on top (recording 11; https://xrpl.org/docs/concepts/tokens/transfer-fees).
    """
    paid_out = sum((trade.quote for trade in trades if trade.is_maker and trade.order.side is Side.BUY), ZERO)
    return not base_left and ZERO < -quote_left <= paid_out


def _fill(transaction: ValidatedTransaction, place: Place, trade: Trade) -> FillRecorded:
    return FillRecorded(
        fill_id=f"{transaction.hash}:{trade.order.offer_sequence}",
        venue=place.venue,
        order_id=trade.order.order_id,
        symbol=place.symbol,
        side=trade.order.side,
        base_quantity=trade.base,
        quote_quantity=trade.quote,
        ledger_index=transaction.ledger_index,
        position=transaction.position,
        transaction_hash=transaction.hash,
        traded_at_ns=transaction.close_time_ns,
        is_maker=trade.is_maker,
    )


def _capital(
    transaction: ValidatedTransaction, place: Place, account: str, asset: str, amount: Decimal
) -> CapitalRecorded:
    return CapitalRecorded(
        f"{transaction.hash}:{asset}",
        place.session_id,
        place.venue,
        asset,
        amount,
        capital_kind(transaction, amount),
        capital_note(transaction, account),
    )
