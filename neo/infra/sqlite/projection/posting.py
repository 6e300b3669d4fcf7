"""A movement of one asset on its way to the table ``inventory_ledger``."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple


class Posting(NamedTuple):
    """``amount`` comes from ``counter_account`` to ours; ``reference`` is the fill or the fee."""

    lsn: int
    session_id: str
    venue: str
    asset: str
    amount: Decimal
    counter_account: str
    reference: str
