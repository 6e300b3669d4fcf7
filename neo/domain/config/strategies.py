"""Which strategies one engine runs, and the rule for the list of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from neo.domain.config.bounds import Rule

MARKET_MAKER = "market_maker"
DROP_BUYER = "drop_buyer"
ALL_STRATEGIES = (MARKET_MAKER, DROP_BUYER)
STRATEGIES_KEY = "engine.strategies"
#: Metadata of a section's field in Config: the strategy that reads the section.
NEEDED_BY = "needed_by"


def needed_by(strategy: str) -> dict[str, str]:
    """Metadata for a section that may be left out of the file when `strategy` does not run."""
    return {NEEDED_BY: strategy}


class Strategies(Rule):
    """At least one known strategy, each once."""

    def complaint(self, value: Any) -> str | None:
        unknown = [name for name in value if name not in ALL_STRATEGIES]
        if unknown:
            return f"must be of {', '.join(ALL_STRATEGIES)}, but has {unknown[0]!r}"
        if not value:
            return f"must name at least one of {', '.join(ALL_STRATEGIES)}"
        return None if len(set(value)) == len(value) else "must name each strategy once"

    def schema(self) -> dict[str, Any]:
        names = "|".join(ALL_STRATEGIES)
        return {
            "maxItems": len(ALL_STRATEGIES),
            "uniqueItems": True,
            "items": {"type": "string", "pattern": f"^(?:{names})$"},
        }


def running(values: Mapping[str, Any]) -> tuple[str, ...]:
    """The strategies that run by these values (dotted path to value)."""
    return tuple(values.get(STRATEGIES_KEY, (MARKET_MAKER,)))
