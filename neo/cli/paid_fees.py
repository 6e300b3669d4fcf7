"""Fees that a session paid, as summaries and reports need them."""

from __future__ import annotations

from decimal import Decimal
from typing import TypeAlias

from neo.domain.money.exact import difference
from neo.domain.units import ZERO
from neo.infra.sqlite.books_reader import BooksReader

#: The account against which fees are posted.
FEES = "fees"
#: (venue, asset) to the sum, positive.
Fees: TypeAlias = dict[tuple[str, str], Decimal]


def summed_fees(reader: BooksReader, session_id: str) -> Fees:
    """Summed while they are read, to the last digit: every transaction has one, a session has hundreds of thousands."""
    fees: Fees = {}
    for row in reader.posted(session_id):
        if row.counter_account == FEES:
            key = row.venue, row.asset
            fees[key] = difference(fees.get(key, ZERO), row.amount)
    return fees


def fees_on(venue: str, fees: Fees) -> list[tuple[str, Decimal]]:
    """(asset, sum) of one venue."""
    return [(asset, amount) for (where, asset), amount in fees.items() if where == venue]


def dated_fees(reader: BooksReader, session_id: str, venue: str) -> list[tuple[int, str, Decimal]]:
    """(time in ns, asset, amount) of each fee on one venue, oldest first."""
    return [
        (row.at_ns, row.asset, difference(ZERO, row.amount))
        for row in reader.posted(session_id)
        if (row.venue, row.counter_account) == (venue, FEES)
    ]
