"""Names of our orders at the exchange: made of the intent and the try, so that the same order always has the same name."""

from __future__ import annotations

import hashlib
import re

#: Every id begins so: what rests at the exchange under another name is not ours.
PREFIX = "neo-"
#: 80 bits: with the number of a try no id is longer than the 28 characters that Gate takes.
_DIGEST_LETTERS = 20
#: Orders of earlier versions had four letters more.
_OURS = re.compile(rf"{PREFIX}[0-9a-f]{{{_DIGEST_LETTERS}}}([0-9a-f]{{4}})?-[0-9]{{1,2}}")


def client_order_id(intent_id: str, attempt: int) -> str:
    """At most 28 of [a-z0-9-], which MEXC, Binance, KuCoin, Gate and Bybit take. `attempt` counts from 1."""
    digest = hashlib.sha256(intent_id.encode()).hexdigest()[:_DIGEST_LETTERS]
    return f"{PREFIX}{digest}-{attempt}"


def is_ours(client_id: str) -> bool:
    """True for an id that `client_order_id` could have made."""
    return _OURS.fullmatch(client_id) is not None
