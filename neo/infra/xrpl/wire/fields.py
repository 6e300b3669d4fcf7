"""Checked access to JSON: a value is what it must be, or WireError says where it is not."""

from __future__ import annotations

from collections.abc import Mapping

from neo.infra.xrpl.wire.errors import WireError


class Fields:
    """A JSON object with the path that leads to it."""

    __slots__ = ("_members", "path")

    def __init__(self, value: object, path: str) -> None:
        if not isinstance(value, Mapping):
            raise WireError(path, "an object", value)
        self._members: Mapping[str, object] = value
        self.path = path
