"""Whether who asks may command the engine: one token, compared in constant time, and few wrong tries."""

from __future__ import annotations

import enum
import hmac
import time
from collections import deque
from collections.abc import Callable

#: A shorter token is no token: it could be guessed.
TOKEN_LENGTH_MIN = 16
WRONG_TRIES_MAX = 5
WRONG_TRIES_WITHIN_S = 60.0


class Entry(enum.Enum):
    OPEN = "open"
    READ_ONLY = "read_only"  # no token is configured
    WRONG = "wrong"
    TOO_MANY = "too_many"  # wrong tries within the last minute


class TokenGate:
    """`token` None or too short: nobody may."""

    def __init__(self, token: str | None, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._token = token.encode() if token is not None and len(token) >= TOKEN_LENGTH_MIN else None
        self._clock_s = clock_s
        self._wrong_at_s: deque[float] = deque(maxlen=WRONG_TRIES_MAX)

    @property
    def is_read_only(self) -> bool:
        return self._token is None

    def admit(self, authorization: str) -> Entry:
        """`authorization` as the header of that name has it."""
        if self._token is None:
            return Entry.READ_ONLY
        now_s = self._clock_s()
        tries = self._wrong_at_s
        if len(tries) == WRONG_TRIES_MAX and now_s - tries[0] < WRONG_TRIES_WITHIN_S:
            return Entry.TOO_MANY
        if hmac.compare_digest(authorization.encode(), b"Bearer " + self._token):
            return Entry.OPEN
        tries.append(now_s)
        return Entry.WRONG
