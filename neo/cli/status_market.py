"""What the market maker does, as labelled lines of text."""

from __future__ import annotations

from decimal import Decimal

from neo.cli.figures import NOTHING, amount, number, signed
from neo.infra.control.status import MarketStatus, MoneyStatus, QuoteStatus

_QUOTES_SHOWN_MAX = 6


def market_rows(market: MarketStatus, quotes: tuple[QuoteStatus, ...]) -> list[tuple[str, str]]:
    """Label and text of each line on prices and our offers."""
    return [
        ("price", _price(market)),
        ("anchor", _anchor(market)),
        ("quotes", _quotes(quotes)),
        ("touch", _touch(market)),
    ]


def money_rows(money: MoneyStatus, market: MarketStatus) -> list[tuple[str, str]]:
    """Label and text of each line on fills and money."""
    return [
        ("fills", _fills(money, market.quote)),
        ("inventory", _inventory(money, market)),
        ("P&L", _profit(money, market.quote)),
    ]


def market_summary(market: MarketStatus, money: MoneyStatus, quotes: tuple[QuoteStatus, ...]) -> str:
    """One piece of a progress line."""
    return "; ".join(
        (
            f"anchor {number(market.anchor)} ({market.anchor_source or market.suspended or NOTHING})",
            f"{len(quotes)} orders",
            f"{money.fills} fills",
            f"equity {amount(money.equity, market.quote)}",
            f"P&L {signed(_total_profit(money))} {market.quote}".rstrip(),
        )
    )


def _price(market: MarketStatus) -> str:
    text = f"bid {number(market.best_bid)}  ask {number(market.best_ask)}"
    return (
        f"{text}  {market.symbol}, ledger {market.ledger_index}" if market.ledger_index else f"{text}  {market.symbol}"
    )


def _anchor(market: MarketStatus) -> str:
    if market.suspended:
        return f"not quoting: {market.suspended}"
    source = f" from {market.anchor_source}" if market.anchor_source else ""
    divergence = f", divergence {number(market.divergence_bps, 2)} bps" if market.divergence_bps is not None else ""
    return f"{number(market.anchor)}{source}{divergence}"


def _quotes(quotes: tuple[QuoteStatus, ...]) -> str:
    if not quotes:
        return "none"
    shown = [f"{q.side} {number(q.remaining, 2)} at {number(q.price)} {q.state}" for q in quotes]
    more = len(shown) - _QUOTES_SHOWN_MAX
    return "; ".join(shown[:_QUOTES_SHOWN_MAX]) + (f"; and {more} more" if more > 0 else "")


def _touch(market: MarketStatus) -> str:
    now = f"bid {number(market.distance_bid_bps, 2)} bps, ask {number(market.distance_ask_bps, 2)} bps"
    if market.within_2bps_bid_percent is None and market.within_2bps_ask_percent is None:
        return now
    bid, ask = number(market.within_2bps_bid_percent, 0), number(market.within_2bps_ask_percent, 0)
    return f"{now}; within 2 bps: bid {bid} %, ask {ask} % of ticks"


def _fills(money: MoneyStatus, quote: str) -> str:
    return f"{money.fills}, volume {amount(money.volume, quote)}, {money.orders_placed} orders placed"


def _inventory(money: MoneyStatus, market: MarketStatus) -> str:
    base, quote = amount(money.base_balance, market.base), amount(money.quote_balance, market.quote)
    return f"{base}, {quote}, equity {amount(money.equity, market.quote)}"


def _profit(money: MoneyStatus, quote: str) -> str:
    parts = f"realised {signed(money.realised)}, unrealised {signed(money.unrealised)}, fees {number(money.fees, 4)}"
    return f"{signed(_total_profit(money))} {quote} ({parts})"


def _total_profit(money: MoneyStatus) -> Decimal | None:
    if money.realised is None and money.unrealised is None:
        return None
    return (money.realised or Decimal(0)) + (money.unrealised or Decimal(0)) - (money.fees or Decimal(0))
