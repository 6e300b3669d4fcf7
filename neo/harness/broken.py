"""One invariant that did not hold."""

from __future__ import annotations

from neo.records import frozen


@frozen
class Broken:
    """An invariant that does not hold, with the numbers."""

    invariant: str
    detail: str

    def __str__(self) -> str:
        return f"{self.invariant}: {self.detail}"
