"""Texts that look like the secret of an account: a family seed, or a raw private key.

Configuration files are copied, mailed and stored with each session. A secret has no place there, not even in a comment.
Source: https://xrpl.org/docs/references/protocol/data-types/base58-encodings
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from neo.domain.config.bounds import FILE_PATH, Rule
from neo.records import frozen

#: The environment variable that holds the seed when no file does.
SEED_VARIABLE = "NEO_XRPL_SEED"

_SEED = re.compile(r"(?<![A-Za-z0-9])s[1-9A-HJ-NP-Za-km-z]{24,34}(?![A-Za-z0-9])")
_PRIVATE_KEY = re.compile(r"(?<![A-Za-z0-9])(?:ED|ed|00)[0-9A-Fa-f]{64}(?![A-Za-z0-9])")

ADVICE = (
    "remove it, and treat that key as known to others: give the account another regular key. A seed belongs into a file "
    f"that only you can read (chmod 600), named by xrpl.key_file, or into the environment variable {SEED_VARIABLE}"
)


def secret_spans(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each secret in `text`. Long words of small letters only are no seeds."""
    for found in _SEED.finditer(text):
        if any(letter.isupper() or letter.isdigit() for letter in found.group()):
            yield found.span()
    for found in _PRIVATE_KEY.finditer(text):
        yield found.span()


def looks_secret(text: str) -> bool:
    """Whether any part of `text` looks like a seed or a private key."""
    return next(secret_spans(text), None) is not None


@frozen
class KeyFile(Rule):
    """A path, or nothing. The usual mistake is to write the seed itself here."""

    def complaint(self, value: Any) -> str | None:
        if looks_secret(value):
            return "must be the path of a file, but looks like the seed itself"
        return FILE_PATH.complaint(value) if value else None

    def schema(self) -> dict[str, Any]:
        return {"pattern": f"^(?:{FILE_PATH.pattern})?$"}
