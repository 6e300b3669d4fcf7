"""What `neo simulate` asks of the engine for one seed, and what it is told."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from neo.records import frozen


@frozen
class SimulationJob:
    """One seed of `neo simulate`. `faults` names a fault plan; `digest` asks for the digest of the whole trace."""

    seed: int
    hours: Decimal
    faults: str
    digest: bool
    config: Path | None


@frozen(kw_only=True)
class SimulationOutcome:
    """How a seed went. `broken` describes each invariant that did not hold; empty is what should be."""

    seed: int
    halt_reason: str
    broken: tuple[str, ...] = ()
    digest: str = ""
    fills: int = 0
    restarts: int = 0
    messages: int = 0
    elapsed_s: float = 0.0
