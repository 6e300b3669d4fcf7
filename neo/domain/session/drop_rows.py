"""What the report of a drop buyer's session is built from: rows of the store or facts of the journal, by their shape."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Protocol

import attrs

from neo.domain.session.summary_rows import CapitalLike, FillLike
from neo.domain.strategy.drop.ledger_of_drops import DropCounts
from neo.records import frozen


class TradeLike(Protocol):
    """An intent of the exchange router. `outcome` and `ended_at_ns` are None while it is under way.

    `filled` in base before fees, `result_quote` the profit or loss of what it sold, fees included; 0 for an entry. `reason`
    is empty and `touch` None where they were not written down.
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
    @property
    def reason(self) -> str: ...
    @property
    def touch(self) -> Decimal | None: ...


class PositionLike(Protocol):
    """What was bought and not sold. `spent_quote` and `fee_value_quote` together are its cost; `gross_quote` was paid for
    `bought` units before any fee."""

    @property
    def symbol(self) -> str: ...
    @property
    def quantity(self) -> Decimal: ...
    @property
    def spent_quote(self) -> Decimal: ...
    @property
    def fee_value_quote(self) -> Decimal: ...
    @property
    def bought(self) -> Decimal: ...
    @property
    def gross_quote(self) -> Decimal: ...
    @property
    def opened_at_ns(self) -> int: ...


@frozen(kw_only=True)
class DropRows:
    """One exchange in one session, oldest first. `fees` are (asset, amount) pairs, amounts positive; `positions` are those
    open at its end, `stale` (symbol, time of its last quote) those of them that had no price; `engine_balances` what the
    engine itself last believed, by asset."""

    venue: str
    quote: str
    counts: DropCounts = attrs.field(factory=DropCounts)
    trades: Sequence[TradeLike] = ()
    fills: Sequence[FillLike] = ()
    fees: Sequence[tuple[str, Decimal]] = ()
    positions: Sequence[PositionLike] = ()
    stale: Sequence[tuple[str, int]] = ()
    capital: Sequence[CapitalLike] = ()
    engine_balances: Sequence[tuple[str, Decimal]] = ()
