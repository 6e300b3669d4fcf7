"""The name of one run: eight hexadecimal digits, so that a line of any log can be traced to its session."""

from __future__ import annotations

import os
import random


def new_run_id() -> str:
    """A random run id."""
    return os.urandom(4).hex()


def seeded_run_id(seed: int, boot: int) -> str:
    """The run id of a simulated run: the same for the same seed and boot, so that traces can be compared."""
    return f"{random.Random(f'run id {seed} {boot}').getrandbits(32):08x}"
