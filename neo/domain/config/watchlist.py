"""The rule for a list of symbols to watch."""

from __future__ import annotations

import re
from typing import Any

from neo.domain.config.bounds import Rule

#: 2,000 watched symbols are measured; more than that is a mistake in a file.
SYMBOLS_MAX = 5_000
_SYMBOL = re.compile(r"[A-Z0-9]{1,20}/[A-Z0-9]{2,10}")


class Watchlist(Rule):
    """Symbols as BASE/QUOTE in capitals, each once."""

    def complaint(self, value: Any) -> str | None:
        if len(value) > SYMBOLS_MAX:
            return f"must have at most {SYMBOLS_MAX} symbols, but has {len(value)}"
        wrong = [symbol for symbol in value if not _SYMBOL.fullmatch(symbol)]
        if wrong:
            return f"must hold symbols like BTC/USDT, but has {wrong[0]!r}"
        twice = sorted({symbol for symbol in value if value.count(symbol) > 1}) if len(set(value)) < len(value) else []
        if twice:
            return f"must hold each symbol once, but has {', '.join(twice[:5])} more than once"
        return None

    def schema(self) -> dict[str, Any]:
        return {
            "maxItems": SYMBOLS_MAX,
            "uniqueItems": True,
            "items": {"type": "string", "pattern": f"^(?:{_SYMBOL.pattern})$"},
        }
