"""Words of a person as text that every terminal, page and database takes: no control characters, no halves of characters.

A byte that is no UTF-8 comes from a command line as a lone surrogate, and JSON can carry one as well; SQLite and UTF-8 cannot.
"""

from __future__ import annotations

import re

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]+")


def printable(text: str, length_max: int) -> str:
    """`text` on one line, a space for each run of what cannot be shown, at most `length_max` characters of it."""
    return _UNPRINTABLE.sub(" ", text).strip()[:length_max]
