"""The effective configuration as plain data and as one text, so that equal configurations have equal hashes."""

from __future__ import annotations

import json
from decimal import Decimal
from enum import Enum
from hashlib import sha256
from typing import Any

from neo.domain.config.agreement import flatten
from neo.domain.config.configuration import Config


def plain(value: Any) -> Any:
    """A value as JSON knows it; numbers with a point become text, because JSON readers would make floats of them."""
    if isinstance(value, Decimal):
        # + 0 turns -0 into 0; format never uses an exponent, so 4, 4.0 and 4E0 are one text.
        return format((value + 0).normalize(), "f")
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return list(value)
    return value


def canonical_text(config: Config) -> str:
    """JSON object of dotted path to value, sorted, without white space."""
    flat = {path: plain(value) for path, value in flatten(config).items()}
    return json.dumps(flat, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def config_hash(config: Config) -> str:
    """SHA-256 of the canonical text, in hexadecimal."""
    return sha256(canonical_text(config).encode("ascii")).hexdigest()
