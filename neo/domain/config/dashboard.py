"""[dashboard]: where the pages are served, to whom, and which environment variable holds the token for halt and resume."""

from __future__ import annotations

import re
from typing import Any

import attrs

from neo.domain.config.about import about
from neo.domain.config.bounds import Rule, Text, at_least
from neo.records import frozen

#: The variable that holds the token unless the configuration names another one.
TOKEN_VARIABLE = "NEO_DASHBOARD_TOKEN"
HOSTS_MAX = 16
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\]")
_VARIABLE = Text(
    rf"(?!NEO_)[A-Za-z_][A-Za-z0-9_]*|{TOKEN_VARIABLE}",
    f"the name of an environment variable, {TOKEN_VARIABLE} or one that does not begin with NEO_",
)


@frozen
class HostNames(Rule):
    """Names as they stand in a browser's address, without port."""

    def complaint(self, value: Any) -> str | None:
        wrong = next((name for name in value if not _NAME.fullmatch(name)), None)
        if wrong is not None:
            return f"has the entry {wrong!r}, which is not a host name"
        return None if len(value) <= HOSTS_MAX else f"must have at most {HOSTS_MAX} entries, but has {len(value)}"

    def schema(self) -> dict[str, Any]:
        return {"maxItems": HOSTS_MAX, "items": {"type": "string", "pattern": f"^(?:{_NAME.pattern})$"}}


@frozen(kw_only=True)
class DashboardConfig:
    """Reading needs no token; on loopback that means whoever has an account on this machine."""

    enabled: bool = attrs.field(
        default=False,
        metadata=about("the session serves its dashboard; a port that is taken is reported and stops nothing"),
    )
    host: str = attrs.field(
        default="127.0.0.1",
        validator=Text(r"[0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*|localhost", "an address of this machine, or localhost"),
        metadata=about("address that is listened on; 127.0.0.1 is this machine only, 0.0.0.0 every network it is in"),
    )
    port: int = attrs.field(
        default=8333,
        validator=at_least(0, at_most=65_535),
        metadata=about("port that is listened on; 0 takes a free one, which the log names"),
    )
    hosts: tuple[str, ...] = attrs.field(
        default=(),
        converter=tuple,
        validator=HostNames(),
        metadata=about("further names that browsers may use for this machine; others are refused (DNS rebinding)"),
    )
    token_env: str = attrs.field(
        default=TOKEN_VARIABLE,
        validator=_VARIABLE,
        metadata=about("environment variable with the token for halt and resume; without it the dashboard only shows"),
    )
    viewers_max: int = attrs.field(
        default=8,
        validator=at_least(1, at_most=100),
        metadata=about("pages that are fed at the same time"),
    )
