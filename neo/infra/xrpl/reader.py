"""Whoever questions can be put to: a node that is followed, or one that is looked at once."""

from __future__ import annotations

from typing import Any, Protocol

from xrpl.models.requests.request import Request


class Reader(Protocol):
    """`ask` gives every answer, `read` raises NodeRefused for an error answer. Both raise NodeFailed when there is none."""

    @property
    def name(self) -> str: ...

    async def ask(self, request: Request, timeout_s: float | None = None) -> dict[str, Any]: ...

    async def read(self, request: Request, timeout_s: float | None = None) -> dict[str, Any]: ...
