"""Whose answers are read, and which market they are about."""

from __future__ import annotations

from neo.domain.market.instrument import LEDGER_VENUE
from neo.records import frozen


@frozen
class WirePair:
    """XRP against one token of one issuer, seen by one account.

    `currency` is the code as the ledger writes it: three characters, or 40 hexadecimal digits in capitals (currency.py knows
    the way from a name). `venue` and `symbol` are neo's names, which the messages carry.
    """

    currency: str
    issuer: str
    account: str
    venue: str = LEDGER_VENUE
    symbol: str = "XRP/RLUSD"
