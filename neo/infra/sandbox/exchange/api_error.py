"""An answer that says no, as it goes over the wire."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from neo.records import frozen

Json = Any


class ApiError(Exception):
    """`body` is sent as JSON with `status` and `headers`."""

    def __init__(self, status: int, body: Json, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(f"{status} {body}")
        self.status = status
        self.body = body
        self.headers = dict(headers or {})


@frozen
class Encoded:
    """An answer that is JSON text already: bulk answers are the same for everybody within a second."""

    text: bytes
