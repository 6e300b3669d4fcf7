"""What the drop buyer did in a session: every trade, what became of every drop, and why nothing was bought when nothing was.

Built from the drop buyer's counts and the rows of its trades. Amounts in quote currency.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import reduce
from typing import Protocol

import attrs

from neo.domain.messages.dropping import TradePurpose
from neo.domain.money.exact import total
from neo.domain.session.drop_reasons import why_nothing_was_bought
from neo.domain.strategy.drop.ledger_of_drops import DropCounts
from neo.domain.units import ZERO


class TradeLike(Protocol):
    """An intent of the exchange router. `outcome` and `ended_at_ns` are None while it is under way.

    `filled` in base before fees, `result_quote` the profit or loss of what it sold, fees included; 0 for an entry.
    """

    @property
    def intent_id(self) -> str: ...
    @property
    def purpose(self) -> str: ...
    @property
    def symbol(self) -> str: ...
    @property
    def quantity(self) -> Decimal: ...
    @property
    def attempt(self) -> int: ...
    @property
    def filled(self) -> Decimal: ...
    @property
    def filled_quote(self) -> Decimal: ...
    @property
    def result_quote(self) -> Decimal: ...
    @property
    def outcome(self) -> str | None: ...
    @property
    def proposed_at_ns(self) -> int: ...
    @property
    def ended_at_ns(self) -> int | None: ...


@attrs.frozen(kw_only=True)
class ReportedTrade:
    """One intent as it stands in the report; `tries` counts its orders. None: not known, or not an exit."""

    intent_id: str
    purpose: str
    symbol: str
    quantity: Decimal
    tries: int
    filled: Decimal
    filled_quote: Decimal
    price: Decimal | None
    result_quote: Decimal | None
    outcome: str | None
    proposed_at_ns: int
    ended_at_ns: int | None


Tally = tuple[tuple[str, int], ...]


@attrs.frozen(kw_only=True)
class DropReport:
    """Tallies are (name, count), most frequent first. `why_nothing` is empty when something was bought.

    `unanswered` are proposed entries of which no end is known: under way, or lost on their way.
    """

    venue: str
    quote: str
    quotes: int
    drops: int
    blocked: int
    proposed: int
    unanswered: int
    blocked_by: Tally
    blocked_only_by: Tally
    refused_by_risk: Tally
    exits_refused_by_risk: Tally
    entries_ended: Tally
    exits: Tally
    trades: tuple[ReportedTrade, ...]
    bought_quote: Decimal
    sold_quote: Decimal
    result_quote: Decimal
    gains: int
    losses: int
    why_nothing: str


def drop_report(counts: DropCounts, trades: Sequence[TradeLike], *, venue: str, quote: str) -> DropReport:
    """The report of `trades`, oldest first. Counts are noted once a minute: after a crash the trades may know more."""
    told = tuple(_told(trade) for trade in trades)
    entries = [trade for trade in told if trade.purpose == TradePurpose.ENTRY.value]
    exits = [trade for trade in told if trade.purpose == TradePurpose.EXIT.value]
    results = [trade.result_quote for trade in exits if trade.result_quote is not None and trade.filled]
    refused, ended = sum(counts.refused_by_risk.values()), sum(counts.entries_ended.values())
    bought_anything = any(trade.filled for trade in entries)
    return DropReport(
        venue=venue,
        quote=quote,
        quotes=counts.quotes,
        drops=counts.drops,
        blocked=counts.blocked,
        proposed=counts.proposed,
        unanswered=max(0, counts.proposed - refused - ended),
        blocked_by=_tally(counts.blocked_by),
        blocked_only_by=_tally(counts.blocked_only_by),
        refused_by_risk=_tally(counts.refused_by_risk),
        exits_refused_by_risk=_tally(counts.exits_refused_by_risk),
        entries_ended=_tally(counts.entries_ended),
        exits=_tally(counts.exits),
        trades=told,
        bought_quote=reduce(total, (trade.filled_quote for trade in entries), ZERO),
        sold_quote=reduce(total, (trade.filled_quote for trade in exits), ZERO),
        result_quote=reduce(total, results, ZERO),
        gains=sum(1 for result in results if result > 0),
        losses=sum(1 for result in results if result < 0),
        why_nothing="" if bought_anything else why_nothing_was_bought(counts, venue),
    )


def _told(trade: TradeLike) -> ReportedTrade:
    return ReportedTrade(
        intent_id=trade.intent_id,
        purpose=trade.purpose,
        symbol=trade.symbol,
        quantity=trade.quantity,
        tries=trade.attempt,
        filled=trade.filled,
        filled_quote=trade.filled_quote,
        price=trade.filled_quote / trade.filled if trade.filled > ZERO else None,
        result_quote=trade.result_quote if trade.purpose == TradePurpose.EXIT.value else None,
        outcome=trade.outcome,
        proposed_at_ns=trade.proposed_at_ns,
        ended_at_ns=trade.ended_at_ns,
    )


def _tally(counted: Mapping[str, int]) -> Tally:
    return tuple(sorted(counted.items(), key=lambda row: (-row[1], row[0])))
