"""Names of our orders at the exchange: made of the intent and the try, so that the same order always has the same name."""

from __future__ import annotations

import hashlib
import re

#: Every id begins so: what rests at the exchange under another name is not ours.
PREFIX = "neo-"
_DIGEST_LETTERS = 24
_OURS = re.compile(rf"{PREFIX}[0-9a-f]{{{_DIGEST_LETTERS}}}-[0-9]{{1,2}}")


def client_order_id(intent_id: str, attempt: int) -> str:
    """At most 32 of [a-z0-9-], which every exchange takes. `attempt` counts from 1."""
    digest = hashlib.sha256(intent_id.encode()).hexdigest()[:_DIGEST_LETTERS]
    return f"{PREFIX}{digest}-{attempt}"


def is_ours(client_id: str) -> bool:
    """True for an id that `client_order_id` could have made."""
    return _OURS.fullmatch(client_id) is not None
