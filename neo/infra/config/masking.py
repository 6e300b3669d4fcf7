"""Keep secrets that were typed into the wrong place out of error messages."""

from __future__ import annotations

import re

# Family seeds (s + base58) are what an XRP Ledger account is spent with.
FAMILY_SEED = re.compile(r"\bs[1-9A-HJ-NP-Za-km-z]{24,34}\b")
NAMED_SECRET = re.compile(
    r"(?i)(\b[\w.-]*(?:secret|password|passwd|passphrase|token|mnemonic|private|api[_-]?key)[\w.-]*[\"']?\s*[=:]\s*)\S.*"
)
MASK = "********"


def masked(text: str) -> str:
    """The same text with anything that looks like a secret replaced."""
    return FAMILY_SEED.sub(MASK, NAMED_SECRET.sub(rf"\1{MASK}", text))
