"""A transaction that cannot even be read, with the result code that the server gives."""

from __future__ import annotations


class WireRefusal(ValueError):
    """`engine_result` as the server spells it; the text says what was wrong."""

    def __init__(self, engine_result: str, reason: str) -> None:
        super().__init__(f"{engine_result}: {reason}")
        self.engine_result = engine_result
        self.reason = reason
