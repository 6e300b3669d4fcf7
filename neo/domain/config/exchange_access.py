"""How an exchange is reached: where its interface is, and which environment variables hold the keys, never the keys."""

from __future__ import annotations

import re
from typing import Any

from neo.domain.config.bounds import Rule
from neo.records import frozen

KEY_VARIABLE = "NEO_EXCHANGE_KEY"
SECRET_VARIABLE = "NEO_EXCHANGE_SECRET"
PASSWORD_VARIABLE = "NEO_EXCHANGE_PASSWORD"
#: Names that begin as configuration keys do in the environment, and are none.
ACCESS_VARIABLES = frozenset({KEY_VARIABLE, SECRET_VARIABLE, PASSWORD_VARIABLE})
_NAME = re.compile(r"[A-Z][A-Z0-9_]{1,63}")
_URL = re.compile(r"(?P<scheme>https?)://(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(?::[0-9]{1,5})?/?")
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})


@frozen
class ApiUrl(Rule):
    """Empty, or scheme, host and port. What is signed must not be read on the way: without encryption on loopback only."""

    def complaint(self, value: Any) -> str | None:
        if not value:
            return None
        found = _URL.fullmatch(value)
        if found is None:
            return (
                "must be https:// with a host and perhaps a port, nothing else (http:// only on this machine), or empty"
            )
        if found["scheme"] == "http" and found["host"] not in _LOOPBACK:
            return f"must be https:// unless it is on this machine: {found['host']} is not"
        return None

    def schema(self) -> dict[str, Any]:
        return {"pattern": f"^(?:{_URL.pattern.replace('?P<scheme>', '').replace('?P<host>', '')})?$"}


@frozen
class VariableName(Rule):
    """The usual mistake is to write the key itself: what was written is not repeated."""

    may_be_empty: bool = False

    def complaint(self, value: Any) -> str | None:
        if not value and self.may_be_empty:
            return None
        if not _NAME.fullmatch(value):
            return "must be the name of an environment variable in capitals, not the key itself"
        if value.startswith("NEO_") and value not in ACCESS_VARIABLES:
            return f"must not begin with NEO_, unless it is one of {', '.join(sorted(ACCESS_VARIABLES))}"
        return None

    def schema(self) -> dict[str, Any]:
        return {"pattern": f"^(?:{_NAME.pattern}){'?' if self.may_be_empty else ''}$"}
