"""Keeps secrets out of everything that is written for people: telemetry, logs, traces, crash reports.

Three nets, because each alone has holes: the secrets that the engine was given (exact), fields whose name says that
they hold one, and texts that look like one. An XRP Ledger seed is recognised by its shape
(https://xrpl.org/docs/references/protocol/data-types/base58-encodings: 16 bytes, prefix `s`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from urllib.parse import quote

MASK = "***"

#: Shorter texts would mask ordinary words all over the log.
SECRET_LENGTH_MIN = 6

_SECRET_NAMES = frozenset(
    {"secret", "secrets", "password", "passphrase", "api_key", "apikey", "api_secret", "access_key", "private_key"}
    | {
        "secret_key",
        "token",
        "access_token",
        "auth",
        "authorization",
        "mnemonic",
        "wallet_seed",
        "family_seed",
        "neo_xrpl_seed",
    }
)

#: Begins with its letter: a search for a letter is fast, one that looks behind each character is not.
_FAMILY_SEED = re.compile(r"s(?<![A-Za-z0-9]s)(?:Ed)?[1-9A-HJ-NP-Za-km-z]{27,29}(?![A-Za-z0-9])")
_FAMILY_SEED_LENGTH_MIN = 28

_LOOKS_SECRET = re.compile(
    r"(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"  # user:password@ in an address
    r"|(?<=bearer )[a-z0-9._~+/=-]{8,}"
    r"|(?:secret|password|passphrase|api_?key|private_?key|token|signature)"
    r"[\"']?\s{0,2}[=:]\s{0,2}[\"']?(?P<value>[^\s\"',;&)}\]]{4,})",
    re.IGNORECASE,
)
#: One of these must be in a text before the slow search above is worth while.
_SIGN = re.compile("://|bearer|secret|pass|key|token|signature")


class Redactor:
    """Masks what must not be read. `secrets` are the values this process was given; too short ones are ignored."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        spellings = {form for secret in secrets if len(secret) >= SECRET_LENGTH_MIN for form in _spellings(secret)}
        # Longest first: a secret that contains another one is masked as a whole.
        ordered = sorted(spellings, key=lambda form: (-len(form), form))
        self._known = re.compile("|".join(re.escape(form) for form in ordered)) if ordered else None

    def clean(self, text: str) -> str:
        """`text` with every secret replaced by `***`."""
        if self._known is not None:
            text = self._known.sub(MASK, text)
        if len(text) >= _FAMILY_SEED_LENGTH_MIN and "s" in text:
            text = _FAMILY_SEED.sub(MASK, text)
        if not (":" in text or "=" in text or " " in text):
            return text  # a name, a number or a hash: whatever looks secret below has one of these between its parts
        return _LOOKS_SECRET.sub(_masked, text) if _SIGN.search(text.lower()) else text

    @staticmethod
    def hides(name: str) -> bool:
        """Whether a field of this name holds a secret, whatever its value looks like."""
        lowered = name.lower().replace("-", "_")
        return lowered in _SECRET_NAMES or lowered.endswith(("_secret", "_password", "_token", "_api_key"))


def _spellings(secret: str) -> set[str]:
    """A secret as it may stand in a text: plain, inside JSON, inside an address, as Python shows it."""
    return {secret, json.dumps(secret)[1:-1], quote(secret, safe=""), repr(secret)[1:-1]}


def _masked(match: re.Match[str]) -> str:
    value = match.group("value")
    return MASK if value is None else match.group()[: -len(value)] + MASK
