"""The rule for a list of symbols to watch."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from neo.domain.config.bounds import Rule

#: 2,000 watched symbols are measured; more than that is a mistake in a file.
SYMBOLS_MAX = 5_000
_NAMED_MAX = 50
_SYMBOL = re.compile(r"[A-Z0-9]{1,20}/[A-Z0-9]{2,10}")


def listed(symbols: Sequence[str]) -> str:
    """All of them in a sentence; of very many the first."""
    more = len(symbols) - _NAMED_MAX
    return ", ".join(symbols[:_NAMED_MAX]) + (f" and {more} more" if more > 0 else "")


class Watchlist(Rule):
    """Symbols as BASE/QUOTE in capitals, each once. Everything that is wrong with a list is told at once."""

    def complaint(self, value: Any) -> str | None:
        found = []
        if len(value) > SYMBOLS_MAX:
            found.append(f"must have at most {SYMBOLS_MAX} symbols, but has {len(value)}")
        wrong = [repr(symbol) for symbol in value if not _SYMBOL.fullmatch(symbol)]
        if wrong:
            found.append(f"must hold symbols like BTC/USDT, but has {listed(wrong)}")
        twice = [symbol for symbol, count in Counter(value).items() if count > 1]
        if twice:
            found.append(f"must hold each symbol once, but has {listed(twice)} more than once")
        return "; ".join(found) or None

    def sound_part(self, value: Any) -> tuple[str, ...]:
        """What can be held against other keys although the rest is wrong."""
        return tuple(symbol for symbol in dict.fromkeys(value) if _SYMBOL.fullmatch(symbol))

    def schema(self) -> dict[str, Any]:
        return {
            "maxItems": SYMBOLS_MAX,
            "uniqueItems": True,
            "items": {"type": "string", "pattern": f"^(?:{_SYMBOL.pattern})$"},
        }
