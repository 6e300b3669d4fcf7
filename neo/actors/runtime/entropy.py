"""Named random sub-streams: adding a consumer never changes what another one draws."""

from __future__ import annotations

import hashlib
import random


def substream(seed: int, label: str) -> random.Random:
    """The same seed and label give the same numbers in every process."""
    digest = hashlib.blake2b(f"{seed}:{label}".encode(), digest_size=16).digest()
    return random.Random(int.from_bytes(digest, "big"))
